// A section that can be closed, with the keyboard too.
import { element } from "../dom";

export function fold(title: string, content: readonly HTMLElement[], isOpen = true): HTMLElement {
  const made = element("details", "znb-section znb-cmp-fold");
  made.open = isOpen;
  const summary = element("summary", "znb-caption", title);
  made.append(summary, ...content);
  return made;
}
