// The rules of zenml_nb/evaluation alone; every selector begins with .zenml-nb.
export const evaluationStyle = `
.zenml-nb .znb-ev-entry { margin: 6px 0 0; }
.zenml-nb .znb-ev-entry details { margin: 6px 0 0; }
.zenml-nb .znb-section > .znb-caption { margin-bottom: 6px; }
.zenml-nb .znb-ev-line { margin: 0 0 4px; }
.zenml-nb .znb-ev-facts {
  display: grid; grid-template-columns: fit-content(40%) minmax(0, 1fr); gap: 2px 14px; margin: 4px 0 8px;
}
.zenml-nb .znb-scroll + .znb-ev-facts { margin-top: 8px; }
.zenml-nb .znb-ev-facts dt { color: var(--z-muted); overflow-wrap: anywhere; }
.zenml-nb .znb-ev-facts dd { margin: 0; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-validation .znb-scroll { max-height: 260px; }
.zenml-nb .znb-ev-cards { display: flex; flex-wrap: wrap; gap: 8px; margin: 6px 0 0; }
.zenml-nb .znb-ev-card {
  flex: 0 1 auto; min-width: 120px; max-width: 260px; padding: 7px 14px 8px; border: 1px solid var(--z-line);
  border-radius: 6px; background: var(--z-bg);
}
.zenml-nb .znb-ev-card dt { color: var(--z-muted); overflow-wrap: anywhere; }
.zenml-nb .znb-ev-card dd { margin: 0; }
.zenml-nb .znb-ev-value { font-size: 20px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.zenml-nb .znb-ev-interval {
  display: block; color: var(--z-muted); font-size: 11px; line-height: 1.3; white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-ev-error { display: block; color: var(--z-err); font-weight: 400; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-bar {
  position: relative; display: block; height: 5px; margin-top: 2px; border-radius: 2px; overflow: hidden;
  background: var(--z-bg2);
}
.zenml-nb tr:hover .znb-ev-bar { background: var(--z-line); }
.zenml-nb .znb-ev-bar > i { position: absolute; top: 0; height: 100%; min-width: 1px; border-radius: 2px; }
.zenml-nb .znb-ev-bar > .znb-ev-whisker { top: 2px; height: 1px; border-radius: 0; background: var(--z-fg); }
.zenml-nb .znb-ev-slices td.znb-number { min-width: 96px; }
.zenml-nb .znb-ev-slices td:not(.znb-number, .znb-ev-pick) { min-width: 220px; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-slices tbody th { min-width: clamp(130px, 20vw, 220px); max-width: 260px; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-slices .znb-ev-pick { text-align: center; }
.zenml-nb .znb-ev-pick input { margin: 3px 0 0; }
.zenml-nb .znb-ev-more { margin: 6px 0 0; }
.zenml-nb .znb-ev-more[hidden], .zenml-nb .znb-ev-histogram[hidden] { display: none; }
.zenml-nb .znb-ev-fewest { display: inline-flex; align-items: center; gap: 5px; color: var(--z-muted); }
.zenml-nb .znb-ev-fewest .znb-search { flex: none; width: 74px; min-width: 0; }
.zenml-nb .znb-ev-columns { position: relative; }
.zenml-nb .znb-ev-columns > summary {
  margin: 0; line-height: 26px; font-family: inherit; list-style: none;
}
.zenml-nb .znb-ev-columns > summary::after { content: " ▾"; color: var(--z-muted); }
.zenml-nb .znb-ev-choices {
  position: absolute; z-index: 5; top: 32px; left: 0; display: grid; gap: 4px; width: max-content;
  max-width: 320px; max-height: 260px; padding: 8px 12px; overflow: auto; background: var(--z-bg);
  border: 1px solid var(--z-line); border-radius: 4px; box-shadow: 0 2px 8px #0003;
}
.zenml-nb .znb-ev-choices label { display: flex; gap: 6px; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-histogram { max-width: 560px; margin: 0 0 10px; }
.zenml-nb .znb-ev-bins { display: flex; gap: 2px; height: 72px; border-bottom: 1px solid var(--z-line); }
.zenml-nb .znb-ev-bins > button {
  position: relative; flex: 1; margin: 0; padding: 0; border: 0; border-radius: 2px 2px 0 0; background: none;
  cursor: pointer;
}
.zenml-nb .znb-ev-bins > button:disabled { cursor: default; }
.zenml-nb .znb-ev-bins > button:enabled:hover { background: var(--z-bg2); }
.zenml-nb .znb-ev-bins i {
  position: absolute; inset: auto 0 0; border-radius: 2px 2px 0 0; background: var(--z-series-0);
}
.zenml-nb .znb-ev-bins:has([aria-pressed="true"]) > [aria-pressed="false"] i { opacity: 0.35; }
.zenml-nb .znb-ev-ends {
  display: flex; justify-content: space-between; color: var(--z-muted); font-size: 11px;
  font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-ev-groups {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 12px 28px;
  margin: 4px 0 14px;
}
.zenml-nb .znb-ev-group > h5 { margin: 0 0 4px; font-size: 13px; font-weight: 600; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-bars { margin: 0; padding: 0; list-style: none; }
.zenml-nb .znb-ev-bars > li {
  display: grid; grid-template-columns: minmax(60px, 5fr) minmax(70px, 5fr) minmax(60px, 3fr);
  align-items: center; gap: 10px; padding: 2px 0;
}
.zenml-nb .znb-ev-bars .znb-ev-bar { height: 12px; margin: 0; }
.zenml-nb .znb-ev-bars .znb-ev-whisker { top: 5px; height: 2px; }
.zenml-nb .znb-ev-name { overflow-wrap: anywhere; line-height: 1.25; }
.zenml-nb .znb-ev-number { font-variant-numeric: tabular-nums; }
.zenml-nb .znb-ev-tabs { display: flex; flex-wrap: wrap; gap: 4px; }
.zenml-nb .znb-ev-tabs > button {
  height: 28px; margin: 0; padding: 0 10px; font: inherit; color: inherit; background: var(--z-bg);
  border: 1px solid var(--z-line); border-radius: 14px; cursor: pointer;
}
.zenml-nb .znb-ev-tabs > [aria-pressed="true"] {
  border-color: var(--z-accent); background: color-mix(in srgb, var(--z-accent) 14%, transparent);
}
.zenml-nb :is(.znb-ev-tabs > button, .znb-ev-bins > button, .znb-ev-chart, .znb-ev-scroll, .znb-ev-columns > summary):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: -1px;
}
.zenml-nb .znb-ev-figure { max-width: 540px; margin: 0; }
.zenml-nb .znb-ev-chart { display: block; width: 100%; height: auto; touch-action: pan-y; }
.zenml-nb .znb-ev-chart text { fill: var(--z-muted); font-size: 12px; }
.zenml-nb .znb-ev-chart .znb-grid { fill: none; stroke: var(--z-line); stroke-width: 1; opacity: 0.7; }
.zenml-nb .znb-ev-guide { fill: none; stroke: var(--z-muted); stroke-width: 1; stroke-dasharray: 4 4; }
.zenml-nb .znb-ev-line-path { fill: none; stroke: var(--z-line-colour); stroke-width: 2; stroke-linejoin: round; }
.zenml-nb .znb-ev-dots { fill: none; stroke: var(--z-line-colour); stroke-width: 6; stroke-linecap: round; }
.zenml-nb .znb-ev-area { fill: var(--z-line-colour); fill-opacity: 0.35; stroke: var(--z-line-colour); stroke-width: 1; }
.zenml-nb .znb-ev-mark { fill: none; stroke: var(--z-fg); stroke-width: 2; pointer-events: none; }
.zenml-nb .znb-ev-readout {
  min-height: 1.45em; margin: 2px 0 0; color: var(--z-muted); overflow-wrap: anywhere;
  font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-ev-slider { display: flex; align-items: center; gap: 8px; max-width: 420px; margin: 0 0 8px; }
.zenml-nb .znb-ev-slider input { flex: 1; min-width: 100px; accent-color: var(--z-accent); }
.zenml-nb .znb-ev-slider output { min-width: 52px; font-variant-numeric: tabular-nums; }
.zenml-nb .znb-ev-matrices { display: flex; flex-wrap: wrap; gap: 14px 28px; }
.zenml-nb .znb-ev-matrix { max-width: 100%; margin: 0; }
.zenml-nb .znb-ev-matrix figcaption { margin: 0 0 4px; overflow-wrap: anywhere; }
.zenml-nb .znb-ev-matrix figcaption::before {
  content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 6px; border-radius: 2px;
  background: var(--z-line-colour);
}
.zenml-nb .znb-ev-scroll { max-width: 100%; max-height: 460px; overflow: auto; }
.zenml-nb .znb-ev-heat { margin: 0; border: 0; border-collapse: separate; border-spacing: 2px; font-size: inherit; color: inherit; }
.zenml-nb .znb-ev-heat :is(th, td) { padding: 6px 10px; border: 0; background: none; }
.zenml-nb .znb-ev-heat th { color: var(--z-muted); font-weight: 400; text-align: right; white-space: nowrap; }
.zenml-nb .znb-ev-heat td {
  min-width: 56px; border: 1px solid var(--z-line); border-radius: 3px; text-align: right;
  font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-ev-rates {
  display: grid; grid-template-columns: repeat(4, auto); justify-content: start; gap: 0 18px; margin: 6px 0 0;
  grid-auto-flow: column; grid-template-rows: auto auto;
}
.zenml-nb .znb-ev-rates dt { color: var(--z-muted); }
.zenml-nb .znb-ev-rates dd { margin: 0; font-variant-numeric: tabular-nums; }
`;
