// The rules of the page of a run and of the lineage in it; every selector begins with .zenml-nb. They are no part of
// what a notebook loads: the page has them beside the rules of the views.
export const runCss = `
.zenml-nb.znb-rp { padding: 16px 20px 24px; }
.zenml-nb.znb-rp [hidden] { display: none; }
.zenml-nb .znb-rp-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.zenml-nb .znb-rp-title {
  margin: 0; font-size: 20px; font-weight: 600; line-height: 1.3; color: inherit; overflow-wrap: anywhere;
}
.zenml-nb .znb-rp-actions { display: flex; flex-wrap: wrap; gap: 8px; margin-left: auto; }
.zenml-nb :is(.znb-rp-button, .znb-rp-small) {
  height: 28px; margin: 0; padding: 0 12px; border: 1px solid var(--z-line); border-radius: 4px;
  background: var(--z-bg); color: inherit; font: inherit; white-space: nowrap; cursor: pointer;
}
.zenml-nb .znb-rp-small { height: 22px; padding: 0 8px; font-size: 12px; line-height: 20px; }
.zenml-nb :is(.znb-rp-button, .znb-rp-small):hover { border-color: var(--z-accent); color: var(--z-accent); }
.zenml-nb .znb-rp-small[aria-expanded="true"] { border-color: var(--z-accent); color: var(--z-accent); }
.zenml-nb :is(.znb-rp-button, .znb-rp-small, .znb-rp-tab, .znb-rp-plot, .znb-rp-code, .znb-ln-node):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: 1px;
}
.zenml-nb :is(.znb-rp-panel, .znb-rp-loading):focus { outline: none; }
.zenml-nb :is(.znb-rp-panel, .znb-rp-loading):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: 4px; border-radius: 2px;
}
.zenml-nb .znb-rp-facts { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 10px 0 0; }
.zenml-nb .znb-rp-facts > div { min-width: 0; max-width: 100%; }
.zenml-nb .znb-rp-facts dt {
  float: none; width: auto; margin: 0; color: var(--z-muted); font-size: 11px; font-weight: 400; line-height: 1.3;
}
.zenml-nb .znb-rp-facts dd {
  max-width: 340px; min-height: 22px; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  line-height: 22px; font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-rp-facts .znb-rp-id {
  display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; max-width: 100%; overflow: visible; white-space: normal;
}
.zenml-nb .znb-rp-id > code {
  padding: 0; background: none; color: inherit; font: 12px var(--jp-code-font-family, monospace);
  overflow-wrap: anywhere; user-select: all;
}
.zenml-nb .znb-rp-header .znb-failure { margin: 12px 0 0; }
.zenml-nb .znb-rp-header .znb-failure .znb-fold { margin-top: 4px; }
.zenml-nb .znb-rp-hint { margin: 6px 0; max-width: 80ch; overflow-wrap: anywhere; }
.zenml-nb .znb-failure > .znb-rp-hint { margin: 4px 0 0; color: var(--z-muted); }
.zenml-nb .znb-rp-tiles {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 8px; margin: 14px 0 0;
  padding: 0; list-style: none;
}
.zenml-nb .znb-rp-tiles > li {
  min-width: 0; margin: 0; padding: 7px 12px 8px; border: 1px solid var(--z-line); border-radius: 6px;
}
.zenml-nb .znb-rp-tiles span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.zenml-nb .znb-rp-name { color: var(--z-muted); font-size: 11px; }
.zenml-nb .znb-rp-value { font-size: 18px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.zenml-nb .znb-rp-header .znb-folded { margin: 8px 0 0; }
.zenml-nb .znb-rp-header .znb-folded .znb-rp-tiles { margin-top: 4px; }
.zenml-nb .znb-rp-tabs {
  display: flex; flex-wrap: wrap; gap: 0 2px; margin: 18px 0 0; box-shadow: inset 0 -1px 0 var(--z-line);
}
.zenml-nb .znb-rp-tab {
  height: 34px; margin: 0; padding: 0 12px; border: 0; border-bottom: 2px solid transparent; border-radius: 0;
  background: none; color: var(--z-muted); font: inherit; white-space: nowrap; cursor: pointer;
}
.zenml-nb .znb-rp-tab:hover { color: var(--z-fg); background: var(--z-bg2); }
.zenml-nb .znb-rp-tab[aria-selected="true"] { border-bottom-color: var(--z-accent); color: var(--z-fg); font-weight: 600; }
.zenml-nb .znb-rp-tab:focus-visible { outline-offset: -2px; }
.zenml-nb .znb-rp-number {
  display: inline-block; min-width: 18px; margin-left: 6px; padding: 0 5px; border-radius: 9px; background: var(--z-bg2);
  color: var(--z-muted); font-size: 11px; font-weight: 400; line-height: 16px; text-align: center;
}
.zenml-nb .znb-rp-panel { padding: 14px 0 0; }
/* The head of the page says it all. */
.zenml-nb .znb-rp-steps > .znb-head { display: none; }
.zenml-nb .znb-rp-told-above .znb-panel > .znb-failure { display: none; }
.zenml-nb .znb-rp-content[aria-busy="true"] { opacity: 0.55; }
.zenml-nb .znb-rp-choice { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; max-width: 100%; }
.zenml-nb .znb-rp-choice > .znb-select { max-width: 100%; }
.zenml-nb .znb-rp-waiting { max-width: 420px; margin: 0 0 12px; }
.zenml-nb .znb-rp-progress {
  height: 5px; overflow: hidden; border-radius: 3px; background: color-mix(in srgb, var(--z-accent) 20%, transparent);
}
.zenml-nb .znb-rp-progress > span { display: block; width: 0; height: 100%; border-radius: 3px; background: var(--z-accent); }
.zenml-nb .znb-rp-unknown > span { width: 30%; animation: znb-rp-wait 1.6s ease-in-out infinite alternate; }
@media (prefers-reduced-motion: reduce) {
  .zenml-nb .znb-rp-unknown > span { width: 100%; animation: none; opacity: 0.4; }
}
.zenml-nb .znb-rp-loading .znb-rp-button { margin: 6px 0 2px; }
.zenml-nb .znb-rp-legend {
  display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 8px; color: var(--z-muted); font-size: 12px;
}
.zenml-nb .znb-rp-legend i {
  display: inline-block; width: 18px; height: 10px; margin-right: 6px; border-radius: 2px; background: var(--z-state);
}
.zenml-nb .znb-rp-legend .znb-rp-hatched {
  border: 1px solid var(--z-state);
  background: repeating-linear-gradient(115deg, var(--z-state) 0 2px, transparent 2px 5px);
}
.zenml-nb .znb-rp-grid { display: flex; align-items: flex-start; max-width: 1100px; }
.zenml-nb .znb-rp-names { flex: 0 1 auto; min-width: 90px; max-width: 38%; padding-right: 8px; }
.zenml-nb .znb-rp-label {
  display: flex; align-items: baseline; gap: 4px; height: 24px; padding: 0 6px; border-radius: 3px; line-height: 24px;
}
.zenml-nb .znb-rp-label.znb-rp-step { font-weight: 600; }
.zenml-nb .znb-rp-label.znb-rp-alone { font-weight: 600; }
.zenml-nb .znb-rp-label.znb-rp-part { padding-left: 18px; }
.zenml-nb .znb-rp-label > .znb-sign { flex: none; }
.zenml-nb .znb-rp-what { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.zenml-nb .znb-rp-label.znb-rp-lit { background: color-mix(in srgb, var(--z-accent) 12%, transparent); }
.zenml-nb .znb-rp-axis { flex: 1; min-width: 0; overflow: hidden; }
.zenml-nb .znb-rp-plot { display: block; }
.zenml-nb .znb-rp-plot .znb-grid { opacity: 0.6; }
.zenml-nb .znb-rp-plot:focus-visible { outline-offset: -2px; }
.zenml-nb .znb-rp-plot > .znb-tick { fill: var(--z-fg); }
.zenml-nb .znb-rp-cursor { fill: var(--z-accent); fill-opacity: 0.12; }
.zenml-nb .znb-rp-reach { fill: none; stroke: var(--z-muted); stroke-width: 1.2; }
.zenml-nb .znb-rp-bar { fill: var(--z-state); }
.zenml-nb .znb-rp-bar.znb-rp-is-cached { fill-opacity: 0.25; stroke: var(--z-state); stroke-dasharray: 3 2; }
.zenml-nb .znb-rp-bar.znb-rp-is-running { fill-opacity: 0.6; }
.zenml-nb .znb-rp-told { min-height: 1.45em; margin: 6px 0 0; color: var(--z-muted); overflow-wrap: anywhere; }
.zenml-nb .znb-scroll.znb-rp-wide { width: 100%; max-height: 520px; }
.zenml-nb .znb-rp-wide > .znb-table { min-width: 100%; }
.zenml-nb .znb-rp-wide > .znb-table td { vertical-align: middle; white-space: nowrap; }
.zenml-nb .znb-rp-wide > .znb-table td:nth-child(4) { min-width: 116px; white-space: normal; }
.zenml-nb .znb-rp-wide > .znb-table tbody th { min-width: 160px; max-width: 220px; overflow-wrap: anywhere; vertical-align: middle; }
.zenml-nb .znb-table tr.znb-rp-open > * { background: color-mix(in srgb, var(--z-accent) 9%, var(--z-bg)); }
.zenml-nb .znb-rp-uri {
  display: block; min-width: 220px; padding: 0; white-space: normal; background: none; color: var(--z-muted); font: 11px/1.4 var(--jp-code-font-family, monospace);
  overflow-wrap: anywhere; user-select: all;
}
/* Always in sight, however narrow the page is. */
.zenml-nb .znb-table :is(td, th).znb-rp-row-actions { position: sticky; right: 0; z-index: 1; white-space: nowrap; }
.zenml-nb .znb-table thead .znb-rp-row-actions { z-index: 3; }
.zenml-nb .znb-rp-row-actions > .znb-rp-small + .znb-rp-small { margin-left: 6px; }
.zenml-nb .znb-rp-below {
  margin: 14px 0 0; padding: 10px 14px 14px; border: 1px solid var(--z-line); border-radius: 6px;
}
.zenml-nb .znb-rp-code {
  max-height: 640px; margin: 0; padding: 8px 0; overflow: auto; border: 1px solid var(--z-line); border-radius: 4px;
  list-style: none; counter-reset: line; font: 12px/1.55 var(--jp-code-font-family, monospace);
  scrollbar-color: var(--z-line) var(--z-bg);
}
.zenml-nb .znb-rp-code > li {
  position: relative; min-height: 1.55em; margin: 0; padding: 0 12px 0 62px; white-space: pre-wrap;
  overflow-wrap: anywhere; counter-increment: line;
}
.zenml-nb .znb-rp-code > li::before {
  content: counter(line); position: absolute; left: 0; width: 46px; color: var(--z-muted); text-align: right;
  user-select: none;
}
.zenml-nb .znb-rp-code > li:hover { background: var(--z-bg2); }
.zenml-nb .znb-rp-key { color: var(--z-accent); }
.zenml-nb .znb-rp-comment { color: var(--z-muted); font-style: italic; }
.zenml-nb .znb-rp-code mark { background: color-mix(in srgb, var(--z-warn) 40%, transparent); color: inherit; }
.zenml-nb .znb-rp-code > .znb-rp-here { box-shadow: inset 3px 0 0 var(--z-warn); background: var(--z-bg2); }
.zenml-nb .znb-ln-graph {
  max-width: 100%; max-height: 560px; padding: 8px; overflow: auto; border: 1px solid var(--z-line); border-radius: 6px;
  scrollbar-color: var(--z-line) var(--z-bg);
}
.zenml-nb .znb-ln-graph > .znb-plane { margin: 0 auto; }
.zenml-nb .znb-ln-node {
  position: absolute; top: 0; left: 0; display: block; margin: 0; padding: 5px 9px 6px; border: 1px solid var(--z-line);
  border-radius: 6px; background: var(--z-bg); color: inherit; font: inherit; font-size: 12px; line-height: 1.35;
  text-align: left; cursor: pointer;
}
.zenml-nb .znb-ln-node:hover { background: var(--z-bg2); }
.zenml-nb .znb-ln-node > span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.zenml-nb .znb-ln-label { font-weight: 600; }
.zenml-nb .znb-ln-node > :is(.znb-ln-type, .znb-ln-run) { color: var(--z-muted); font-size: 11px; }
.zenml-nb .znb-ln-artifact { padding-left: 14px; border-radius: 16px; }
.zenml-nb .znb-ln-execution { background: var(--z-bg2); box-shadow: inset 3px 0 0 var(--z-state); }
.zenml-nb .znb-ln-node.znb-ln-focus { border-color: var(--z-accent); border-width: 2px; }
.zenml-nb .znb-ln-node[aria-pressed="true"] {
  border-color: var(--z-accent); background: color-mix(in srgb, var(--z-accent) 12%, var(--z-bg));
}
.zenml-nb .znb-ln-details { margin: 10px 0 0; padding: 8px 12px 10px; border: 1px solid var(--z-line); border-radius: 6px; }
@keyframes znb-rp-wait { from { margin-left: 0; } to { margin-left: 70%; } }
`;

/** By the name that the styles of the views have. */
