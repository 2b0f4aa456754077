// The JupyterLab extension: what saved notebooks show, and the browser of runs. Neither needs the other.
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { runsPlugin } from "./lab-runs";
import { viewsPlugin } from "./lab-views";

const plugins: JupyterFrontEndPlugin<void>[] = [viewsPlugin, runsPlugin];

export default plugins;
