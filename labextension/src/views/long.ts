// Texts and lists that may be very long.
import { element } from "./dom";
import { matcher } from "./search";

const LONGEST = 300;
/** So many values are drawn at once; the next ones when the end is scrolled into sight. */
const CHUNK = 200;
const SEARCH_ABOVE = 20;
const SIGHT = 120;

/** A text of any length; what is cut is told. */
export function clipped(text: string, longest = LONGEST): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… (${text.length.toLocaleString("en")} characters)`;
}

/** `1 value`, `2 values`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A list of values that stays quick with thousands of them, and can be searched. */
export function valueList(
  label: string,
  values: readonly string[],
  signal: AbortSignal,
): HTMLElement {
  const whole = element("div", "znb-values");
  const list = element("ul", "znb-values-list");
  list.tabIndex = 0;
  list.setAttribute("aria-label", label);
  let found = values;
  const draw = (): void => {
    const from = list.childElementCount;
    list.append(
      ...found.slice(from, from + CHUNK).map((value) => {
        const item = element("li", "", clipped(value));
        if (value === "") item.append(element("em", "", "(empty)"));
        return item;
      }),
    );
  };
  const scrolled = (): void => {
    if (list.childElementCount >= found.length) return;
    if (list.scrollTop + list.clientHeight > list.scrollHeight - SIGHT) draw();
  };
  list.addEventListener("scroll", scrolled, { signal });
  if (values.length > SEARCH_ABOVE) {
    const input = element("input", "znb-search");
    input.type = "search";
    input.placeholder = "Search values";
    input.setAttribute("aria-label", `Search ${label}`);
    const count = element("span", "znb-count");
    count.setAttribute("role", "status");
    const search = (): void => {
      const matches = matcher(input.value, false);
      found = matches ? values.filter(matches) : values;
      const all = counted(values.length, "value");
      count.textContent =
        found.length === values.length ? all : `${found.length.toLocaleString("en")} of ${all}`;
      list.replaceChildren();
      draw();
    };
    input.addEventListener("input", search, { signal });
    search();
    const head = element("div", "znb-head");
    head.append(input, count);
    whole.append(head);
  } else draw();
  whole.append(list);
  return whole;
}

/** Values behind a line of text; they are drawn when it is opened. */
export function foldedValues(
  summary: string,
  values: readonly string[],
  signal: AbortSignal,
): HTMLElement {
  return folded(summary, () => valueList(summary, values, signal), signal);
}

/** Content behind a line of text; it is made when it is opened. */
export function folded(summary: string, make: () => HTMLElement, signal: AbortSignal): HTMLElement {
  const details = element("details", "znb-folded");
  details.append(element("summary", "", summary));
  const open = (): void => {
    if (details.open && details.childElementCount === 1) details.append(make());
  };
  details.addEventListener("toggle", open, { signal });
  return details;
}
