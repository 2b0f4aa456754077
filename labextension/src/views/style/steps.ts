// The rules of zenml_nb/steps alone; every selector begins with .zenml-nb.
export const stepsStyle = `
.zenml-nb .znb-graph { max-width: 100%; overflow-x: auto; padding: 2px 0; scrollbar-color: var(--z-line) var(--z-bg); }
.zenml-nb .znb-plane { position: relative; }
.zenml-nb .znb-down .znb-plane { margin: 0 auto; }
.zenml-nb .znb-edges { position: absolute; inset: 0; overflow: visible; }
.zenml-nb .znb-edge path { fill: none; stroke: var(--z-muted); stroke-width: 1.2; opacity: 0.75; }
.zenml-nb .znb-edge .znb-tip { fill: var(--z-muted); stroke: none; opacity: 1; }
.zenml-nb .znb-edge .znb-reach { stroke: transparent; stroke-width: 12; pointer-events: stroke; }
.zenml-nb .znb-edge:is(.znb-lit, :hover) .znb-line { stroke: var(--z-accent); stroke-width: 2; opacity: 1; }
.zenml-nb .znb-edge:is(.znb-lit, :hover) .znb-tip { fill: var(--z-accent); }
.zenml-nb .znb-idle { --z-state: var(--z-muted); }
.zenml-nb .znb-info { --z-state: var(--z-info); }
.zenml-nb .znb-step {
  position: absolute; top: 0; left: 0; display: block; margin: 0; padding: 5px 9px 6px 11px;
  border: 1px solid color-mix(in srgb, var(--z-state) 60%, var(--z-line)); border-radius: 6px;
  box-shadow: inset 3px 0 0 var(--z-state); background: var(--z-bg); color: inherit;
  font: inherit; font-size: 12px; line-height: 1.4; text-align: left; cursor: pointer;
}
.zenml-nb .znb-step:hover { background: var(--z-bg2); }
.zenml-nb .znb-step.znb-ghost { border-style: dashed; box-shadow: none; }
.zenml-nb .znb-step[aria-expanded="true"] {
  border-color: var(--z-accent); background: color-mix(in srgb, var(--z-accent) 9%, var(--z-bg));
}
.zenml-nb :is(.znb-step, .znb-close, .znb-step-open, .znb-log, .znb-fold > summary):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: 1px;
}
.zenml-nb .znb-step > span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.zenml-nb .znb-step .znb-step-head { display: flex; gap: 6px; align-items: baseline; }
.zenml-nb .znb-step-name { flex: 1; overflow: hidden; text-overflow: ellipsis; font-size: 13px; font-weight: 600; }
.zenml-nb .znb-step-time { color: var(--z-muted); font-size: 11px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zenml-nb .znb-step-state { font-size: 11px; font-weight: 500; }
.zenml-nb .znb-sign { display: inline-block; min-width: 14px; color: var(--z-state); font-weight: 700; }
.zenml-nb .znb-step-fact { color: var(--z-muted); font-size: 11px; }
.zenml-nb .znb-step .znb-parts { margin: 4px 0 0; padding: 3px 0 0; border-top: 1px solid var(--z-line); }
.zenml-nb .znb-part { display: flex; align-items: baseline; font-size: 11px; line-height: 1.45; }
.zenml-nb .znb-part-name { flex: 1; overflow: hidden; text-overflow: ellipsis; }
.zenml-nb .znb-down .znb-parts { display: grid; grid-template-columns: 1fr 1fr; column-gap: 12px; }
.zenml-nb .znb-step .znb-step-bar {
  height: 5px; margin: 4px 0 1px; border-radius: 3px; background: color-mix(in srgb, var(--z-state) 22%, transparent);
}
.zenml-nb .znb-step-bar > span { display: block; height: 100%; border-radius: 3px; background: var(--z-state); }
.zenml-nb .znb-step-bar-unknown > span {
  background: repeating-linear-gradient(115deg, var(--z-state) 0 6px, transparent 6px 12px);
}
.zenml-nb .znb-state {
  padding: 0 8px; border-radius: 9px; background: color-mix(in srgb, var(--z-state) 18%, transparent);
  font-size: 12px; white-space: nowrap;
}
.zenml-nb .znb-head > .znb-title { margin: 0; overflow-wrap: anywhere; }
.zenml-nb .znb-run { color: var(--z-muted); font-size: 11px; overflow-wrap: anywhere; background: none; }
.zenml-nb .znb-panel {
  margin: 8px 0 0; padding: 8px 12px 10px; border: 1px solid var(--z-line); border-radius: 6px;
}
.zenml-nb .znb-panel[hidden] { display: none; }
.zenml-nb .znb-close {
  width: 26px; height: 26px; margin: 0 0 0 auto; padding: 0; border: 0; border-radius: 4px;
  background: none; color: inherit; font: inherit; font-size: 18px; line-height: 1; cursor: pointer;
}
.zenml-nb .znb-close:hover { background: var(--z-bg2); }
.zenml-nb .znb-panel-grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 4px 24px; }
.zenml-nb .znb-part-of { min-width: 0; }
.zenml-nb .znb-sub { margin: 6px 0 3px; color: var(--z-muted); font-size: 11px; font-weight: 600; letter-spacing: 0.03em; text-transform: uppercase; }
.zenml-nb .znb-class { margin: 0 0 4px; font-family: var(--jp-code-font-family, monospace); font-size: 12px; overflow-wrap: anywhere; }
.zenml-nb .znb-args { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: 0 12px; margin: 0; font-size: 12px; }
.zenml-nb .znb-args > * { padding: 2px 0; border-bottom: 1px solid var(--z-line); overflow-wrap: anywhere; }
.zenml-nb .znb-args > dt { float: none; width: auto; margin: 0; color: var(--z-muted); font-weight: 400; }
.zenml-nb .znb-args > dd { max-height: 160px; margin: 0; overflow: auto; font-family: var(--jp-code-font-family, monospace); }
.zenml-nb .znb-fold { margin: 0 0 2px; }
.zenml-nb .znb-fold > summary { padding: 2px 0; cursor: pointer; }
.zenml-nb .znb-fold > summary > * { margin-right: 8px; }
.zenml-nb .znb-fold > :not(summary) { margin-left: 14px; }
.zenml-nb .znb-artifacts { margin-top: 0; margin-bottom: 4px; padding: 0; list-style: none; font-size: 12px; }
.zenml-nb .znb-artifacts > li { margin: 0 0 3px; overflow-wrap: anywhere; }
.zenml-nb :is(.znb-uri, .znb-snippet) { display: block; padding: 0; background: none; color: var(--z-muted); font-size: 11px; user-select: all; overflow-wrap: anywhere; }
.zenml-nb .znb-step-open {
  padding: 0; border: 0; background: none; color: var(--z-accent); font: inherit; text-decoration: underline; cursor: pointer;
}
.zenml-nb .znb-log {
  max-height: 260px; margin: 2px 0 6px; padding: 6px 8px; overflow: auto; border-radius: 4px;
  background: var(--z-bg2); color: inherit; font: 11px/1.45 var(--jp-code-font-family, monospace);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.zenml-nb .znb-failure {
  margin: 2px 0 8px; padding: 6px 10px; border-left: 3px solid var(--z-err);
  background: color-mix(in srgb, var(--z-err) 7%, transparent);
}
.zenml-nb .znb-failure .znb-message { max-height: 160px; margin: 0; overflow: auto; font-weight: 600; overflow-wrap: anywhere; }
.zenml-nb .znb-failure .znb-place { margin: 4px 0 0; color: var(--z-muted); overflow-wrap: anywhere; }
.zenml-nb .znb-failure .znb-source {
  margin: 2px 0 4px; padding: 3px 8px; border-radius: 4px; background: var(--z-bg2); color: inherit;
  font: 12px/1.45 var(--jp-code-font-family, monospace); white-space: pre-wrap; overflow-wrap: anywhere;
}
`;
