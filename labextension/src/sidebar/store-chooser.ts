// Which metadata store is shown; stores are added and removed here.
import type { StoresDocument } from "../contract/pages/stores";
import { element } from "../views/dom";
import { visible } from "../views/format";
import { iconButton } from "./icons";

export type StoreRow = StoresDocument["stores"][number];

export interface StoreEvents {
  readonly choose: (id: string) => void;
  readonly add: () => void;
  readonly remove: (store: StoreRow) => void;
  readonly refresh: () => void;
}

export class StoreChooser {
  readonly element = element("div", "znb-stores");
  readonly #select = element("select", "znb-field");
  readonly #remove: HTMLButtonElement;
  #stores: readonly StoreRow[] = [];

  constructor(events: StoreEvents, signal: AbortSignal) {
    this.#select.setAttribute("aria-label", "Store of runs");
    this.#select.disabled = true;
    const chosen = (): StoreRow | undefined =>
      this.#stores.find(({ id }) => id === this.#select.value);
    this.#select.addEventListener(
      "change",
      () => {
        events.choose(this.#select.value);
      },
      { signal },
    );
    const remove = (): void => {
      const store = chosen();
      if (store) events.remove(store);
    };
    this.#remove = iconButton("remove", "Remove this store from the list", remove, signal);
    this.#remove.hidden = true;
    this.element.append(
      this.#select,
      iconButton("refresh", "Refresh", events.refresh, signal),
      this.#remove,
      iconButton("add", "Add a store…", events.add, signal),
    );
  }

  show(stores: readonly StoreRow[], chosen: string | null): void {
    this.#stores = stores;
    this.#select.replaceChildren(...stores.map((store) => option(store, stores)));
    if (stores.length === 0) this.#select.append(element("option", "", "No store"));
    this.#select.disabled = stores.length === 0;
    const store = stores.find(({ id }) => id === chosen);
    if (store) this.#select.value = store.id;
    this.#select.title = store ? visible(`${TYPES.get(store.type) ?? ""}: ${store.place}`) : "";
    this.#remove.hidden = store?.removable !== true;
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ["sqlite", "SQLite file"],
  ["mysql", "MySQL"],
  ["postgresql", "PostgreSQL"],
  ["grpc", "ML Metadata gRPC server"],
]);

/** Two stores of one name are told apart by their places. */
function option(store: StoreRow, stores: readonly StoreRow[]): HTMLOptionElement {
  const isShared = stores.some(({ id, name }) => id !== store.id && name === store.name);
  const made = element("option", "", isShared ? `${store.name} (${store.place})` : store.name);
  made.value = store.id;
  return made;
}
