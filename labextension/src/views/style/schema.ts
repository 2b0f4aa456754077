// The rules of zenml_nb/schema, and of the bars and lists that zenml_nb/anomalies has too; every
// selector begins with .zenml-nb.
export const schemaStyle = `
.zenml-nb :is(.znb-select, .znb-toggle) {
  height: 28px; margin: 0; padding: 0 8px; font: inherit; color: inherit; background: var(--z-bg);
  border: 1px solid var(--z-line); border-radius: 4px; cursor: pointer;
}
.zenml-nb .znb-toggle { margin-left: -6px; font-family: var(--jp-code-font-family, monospace); }
.zenml-nb .znb-toggle[aria-pressed="true"] { border-color: var(--z-accent); color: var(--z-accent); }
.zenml-nb .znb-search[aria-invalid="true"] { border-color: var(--z-err); }
.zenml-nb :is(.znb-select, .znb-toggle, .znb-opener, .znb-values-list, .znb-folded summary):focus-visible {
  outline: 2px solid var(--z-accent); outline-offset: -2px;
}
.zenml-nb .znb-chart { margin: 10px 0 0; }
.zenml-nb .znb-bars { margin: 0; padding: 0; list-style: none; max-width: 720px; }
.zenml-nb .znb-bars > li {
  display: grid; grid-template-columns: minmax(60px, 170px) minmax(60px, 240px) minmax(150px, 1fr);
  align-items: center; gap: 0 10px; padding: 2px 0;
}
.zenml-nb .znb-chart .znb-bars > li { grid-template-columns: 80px minmax(80px, 280px) minmax(90px, 1fr); }
.zenml-nb .znb-bar-name {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right;
}
.zenml-nb .znb-bar { display: block; width: 100%; height: 12px; border-radius: 2px; }
.zenml-nb .znb-bar-track { fill: var(--z-bg2); }
.zenml-nb .znb-bar-value { color: var(--z-muted); font-variant-numeric: tabular-nums; }
.zenml-nb .znb-legend {
  display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 4px 0 0; padding: 0; list-style: none;
  color: var(--z-muted);
}
.zenml-nb .znb-legend i {
  display: inline-block; width: 10px; height: 10px; margin-right: 5px; border-radius: 2px;
}
.zenml-nb .znb-table .znb-wrap { overflow-wrap: anywhere; white-space: pre-line; }
.zenml-nb .znb-table thead .znb-plain { padding: 6px 12px; font-weight: 600; }
.zenml-nb .znb-features tbody th { max-width: 260px; min-width: 120px; }
.zenml-nb .znb-opener {
  margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit;
  font-weight: 500; text-align: left; overflow-wrap: anywhere; cursor: pointer;
}
.zenml-nb .znb-opener::before { content: "▸"; display: inline-block; width: 16px; color: var(--z-muted); }
.zenml-nb .znb-opener[aria-expanded="true"]::before { content: "▾"; }
.zenml-nb .znb-opener:hover { color: var(--z-accent); }
.zenml-nb .znb-leaf { padding-left: 16px; overflow-wrap: anywhere; }
.zenml-nb .znb-found { color: var(--z-accent); }
.zenml-nb .znb-table .znb-more { max-width: none; padding: 6px 12px 12px 28px; background: var(--z-bg2); }
.zenml-nb .znb-more-title { margin: 4px 0; font-weight: 600; }
.zenml-nb .znb-more dl {
  display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 12px; margin: 0 0 4px;
}
.zenml-nb .znb-more dt { color: var(--z-muted); }
.zenml-nb .znb-more dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
.zenml-nb .znb-values-list {
  max-height: 220px; margin: 0; padding: 4px 10px; overflow: auto; list-style: none;
  border: 1px solid var(--z-line); border-radius: 4px; background: var(--z-bg);
}
.zenml-nb .znb-values-list li { padding: 1px 0; overflow-wrap: anywhere; }
.zenml-nb .znb-folded summary { cursor: pointer; }
.zenml-nb .znb-folded[open] > summary { margin-bottom: 4px; }
.zenml-nb .znb-same { margin: 0; color: var(--z-ok); }
.zenml-nb .znb-difference tbody { border: 0; }
.zenml-nb .znb-difference .znb-old { text-decoration: line-through; text-decoration-color: var(--z-muted); }
.zenml-nb .znb-difference .znb-old:has(.znb-folded) { text-decoration: none; }
.zenml-nb .znb-difference tbody tr:last-child > * { border-bottom: 1px solid var(--z-line); }
.zenml-nb .znb-difference tbody:last-child tr:last-child > *, .zenml-nb .znb-difference tbody:last-child th {
  border-bottom: 0;
}
.zenml-nb .znb-difference th .znb-badge { margin-top: 3px; font-weight: 400; }
`;
