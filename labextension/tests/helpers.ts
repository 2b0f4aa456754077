import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TableCell, TableColumn, TablesDocument } from "../src/contract/tables";
import { mount } from "../src/views/mount";

/** A file that the Python tests read too. */
export function shared(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../tests/views", name), "utf8"));
}

type Columns = readonly (readonly [name: string, kind: TableColumn["kind"]])[];

/** A document of one table. */
export function makeTable(columns: Columns, rows: TableCell[][], title = "T"): TablesDocument {
  const heads = columns.map(([name, kind]) => ({ name, label: name, kind }));
  const section = { title, notes: [], columns: heads, rows };
  return { schema: "zenml_nb/tables@1", title, notes: [], sections: [section] };
}

/** Shows a document in an element of the page. */
export function show(document_: unknown): HTMLElement & { dispose: () => void } {
  const el = document.createElement("div");
  document.body.append(el);
  const view = mount(el);
  view.show(document_);
  return Object.assign(el, {
    dispose: () => {
      view.dispose();
    },
  });
}

export function all<E extends HTMLElement = HTMLElement>(el: ParentNode, selector: string): E[] {
  return [...el.querySelectorAll<E>(selector)];
}

// The caller knows what the selector finds, as with querySelector itself.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function only<E extends HTMLElement = HTMLElement>(el: ParentNode, selector: string): E {
  const [found, ...more] = all<E>(el, selector);
  if (!found || more.length > 0) throw new Error(`not exactly one ${selector}`);
  return found;
}

/** The text of every cell of the body, row by row. */
export function grid(el: ParentNode): string[][] {
  return all(el, "tbody tr").map((row) => [...row.children].map((cell) => cell.textContent));
}

export function type(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event("input"));
}
