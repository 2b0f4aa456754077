// A button that copies a text.
import { element } from "../dom";
import { visible } from "../format";
import type { RunScope } from "./scope";

const SHOWN = 1500;

/**
 * @param what - that is copied, for screen readers
 * @param text - asked for when the button is pressed
 */
export function copyButton(
  what: string,
  text: () => string,
  { host, signal }: RunScope,
): HTMLButtonElement {
  const button = element("button", "znb-rp-small", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", visible(`Copy ${what}`));
  const tell = (word: string): void => {
    button.textContent = word;
    setTimeout(() => {
      button.textContent = "Copy";
    }, SHOWN);
  };
  const copy = async (): Promise<void> => {
    try {
      await (host.copy ?? toClipboard)(text());
      tell("Copied");
    } catch {
      // Pages without TLS have no clipboard.
      tell("Not allowed");
    }
  };
  button.addEventListener("click", () => void copy(), { signal });
  return button;
}

function toClipboard(text: string): Promise<void> {
  return navigator.clipboard.writeText(text);
}
