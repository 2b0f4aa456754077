import { LabIcon } from "@jupyterlab/ui-components";

/** Three runs, each with its state. */
const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><circle cx="5" cy="6" r="2.5"/><circle cx="5" cy="12" r="2.5"/><circle cx="5" cy="18" r="2.5"/>
<rect x="10" y="4.750" width="12" height="2.500" rx="1"/><rect x="10" y="10.750" width="9" height="2.500" rx="1"/><rect x="10" y="16.750" width="11" height="2.500" rx="1"/></g>
</svg>`;

export const runsIcon = new LabIcon({ name: "zenml-nb:runs", svgstr });
