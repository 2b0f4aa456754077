// The rules of zenml_nb/images alone; every selector begins with .zenml-nb.
export const imagesStyle = `
.zenml-nb .znb-im { width: 138px; margin: 0; padding: 8px 12px; overflow-wrap: anywhere; }
.zenml-nb .znb-im > :first-child {
  display: block; width: 112px; height: 112px; margin: 0 0 4px; overflow: auto; object-fit: contain;
}
.zenml-nb .znb-im > div { color: var(--z-muted); }
.zenml-nb .znb-im b { display: block; }
.zenml-nb .znb-head > .znb-select { max-width: 100%; }
.zenml-nb .znb-im-dots { image-rendering: pixelated; }
`;
