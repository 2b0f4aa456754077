// Small drawings, coloured by JupyterLab's themes.

/** The drawings' paths in a square of 16 units. */
const PATHS = {
  add: "M7.25 2.5h1.5v4.75h4.75v1.5H8.75v4.75h-1.5V8.75H2.5v-1.5h4.75z",
  close: "M4.1 3 8 6.9 11.9 3 13 4.1 9.1 8l3.9 3.9-1.1 1.1L8 9.1 4.1 13 3 11.9 6.9 8 3 4.1z",
  filter: "M1.5 3h13v1.5l-5 5.2V14l-3-1.6V9.7l-5-5.2zm2.3 1.5L8 8.8l4.2-4.3z",
  refresh:
    "M8 2.5c1.6 0 3 .7 4 1.8V2.5h1.5v4.4H9.1V5.4h1.9A4 4 0 1 0 12 8.8h1.5A5.5 5.5 0 1 1 8 2.5z",
  remove: "M6 2h4l.6 1H13v1.4H3V3h2.4zM4 5.5h8l-.6 8.5H4.6zm1.5 1.4.4 5.7h4.2l.4-5.7z",
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("znb-icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/** A button with a drawing; the label is its name and its tooltip. */
export function iconButton(
  name: IconName,
  label: string,
  act: () => void,
  signal: AbortSignal,
): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "znb-icon-button";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.addEventListener("click", act, { signal });
  return button;
}

/** A button with a word. */
export function wordButton(
  word: string,
  act: () => void,
  signal: AbortSignal,
  className = "",
): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `znb-word-button ${className}`.trim();
  button.textContent = word;
  button.addEventListener("click", act, { signal });
  return button;
}
