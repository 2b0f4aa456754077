// The rules of zenml_nb/statistics alone; every selector begins with .zenml-nb.
export const statisticsStyle = `
.zenml-nb .znb-st-legend { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0; }
.zenml-nb .znb-st-chip {
  display: inline-flex; align-items: baseline; gap: 6px; max-width: 100%; margin: 0; padding: 3px 10px;
  border: 1px solid var(--z-line); border-radius: 14px; background: var(--z-bg); color: inherit;
  font: inherit; overflow-wrap: anywhere; cursor: pointer;
}
.zenml-nb .znb-st-chip span { color: var(--z-muted); font-variant-numeric: tabular-nums; }
.zenml-nb .znb-st-chip[aria-pressed="true"] { background: var(--z-bg2); border-color: var(--z-muted); }
.zenml-nb .znb-st-chip[aria-pressed="false"] b { font-weight: 400; text-decoration: line-through; }
.zenml-nb .znb-st-chip[aria-pressed="false"] .znb-st-dot { opacity: 0.35; }
.zenml-nb .znb-st-dot {
  display: inline-block; flex: none; width: 9px; height: 9px; margin-right: 5px; border-radius: 2px;
}
.zenml-nb .znb-st-chip .znb-st-dot { margin: 0; }
.zenml-nb .znb-st-tools { gap: 6px 12px; }
.zenml-nb .znb-st-switch { display: inline-flex; align-items: center; gap: 5px; white-space: nowrap; }
.zenml-nb .znb-st-switch input { margin: 0; accent-color: var(--z-accent); }
.zenml-nb .znb-st-section { container-type: inline-size; }
.zenml-nb .znb-st-section[hidden] { display: none; }
.zenml-nb .znb-st-scroll {
  max-height: max(480px, 85vh); overflow: hidden auto; border: 1px solid var(--z-line); border-radius: 4px;
  scrollbar-color: var(--z-line) var(--z-bg);
}
.zenml-nb :is(.znb-st-scroll, .znb-st-chip, .znb-st-open, .znb-st-large):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: -2px;
}
.zenml-nb :is(.znb-st-head, .znb-st-summary) {
  display: grid; grid-template-columns: minmax(120px, 170px) minmax(0, 1fr) 176px;
  gap: 4px 12px; padding: 8px 12px;
}
.zenml-nb .znb-st-head {
  position: sticky; top: 0; z-index: 2; padding: 6px 12px; font-size: 12px; background: var(--z-bg2);
  border-bottom: 1px solid var(--z-line); font-weight: 600;
}
.zenml-nb .znb-st-heads {
  display: grid; grid-template-columns: 12% repeat(var(--z-columns), minmax(0, 1fr));
}
.zenml-nb .znb-st-heads span {
  padding: 0 0 0 6px; overflow: hidden; text-align: right; text-overflow: ellipsis; white-space: nowrap;
}
.zenml-nb .znb-st-heads span:first-child { padding: 0; text-align: left; }
.zenml-nb .znb-st-row {
  min-height: 85px; border-bottom: 1px solid var(--z-line);
}
.zenml-nb .znb-st-block {
  content-visibility: auto; contain-intrinsic-size: auto calc(var(--z-rows) * 85px);
}
.zenml-nb .znb-st-block:last-child > .znb-st-row:last-child { border-bottom: 0; }
.zenml-nb .znb-st-name { display: flex; flex-wrap: wrap; align-items: baseline; align-content: flex-start; gap: 2px 8px; min-width: 0; }
.zenml-nb .znb-st-open {
  max-width: 100%; margin: 0; padding: 0; border: 0; border-radius: 3px; background: none; color: inherit; font: inherit;
  font-weight: 600; text-align: left; overflow-wrap: anywhere; cursor: pointer;
}
.zenml-nb .znb-st-open::before {
  content: "▸"; display: inline-block; width: 13px; color: var(--z-muted); font-weight: 400;
}
.zenml-nb .znb-st-open[aria-expanded="true"]::before { content: "▾"; }
.zenml-nb .znb-st-open:hover { color: var(--z-accent); }
.zenml-nb .znb-st-type { color: var(--z-muted); font-size: 11px; letter-spacing: 0.03em; }
.zenml-nb :is(.znb-st-list, .znb-st-reason) { color: var(--z-muted); font-size: 12px; overflow-wrap: anywhere; }
.zenml-nb .znb-st-list { padding: 0; }
.zenml-nb .znb-st-scroll > .znb-st-list { color: inherit; font-size: inherit; }
.zenml-nb .znb-st-figures {
  width: 100%; margin: 0; border: 0; border-collapse: collapse; table-layout: fixed; align-self: start;
  color: inherit; font-size: 12px; font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-st-figures tr, .zenml-nb .znb-st-figures tr:nth-child(odd),
.zenml-nb .znb-st-figures tr:hover { background: none; }
.zenml-nb .znb-st-figures :is(th, td) {
  padding: 1px 0 1px 6px; border: 0; overflow: hidden; font-weight: 400; text-align: right;
  text-overflow: ellipsis; vertical-align: baseline; white-space: nowrap;
}
.zenml-nb .znb-st-figures tbody th { width: 12%; padding: 1px 0; text-align: left; }
.zenml-nb .znb-st-figures .znb-st-none { text-align: left; }
.zenml-nb .znb-st-none { color: var(--z-muted); font-style: italic; }
.zenml-nb .znb-st-much { color: var(--z-err); font-weight: 600; }
.zenml-nb .znb-st-chart { min-width: 0; }
.zenml-nb .znb-st-small { display: block; width: 100%; height: 52px; overflow: visible; }
.zenml-nb .znb-st-range {
  display: flex; justify-content: space-between; overflow: hidden; color: var(--z-muted);
  font-size: 11px; white-space: nowrap; text-overflow: ellipsis;
}
.zenml-nb .znb-st-area { fill: currentColor; fill-opacity: 0.32; stroke: currentColor; stroke-width: 1; vector-effect: non-scaling-stroke; }
.zenml-nb .znb-st-bars { fill: currentColor; fill-opacity: 0.8; }
.zenml-nb .znb-st-even { fill: currentColor; fill-opacity: 0.85; }
.zenml-nb .znb-st-odd { fill: currentColor; fill-opacity: 0.4; }
.zenml-nb .znb-st-base { stroke: var(--z-muted); stroke-width: 1; vector-effect: non-scaling-stroke; }
.zenml-nb .znb-st-cursor { stroke: var(--z-fg); stroke-dasharray: 3 2; }
.zenml-nb .znb-st-large { display: block; width: 100%; max-width: 900px; height: auto; }
.zenml-nb .znb-grid { fill: none; stroke: var(--z-line); }
.zenml-nb .znb-tick { fill: var(--z-muted); font-size: 11px; }
.zenml-nb .znb-st-details { padding: 4px 16px 14px; }
.zenml-nb .znb-st-readout {
  display: flex; flex-wrap: wrap; gap: 2px 16px; min-height: 20px; margin: 4px 0 0; color: var(--z-muted);
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
.zenml-nb .znb-st-readout :is(b, .znb-st-told) { color: var(--z-fg); }
.zenml-nb .znb-st-tables { display: flex; flex-wrap: wrap; gap: 0 24px; }
.zenml-nb .znb-st-values { min-width: 0; max-width: 100%; }
.zenml-nb .znb-st-heading { margin: 12px 0 4px; font-size: 12px; font-weight: 600; color: var(--z-muted); }
.zenml-nb .znb-st-values .znb-scroll { max-height: 260px; }
.zenml-nb .znb-st-values .znb-table :is(th, td) { padding: 2px 10px; font-size: 12px; }
.zenml-nb .znb-st-values .znb-table thead th { font-weight: 600; white-space: nowrap; }
.zenml-nb .znb-st-dataset { white-space: nowrap; }
.zenml-nb .znb-st-flags { margin: 6px 0; padding: 0; list-style: none; }
.zenml-nb .znb-st-flags li { margin: 0 0 4px; overflow-wrap: anywhere; }
@container (max-width: 860px) {
  .zenml-nb .znb-st-head { grid-template-columns: minmax(0, 1fr); }
  .zenml-nb .znb-st-head > span { display: none; }
  .zenml-nb .znb-st-summary { grid-template-columns: minmax(0, 1fr) 200px; }
  .zenml-nb .znb-st-figures { grid-row: 2; grid-column: 1 / -1; }
  .zenml-nb :is(.znb-st-head, .znb-st-figures) { font-size: 11px; }
  .zenml-nb .znb-st-figures :is(th, td) { padding-left: 4px; }
  .zenml-nb .znb-st-heads span { padding-left: 4px; }
  .zenml-nb .znb-st-chart { grid-row: 1; grid-column: 2; }
}
`;
