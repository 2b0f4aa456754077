// The rules of zenml_nb/training, and of the curve of a step; every selector begins with .zenml-nb.
export const trainingStyle = `
.zenml-nb .znb-tr-metrics {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 0 24px;
}
.zenml-nb .znb-tr-spark { display: block; width: 100%; height: 30px; margin: 3px 0 0; }
.zenml-nb .znb-tr-spark path { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.zenml-nb .znb-step-curve:empty { display: none; }
`;
