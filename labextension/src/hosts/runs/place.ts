// Where a page goes: to the main area of JupyterLab, among the tabs of the files in Notebook 7, else to the side.
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { TabPanel, type Widget } from "@lumino/widgets";

type Shell = JupyterFrontEnd.IShell;

/** Adds a page where there is most room for it. */
export function place(shell: Shell, page: Widget): void {
  const tabs = tabsOf(shell);
  if (tabs) tabs.addWidget(page);
  else shell.add(page, "main");
  // A notebook of Notebook 7 has the main area for itself.
  if (!page.isAttached) shell.add(page, "right");
}

export function bringToFront(shell: Shell, page: Widget): void {
  const tabs = tabsOf(shell);
  if (tabs?.widgets.includes(page)) tabs.currentWidget = page;
  else shell.activateById(page.id);
}

/** The page whose tab is in front. */
export function inFront(shell: Shell): Widget | null {
  return tabsOf(shell)?.currentWidget ?? shell.currentWidget;
}

/** The page of the files in Notebook 7 is one widget with tabs. */
function tabsOf(shell: Shell): TabPanel | undefined {
  for (const widget of shell.widgets("main")) if (widget instanceof TabPanel) return widget;
  return undefined;
}
