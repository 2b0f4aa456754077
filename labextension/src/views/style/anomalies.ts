// The rules of zenml_nb/anomalies alone; every selector begins with .zenml-nb.
export const anomaliesStyle = `
.zenml-nb .znb-good { margin: 6px 0 0; }
.zenml-nb .znb-tall { max-height: 560px; }
.zenml-nb .znb-reasons td { min-width: 110px; }
.zenml-nb .znb-reasons td:first-child { min-width: 0; }
.zenml-nb .znb-reasons td:nth-child(3) { min-width: 200px; max-width: 420px; }
.zenml-nb .znb-reasons tbody th { position: static; overflow-wrap: break-word; }
.zenml-nb .znb-said { margin-top: 3px; color: var(--z-muted); font-size: 12px; }
.zenml-nb .znb-link {
  display: block; margin: 2px 0 0; padding: 0; border: 0; background: none; color: var(--z-accent);
  font: inherit; font-size: 12px; cursor: pointer; text-decoration: underline;
}
.zenml-nb .znb-link:focus-visible { outline: 2px solid var(--z-accent); outline-offset: 1px; }
`;
