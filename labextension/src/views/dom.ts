import { visible } from "./format";

/** A new element with a class and, as text only, its content. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = visible(text);
  return made;
}

/** One paragraph per note. */
export function paragraphs(notes: readonly string[]): HTMLElement[] {
  return notes.map((note) => element("p", "znb-note", note));
}
