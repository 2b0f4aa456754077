// The sidebar as a widget of JupyterLab's left area.
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import type { Api } from "../../api";
import type { SidebarEvents } from "../../sidebar/events";
import { Sidebar } from "../../sidebar/sidebar";
import type { SidebarSettings, SidebarState } from "../../sidebar/state";
import { runsIcon } from "./icon";

export class SidebarWidget extends Widget {
  readonly sidebar: Sidebar;
  readonly #ended = new AbortController();

  constructor(api: Api, events: SidebarEvents, state: SidebarState, settings: SidebarSettings) {
    super();
    this.id = "zenml-nb-runs";
    this.title.icon = runsIcon;
    this.title.caption = "Pipeline runs";
    this.addClass("zenml-nb-runs");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Pipeline runs");
    this.sidebar = new Sidebar(api, events, state, settings, this.#ended.signal);
    this.node.append(this.sidebar.element);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#ended.abort();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.sidebar.isShown = true;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.sidebar.isShown = this.isVisible;
  }

  protected override onBeforeHide(message: Message): void {
    this.sidebar.isShown = false;
    super.onBeforeHide(message);
  }

  protected override onBeforeDetach(message: Message): void {
    this.sidebar.isShown = false;
    super.onBeforeDetach(message);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.sidebar.focus();
  }
}
