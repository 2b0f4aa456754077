// All rules stay under .zenml-nb. Colours come from JupyterLab, else from Panel, else from the
// fallbacks at the top, so that a view is readable wherever it is shown.
export const base = `
.zenml-nb {
  --f-bg: #fff; --f-bg2: #f5f5f5; --f-fg: #212121; --f-muted: #5f5f5f; --f-line: #dcdcdc;
  --f-accent: #1976d2; --f-ok: #2e7d32; --f-warn: #ed8a00; --f-err: #d32f2f;
}
@media (prefers-color-scheme: dark) {
  .zenml-nb {
    --f-bg: #151515; --f-bg2: #222; --f-fg: #e6e6e6; --f-muted: #a8a8a8; --f-line: #424242;
    --f-accent: #64b5f6; --f-ok: #66bb6a; --f-warn: #ffa726; --f-err: #ef5350;
  }
}
.zenml-nb {
  --z-bg: var(--jp-layout-color1, var(--panel-background-color, var(--f-bg)));
  --z-bg2: var(--jp-layout-color2, var(--panel-surface-color, var(--f-bg2)));
  --z-fg: var(--jp-ui-font-color1, var(--panel-on-background-color, var(--f-fg)));
  --z-muted: var(--jp-ui-font-color2, var(--panel-on-background-color, var(--f-muted)));
  --z-line: var(--jp-border-color2, var(--panel-border-color, var(--f-line)));
  --z-accent: var(--jp-brand-color1, var(--panel-primary-color, var(--f-accent)));
  --z-ok: var(--jp-success-color1, var(--success-color, var(--f-ok)));
  --z-warn: var(--jp-warn-color1, var(--warning-color, var(--f-warn)));
  --z-err: var(--jp-error-color1, var(--danger-color, var(--f-err)));
  --z-info: var(--jp-info-color1, var(--info-color, var(--f-accent)));
  /* One colour a split or model, readable on light and on dark; the same in zenml_nb/views/html/elements.py. */
  --z-series-0: #3b82c4; --z-series-1: #e07b39; --z-series-2: #3f9e6b; --z-series-3: #b3569e;
  --z-series-4: #a08a2c; --z-series-5: #6f6fd0; --z-series-6: #c94f5d; --z-series-7: #4b9aa5;
  box-sizing: border-box; max-width: 100%; padding: 8px 12px 12px;
  background: var(--z-bg); color: var(--z-fg);
  font: 13px/1.45 var(--jp-ui-font-family, system-ui, sans-serif);
}
.zenml-nb *, .zenml-nb *::before, .zenml-nb *::after { box-sizing: border-box; }
.zenml-nb .znb-title { margin: 0 0 4px; font-size: 16px; font-weight: 600; color: inherit; }
.zenml-nb .znb-note { margin: 0 0 4px; max-width: 80ch; color: var(--z-muted); }
.zenml-nb .znb-problem {
  margin: 0 0 6px; padding: 6px 10px; border-left: 3px solid var(--z-err); overflow-wrap: anywhere;
}
.zenml-nb .znb-section { margin: 16px 0 0; }
.zenml-nb .znb-head {
  display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; margin: 0 0 6px;
}
.zenml-nb .znb-caption {
  flex: 0 1 auto; margin: 0 6px 0 0; font-size: 14px; font-weight: 600; color: inherit;
}
.zenml-nb .znb-count { color: var(--z-muted); font-variant-numeric: tabular-nums; }
.zenml-nb .znb-search {
  flex: 0 1 200px; min-width: 120px; height: 28px; margin: 0; padding: 0 8px; font: inherit;
  color: inherit; background: var(--z-bg); border: 1px solid var(--z-line); border-radius: 4px;
}
.zenml-nb .znb-search::placeholder { color: var(--z-muted); opacity: 1; }
.zenml-nb .znb-hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
.zenml-nb .znb-scroll {
  position: relative; width: fit-content; max-width: 100%; max-height: 420px; overflow: auto;
  border: 1px solid var(--z-line); border-radius: 4px;
  scrollbar-color: var(--z-line) var(--z-bg);
}
.zenml-nb :is(.znb-scroll, .znb-search, .znb-sort):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: -2px;
}
.zenml-nb .znb-table {
  margin: 0; border: 0; border-collapse: separate; border-spacing: 0; table-layout: auto;
  font-size: inherit; color: inherit;
}
.zenml-nb .znb-table :is(th, td) {
  max-width: 320px; padding: 5px 12px; border: 0; border-bottom: 1px solid var(--z-line);
  background: var(--z-bg); text-align: left; vertical-align: top; font-weight: 400;
  white-space: normal; overflow-wrap: break-word;
}
.zenml-nb .znb-table tbody tr:last-child > * { border-bottom: 0; }
.zenml-nb .znb-table tbody tr:hover > * { background: var(--z-bg2); }
.zenml-nb .znb-table tbody th { position: sticky; left: 0; z-index: 1; max-width: 220px; font-weight: 500; }
.zenml-nb .znb-table thead th {
  position: sticky; top: 0; z-index: 2; padding: 0; background: var(--z-bg2);
  vertical-align: bottom;
}
.zenml-nb .znb-table thead .znb-corner { left: 0; z-index: 3; }
.zenml-nb .znb-table .znb-number {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
}
.zenml-nb .znb-table .znb-missing { color: var(--z-muted); }
.zenml-nb .znb-table .znb-empty { padding: 12px; color: var(--z-muted); text-align: center; }
.zenml-nb .znb-sort {
  width: 100%; margin: 0; padding: 6px 12px; border: 0; background: none; color: inherit;
  font: inherit; font-weight: 600; text-align: inherit; white-space: nowrap; cursor: pointer;
}
.zenml-nb .znb-sort:hover { color: var(--z-accent); }
.zenml-nb .znb-unit { font-weight: 400; color: var(--z-muted); }
/* The arrow of a number stands before its label, so that the label ends where the numbers end. */
.zenml-nb .znb-sort { --z-arrow: "↕"; --z-strength: 0.3; }
.zenml-nb [aria-sort="ascending"] .znb-sort { --z-arrow: "↑"; --z-strength: 1; }
.zenml-nb [aria-sort="descending"] .znb-sort { --z-arrow: "↓"; --z-strength: 1; }
.zenml-nb :not(.znb-number) > .znb-sort::after { content: var(--z-arrow); padding-left: 4px; }
.zenml-nb .znb-number > .znb-sort::before { content: var(--z-arrow); padding-right: 4px; }
.zenml-nb .znb-sort::before, .zenml-nb .znb-sort::after {
  font-weight: 400; opacity: var(--z-strength);
}
.zenml-nb .znb-badge {
  --z-state: var(--z-info); display: inline-block; padding: 0 8px; border-radius: 9px;
  background: color-mix(in srgb, var(--z-state) 18%, transparent); white-space: nowrap;
}
.zenml-nb .znb-badge::before {
  content: ""; display: inline-block; width: 8px; height: 8px; margin-right: 6px;
  border-radius: 50%; background: var(--z-state);
}
.zenml-nb .znb-ok { --z-state: var(--z-ok); }
.zenml-nb .znb-warning { --z-state: var(--z-warn); }
.zenml-nb .znb-error { --z-state: var(--z-err); }
`;
