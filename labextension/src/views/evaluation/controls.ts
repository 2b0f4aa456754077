// Controls that choose what is shown, and drawing anew without losing the focus.
import { element } from "../dom";
import { visible } from "../format";
import { clipped } from "../long";

export type Option = readonly [value: number | string, name: string];

/** A choice among options. */
export function select<V extends number | string>(
  label: string,
  options: readonly (readonly [value: V, name: string])[],
  chosen: V,
  changed: (value: V) => void,
  signal: AbortSignal,
): HTMLElement {
  const made = element("select", "znb-select");
  made.setAttribute("aria-label", label);
  made.dataset.key = label;
  for (const [value, name] of options) {
    const option = element("option", "", clipped(name, 60));
    option.selected = value === chosen;
    made.append(option);
  }
  const change = (): void => {
    const option = options[made.selectedIndex];
    if (option) changed(option[0]);
  };
  made.addEventListener("change", change, { signal });
  return made;
}

export function button(
  className: string,
  text: string,
  clicked: () => void,
  signal: AbortSignal,
): HTMLButtonElement {
  const made = element("button", className, text);
  made.type = "button";
  made.dataset.key = text;
  made.addEventListener("click", clicked, { signal });
  return made;
}

export function checkbox(
  isChecked: boolean,
  changed: (isChecked: boolean) => void,
  signal: AbortSignal,
): HTMLInputElement {
  const made = element("input");
  made.type = "checkbox";
  made.checked = isChecked;
  const change = (): void => {
    changed(made.checked);
  };
  made.addEventListener("change", change, { signal });
  return made;
}

/** A region that can be scrolled, also with the keyboard. */
export function region(className: string, label: string): HTMLElement {
  const made = element("div", className);
  made.tabIndex = 0;
  made.setAttribute("role", "region");
  made.setAttribute("aria-label", visible(label));
  return made;
}

/** Replaces the content; the control with the focus is found again by its key. */
export function redraw(container: HTMLElement, ...content: readonly Node[]): void {
  const { activeElement } = container.getRootNode() as Document | ShadowRoot;
  const key =
    activeElement && container.contains(activeElement) && activeElement.getAttribute("data-key");
  container.replaceChildren(...content);
  if (!key) return;
  for (const made of container.querySelectorAll<HTMLElement>("[data-key]")) {
    if (made.dataset.key === key) made.focus({ preventScroll: true });
  }
}
