// The rules of zenml_nb/sequences alone; every selector begins with .zenml-nb.
export const sequencesStyle = `
.zenml-nb .znb-sq-charts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 10px 16px;
  max-height: 620px; overflow: auto;
}
.zenml-nb .znb-sq-card { min-width: 0; overflow-wrap: anywhere; }
.zenml-nb .znb-sq-chart { display: block; width: 100%; max-width: 420px; overflow: visible; }
.zenml-nb .znb-sq-chart path { fill: none; }
.zenml-nb .znb-sq-line { stroke: var(--z-series-0); stroke-width: 2; }
.zenml-nb .znb-sq-other { stroke: var(--z-muted); stroke-width: 1; opacity: 0.2; }
.zenml-nb .znb-sq-dot { fill: var(--z-series-0); }
.zenml-nb .znb-sq-words { display: flex; flex-wrap: wrap; gap: 4px; max-height: 110px; overflow: auto; }
.zenml-nb .znb-sq-words span { padding: 0 6px; border: 1px solid var(--z-line); border-radius: 9px; }
`;
