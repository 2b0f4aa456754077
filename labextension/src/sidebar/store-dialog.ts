// Asks for the connection of a metadata store. A password is never typed here: the server reads it from its environment.
import type { NewStore } from "../api";
import { problemOf } from "../problem";
import { element } from "../views/dom";
import { wordButton } from "./icons";
import { banner } from "./states";

type StoreType = "sqlite" | "mysql" | "postgresql" | "grpc";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly types: readonly StoreType[];
  readonly optional?: boolean;
  readonly isNumber?: boolean;
}

const DATABASES = ["mysql", "postgresql"] as const;
const SERVERS = [...DATABASES, "grpc"] as const;

const TYPES: readonly (readonly [StoreType, string])[] = [
  ["sqlite", "SQLite file"],
  ["mysql", "MySQL"],
  ["postgresql", "PostgreSQL"],
  ["grpc", "ML Metadata gRPC server"],
];

const FIELDS: readonly Field[] = [
  {
    name: "uri",
    label: "File",
    hint: "as the server sees it, from Jupyter's folder",
    types: ["sqlite"],
  },
  { name: "host", label: "Host", hint: "name or address", types: SERVERS },
  { name: "port", label: "Port", hint: "", types: ["grpc"], isNumber: true },
  {
    name: "port",
    label: "Port",
    hint: "the usual one if empty",
    types: DATABASES,
    optional: true,
    isNumber: true,
  },
  { name: "database", label: "Database", hint: "", types: DATABASES },
  { name: "username", label: "User", hint: "", types: DATABASES },
  {
    name: "password_env",
    label: "Password variable",
    hint: "the name of an environment variable of the Jupyter server, not the password",
    types: DATABASES,
    optional: true,
  },
];

/**
 * Shows the dialog.
 *
 * @param add - adds the store; what it throws is shown, and the dialog stays
 */
export function askForStore(add: (store: NewStore) => Promise<void>): void {
  new StoreDialog(add).open();
}

class StoreDialog {
  readonly #dialog = element("dialog", "znb-dialog");
  readonly #form = element("form");
  readonly #type = element("select", "znb-field");
  readonly #fields = element("div", "znb-dialog-fields");
  readonly #name = textField("name");
  readonly #roots = element("textarea", "znb-field");
  readonly #trouble = element("div");
  readonly #accept: HTMLButtonElement;
  readonly #add: (store: NewStore) => Promise<void>;
  readonly #ended = new AbortController();
  /** What was typed, so that another type of store takes over what it shares. */
  readonly #typed = new Map<string, string>();

  constructor(add: (store: NewStore) => Promise<void>) {
    this.#add = add;
    const { signal } = this.#ended;
    const close = (): void => {
      this.#dialog.close();
    };
    const cancel = wordButton("Cancel", close, signal);
    this.#accept = wordButton("Add store", () => undefined, signal, "znb-accept");
    this.#accept.type = "submit";
    this.#build(cancel);
    const draw = (): void => {
      this.#draw();
    };
    this.#type.addEventListener("change", draw, { signal });
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.#submit();
    };
    this.#form.addEventListener("submit", submit, { signal });
    // Keys are the dialog's own: no shortcut of the page below may act on them.
    const keep = (event: Event): void => {
      event.stopPropagation();
    };
    this.#dialog.addEventListener("keydown", keep, { signal });
    const end = (): void => {
      this.#ended.abort();
      this.#dialog.remove();
    };
    this.#dialog.addEventListener("close", end, { signal });
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#fields.querySelector("input")?.focus();
  }

  #build(cancel: HTMLElement): void {
    const heading = element("h2", "", "Add a store of runs");
    heading.id = "znb-dialog-heading";
    this.#dialog.setAttribute("aria-labelledby", heading.id);
    for (const [type, label] of TYPES) {
      const option = element("option", "", label);
      option.value = type;
      this.#type.append(option);
    }
    this.#roots.rows = 2;
    this.#roots.spellcheck = false;
    const buttons = element("div", "znb-buttons");
    buttons.append(cancel, this.#accept);
    this.#form.append(
      heading,
      element("p", "znb-quiet", "Any ML Metadata store that TFX pipelines wrote; it is only read."),
      row("Kind", "", this.#type),
      this.#fields,
      row("Name in the list", "optional", this.#name),
      row(
        "Folders of artifacts",
        "optional, one a line: where else the views may read artifacts from",
        this.#roots,
      ),
      this.#trouble,
      buttons,
    );
    this.#dialog.append(this.#form);
    this.#draw();
  }

  #inputs(): HTMLInputElement[] {
    return [...this.#fields.querySelectorAll("input")];
  }

  #draw(): void {
    for (const { name, value } of this.#inputs()) this.#typed.set(name, value);
    const type = this.#type.value as StoreType;
    const rows = FIELDS.filter(({ types }) => types.includes(type)).map((field) => {
      const input = textField(field.name);
      input.required = field.optional !== true;
      if (field.isNumber) {
        input.type = "number";
        input.min = "1";
        input.max = "65535";
      }
      input.value = this.#typed.get(field.name) ?? "";
      return row(field.label, field.hint, input);
    });
    this.#fields.replaceChildren(...rows);
    this.#trouble.replaceChildren();
  }

  #answer(): NewStore {
    const connection: Record<string, string | number> = { type: this.#type.value };
    for (const input of this.#inputs()) {
      const value = input.value.trim();
      if (value) connection[input.name] = input.type === "number" ? Number(value) : value;
    }
    const name = this.#name.value.trim();
    const roots = this.#roots.value.split("\n").map((folder) => folder.trim());
    const given = roots.filter(Boolean);
    return { connection, ...(name ? { name } : {}), ...(given.length > 0 ? { roots: given } : {}) };
  }

  async #submit(): Promise<void> {
    this.#accept.disabled = true;
    this.#trouble.replaceChildren(element("p", "znb-quiet", "Opening the store…"));
    try {
      await this.#add(this.#answer());
      this.#dialog.close();
    } catch (error) {
      this.#trouble.replaceChildren(banner(problemOf(error), "error"));
      this.#accept.disabled = false;
    }
  }
}

function textField(name: string): HTMLInputElement {
  const input = element("input", "znb-field");
  input.name = name;
  input.autocomplete = "off";
  input.spellcheck = false;
  return input;
}

function row(label: string, hint: string, field: HTMLElement): HTMLElement {
  const made = element("label", "znb-dialog-row");
  const words = element("span", "znb-dialog-label", label);
  made.append(words, field);
  if (hint) made.append(element("span", "znb-quiet", hint));
  return made;
}
