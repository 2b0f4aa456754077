// The rules of zenml_nb/compare alone; every selector begins with .zenml-nb.
export const compareStyle = `
.zenml-nb .znb-cmp-fold > summary { margin: 0 0 6px; cursor: pointer; }
.zenml-nb .znb-cmp-fold .znb-cmp-fold { margin: 8px 0 0; }
.zenml-nb .znb-cmp-fold .znb-cmp-fold > summary { font-size: 13px; }
.zenml-nb .znb-cmp-fold .znb-section:not(.znb-cmp-fold) { margin: 0; }
.zenml-nb :is(.znb-cmp-fold > summary, .znb-cmp-inputs > summary, .znb-cmp-run):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: 1px;
}
.zenml-nb .znb-cmp-run {
  margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; font-weight: 600;
  display: inline-block; max-width: 260px; overflow: hidden; text-align: left; text-overflow: ellipsis;
  white-space: nowrap; vertical-align: bottom;
}
.zenml-nb button.znb-cmp-run { color: var(--z-accent); cursor: pointer; }
.zenml-nb button.znb-cmp-run:hover { text-decoration: underline; }
.zenml-nb .znb-cmp-run > i {
  display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 50%;
}
.zenml-nb th > .znb-cmp-run + .znb-cmp-run { display: block; }
.zenml-nb .znb-cmp-rows .znb-table :is(td, th) { white-space: nowrap; }
.zenml-nb .znb-cmp-rows tbody th { max-width: 290px; }
.zenml-nb .znb-cmp-switch { display: inline-flex; align-items: center; gap: 6px; }
.zenml-nb .znb-cmp-switch input { margin: 0; }
.zenml-nb .znb-select[aria-pressed="true"] { border-color: var(--z-accent); color: var(--z-accent); }
.zenml-nb .znb-cmp-table { max-height: 520px; }
.zenml-nb .znb-cmp-table tbody th { min-width: 110px; overflow-wrap: anywhere; }
.zenml-nb .znb-cmp-table td { min-width: 84px; max-width: 260px; }
.zenml-nb .znb-table .znb-cmp-group > th {
  padding: 8px 12px 4px; color: var(--z-muted); font-weight: 600; text-align: left;
}
.zenml-nb .znb-table .znb-cmp-differs > * {
  background: color-mix(in srgb, var(--z-warn) 12%, var(--z-bg));
}
.zenml-nb .znb-cmp-mark { color: var(--z-warn); font-weight: 700; }
.zenml-nb .znb-table tr.znb-cmp-chosen > * {
  background: color-mix(in srgb, var(--z-accent) 16%, var(--z-bg));
}
.zenml-nb .znb-table tr.znb-cmp-out > * { color: var(--z-muted); }
.zenml-nb .znb-cmp-parallel { max-width: 900px; }
.zenml-nb .znb-cmp-scatter { max-width: 640px; }
.zenml-nb .znb-cmp-parallel > .znb-cmp-lines { min-width: 480px; touch-action: none; }
.zenml-nb .znb-cmp-parallel { overflow-x: auto; }
.zenml-nb .znb-cmp-line { fill: none; stroke-width: 1.6; opacity: 0.75; stroke-linejoin: round; }
.zenml-nb .znb-cmp-line.znb-cmp-out { opacity: 0.07; }
.zenml-nb .znb-cmp-line.znb-cmp-chosen { stroke-width: 4; opacity: 1; }
.zenml-nb .znb-cmp-axis { fill: none; stroke: var(--z-muted); stroke-width: 1; }
.zenml-nb .znb-ev-chart .znb-cmp-title { fill: var(--z-fg); font-weight: 600; }
.zenml-nb .znb-cmp-lines .znb-tick {
  paint-order: stroke; stroke: var(--z-bg); stroke-width: 4px; stroke-linejoin: round;
}
.zenml-nb .znb-cmp-brush {
  fill: var(--z-accent); fill-opacity: 0.25; stroke: var(--z-accent); pointer-events: none;
}
.zenml-nb .znb-cmp-handle { fill: transparent; cursor: ns-resize; }
.zenml-nb .znb-cmp-readout {
  min-height: 1.45em; margin: 2px 0 6px; color: var(--z-muted); overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-cmp-inputs > summary { width: fit-content; color: var(--z-muted); cursor: pointer; }
.zenml-nb .znb-cmp-ranges { display: grid; gap: 4px; justify-items: start; margin: 6px 0 0; }
.zenml-nb .znb-cmp-range { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; }
.zenml-nb .znb-cmp-range-name { width: 220px; overflow-wrap: anywhere; }
.zenml-nb .znb-cmp-range .znb-search { flex: none; width: 110px; min-width: 0; }
.zenml-nb .znb-cmp-point { stroke: var(--z-bg); stroke-width: 1; opacity: 0.85; }
.zenml-nb .znb-cmp-point.znb-cmp-out { opacity: 0.12; }
.zenml-nb .znb-cmp-point.znb-cmp-chosen { stroke: var(--z-fg); stroke-width: 3; opacity: 1; }
.zenml-nb .znb-cmp-slices td { min-width: 90px; }
.zenml-nb .znb-cmp-slices tbody th { min-width: 130px; overflow-wrap: anywhere; }
.zenml-nb .znb-cmp-slices .znb-cmp-delta { min-width: 150px; }
.zenml-nb .znb-cmp-delta .znb-ev-bar::after {
  content: ""; position: absolute; left: 50%; top: 0; width: 1px; height: 100%; background: var(--z-fg);
}
.zenml-nb .znb-cmp-diff {
  width: auto; font: 12px/1.5 var(--jp-code-font-family, monospace); background: var(--z-bg);
}
.zenml-nb .znb-cmp-diff > div { padding: 0 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
.zenml-nb .znb-cmp-added { background: color-mix(in srgb, var(--z-ok) 20%, transparent); }
.zenml-nb .znb-cmp-removed { background: color-mix(in srgb, var(--z-err) 18%, transparent); }
.zenml-nb .znb-cmp-hunk { color: var(--z-muted); background: var(--z-bg2); }
.zenml-nb .znb-cmp-distances .znb-st-small { display: block; width: 220px; height: 44px; }
`;
