// The CSS of the sidebar, of its dialog, and of what stands in the place of a page that has not come. JupyterLab's
// colours follow its theme.
const places = ":is(.znb-sidebar, .znb-dialog, .znb-page)";

const controls = `
${places} { color: var(--jp-ui-font-color1); font: 13px/1.4 var(--jp-ui-font-family); }
${places} *, ${places} *::before { box-sizing: border-box; }
${places} [hidden] { display: none !important; }
${places} .znb-hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
${places} .znb-icon { display: block; width: 16px; height: 16px; fill: currentColor; }
${places} :is(.znb-icon-button, .znb-word-button, .znb-chip) {
  margin: 0; border: 1px solid transparent; border-radius: 4px; background: none; color: inherit;
  font: inherit; cursor: pointer;
}
${places} .znb-icon-button {
  flex: none; width: 28px; height: 28px; padding: 5px; color: var(--jp-ui-font-color2);
}
${places} .znb-word-button { min-height: 28px; padding: 3px 10px; border-color: var(--jp-border-color1); }
${places} :is(.znb-icon-button, .znb-word-button):hover:enabled { background: var(--jp-layout-color2); }
${places} .znb-accept, ${places} .znb-accept:hover:enabled {
  border-color: transparent; background: var(--jp-brand-color1); color: var(--jp-ui-inverse-font-color1, #fff);
}
${places} .znb-accept:hover:enabled { filter: brightness(1.1); }
${places} button:disabled { opacity: 0.5; cursor: default; }
${places} .znb-field {
  width: 100%; min-width: 0; height: 28px; margin: 0; padding: 0 7px; border: 1px solid var(--jp-border-color1);
  border-radius: 4px; background: var(--jp-layout-color1); color: inherit; font: inherit; text-overflow: ellipsis;
}
${places} textarea.znb-field { height: auto; padding: 5px 7px; resize: vertical; }
${places} .znb-field::placeholder { color: var(--jp-ui-font-color2); opacity: 1; }
${places} :is(button, .znb-field, input, .znb-run-list):focus-visible {
  outline: 2px solid var(--jp-brand-color1); outline-offset: -1px;
}
${places} .znb-quiet { color: var(--jp-ui-font-color2); font-size: 12px; }
${places} .znb-code {
  display: block; margin: 4px 0 0; padding: 6px 8px; border: 0; border-radius: 4px; overflow-x: auto;
  background: var(--jp-layout-color2); color: inherit; font: 12px/1.5 var(--jp-code-font-family); white-space: pre-wrap; overflow-wrap: break-word;
}
${places} .znb-buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
`;

const states = `
${places} .znb-card { max-width: 60ch; padding: 16px 14px; overflow-wrap: anywhere; }
${places} .znb-card h3 { margin: 0 0 6px; font-size: 14px; font-weight: 600; color: inherit; }
${places} .znb-card p { margin: 0 0 6px; color: var(--jp-ui-font-color2); }
${places} .znb-card .znb-where, ${places} .znb-banner .znb-where {
  font: 12px/1.4 var(--jp-code-font-family);
}
${places} .znb-failed { border-left: 3px solid var(--jp-error-color1); }
${places} .znb-steps { margin: 8px 0 0; padding-left: 20px; }
${places} .znb-steps li { margin: 0 0 8px; }
${places} .znb-skeleton { padding: 6px 12px; }
${places} .znb-bone {
  height: 44px; margin: 0 0 10px; border-radius: 4px; background: var(--jp-layout-color2);
  animation: znb-breathe 1.4s ease-in-out infinite alternate;
}
${places} .znb-bone:nth-child(n + 5) { opacity: 0.5; }
@keyframes znb-breathe { to { filter: opacity(0.5); } }
${places} .znb-banner {
  margin: 0 8px 6px; padding: 6px 10px; border-left: 3px solid var(--z-banner); border-radius: 2px;
  background: color-mix(in srgb, var(--z-banner) 12%, transparent); overflow-wrap: anywhere;
}
${places} .znb-banner-warning { --z-banner: var(--jp-warn-color1); }
${places} .znb-banner-error { --z-banner: var(--jp-error-color1); }
${places} .znb-banner p { margin: 0 0 3px; }
${places} .znb-strong { font-weight: 600; }
`;

const head = `
.znb-sidebar { display: flex; flex-direction: column; height: 100%; min-height: 0; background: var(--jp-layout-color1); }
.znb-sidebar-head { flex: none; padding: 8px 8px 0; }
.znb-stores, .znb-search-line, .znb-selection { display: flex; align-items: center; gap: 2px; }
.znb-stores { margin-bottom: 6px; font-weight: 600; }
.znb-search-line { gap: 4px; margin-bottom: 6px; }
.znb-on { background: var(--jp-layout-color2); }
.znb-badge-on { position: relative; }
.znb-badge-on::before {
  content: ""; position: absolute; top: 3px; right: 3px; width: 8px; height: 8px; border-radius: 50%;
  background: var(--jp-brand-color1);
}
.znb-chips { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: 6px; }
.znb-sidebar .znb-chip {
  display: flex; align-items: center; gap: 4px; max-width: 100%; padding: 1px 4px 1px 8px; border-radius: 10px;
  background: var(--jp-layout-color2); font-size: 12px;
}
.znb-chip span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.znb-chip .znb-icon { flex: none; width: 12px; height: 12px; }
.znb-chip:hover { background: var(--jp-layout-color3); }
.znb-filters {
  flex: 0 1 auto; max-height: 55%; margin: 0 0 6px; padding: 4px 8px 8px; overflow-y: auto;
  border-block: 1px solid var(--jp-border-color2);
}
.znb-choices { min-width: 0; margin: 0 0 8px; padding: 0; border: 0; }
.znb-choices legend { padding: 4px 0; font-size: 12px; font-weight: 600; color: var(--jp-ui-font-color2); }
.znb-choices-list { max-height: 152px; overflow-y: auto; }
.znb-choices-list p { margin: 0; }
.znb-choice { display: flex; align-items: center; gap: 6px; min-height: 24px; padding: 0 2px; border-radius: 3px; cursor: pointer; }
.znb-choice:hover { background: var(--jp-layout-color2); }
.znb-choice input { flex: none; margin: 0; accent-color: var(--jp-brand-color1); }
.znb-choice-name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.znb-choice-count { color: var(--jp-ui-font-color2); font-size: 12px; font-variant-numeric: tabular-nums; }
.znb-pair { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px; }
.znb-labelled { flex: 1 1 100px; min-width: 0; }
.znb-notices { flex: none; }
.znb-notices > .znb-note { margin: 0 8px 6px; color: var(--jp-ui-font-color2); font-size: 12px; overflow-wrap: anywhere; }
.znb-selection {
  flex: none; gap: 6px; padding: 4px 8px; background: color-mix(in srgb, var(--jp-brand-color1) 12%, transparent);
}
.znb-selection-count { flex: 1; font-weight: 600; }
.znb-instead { flex: 1; min-height: 0; overflow-y: auto; }
.znb-footer {
  flex: none; padding: 4px 10px; border-top: 1px solid var(--jp-border-color2); color: var(--jp-ui-font-color2);
  font-size: 12px; font-variant-numeric: tabular-nums;
}
`;

const list = `
.znb-run-list { position: relative; flex: 1; min-height: 0; overflow-y: auto; overflow-x: hidden; contain: strict; }
.znb-run-list[aria-busy="true"] { opacity: 0.6; }
.znb-run-plane { position: relative; }
.znb-run {
  --z-state: var(--jp-ui-font-color3); position: absolute; top: 0; left: 0; right: 0; display: flex; gap: 6px;
  padding: 5px 10px 5px 8px; border-bottom: 1px solid var(--jp-border-color2); overflow: hidden; cursor: pointer;
  user-select: none;
}
.znb-run[data-level="ok"] { --z-state: var(--jp-success-color1); }
.znb-run[data-level="warning"] { --z-state: var(--jp-warn-color1); }
.znb-run[data-level="error"] { --z-state: var(--jp-error-color1); }
.znb-run[data-level="info"] { --z-state: var(--jp-info-color1, var(--jp-brand-color1)); }
.znb-run:hover { background: var(--jp-layout-color2); }
.znb-run[aria-selected="true"] { background: color-mix(in srgb, var(--jp-brand-color1) 16%, transparent); }
.znb-run-list:focus-visible .znb-run-active { box-shadow: inset 3px 0 var(--jp-brand-color1); }
/* The box to select a run; it shows itself where it is of use. */
.znb-run-check {
  flex: none; width: 14px; height: 14px; margin-top: 2px; border: 1px solid var(--jp-border-color1); border-radius: 3px;
  background: var(--jp-layout-color1);
}
.znb-run:hover .znb-run-check { border-color: var(--jp-ui-font-color2); }
.znb-run[aria-selected="true"] .znb-run-check {
  border-color: var(--jp-brand-color1);
  background: var(--jp-brand-color1);
  box-shadow: inset 0 0 0 2px var(--jp-layout-color1);
}
.znb-run-sign { flex: none; width: 16px; text-align: center; font-weight: 700; color: var(--z-state); }
.znb-run-spinner::before {
  content: ""; display: block; width: 12px; height: 12px; margin: 3px 2px; border: 2px solid var(--z-state);
  border-top-color: transparent; border-radius: 50%; animation: znb-turn 0.9s linear infinite;
}
@keyframes znb-turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .znb-run-spinner::before, .znb-bone { animation: none; } }
.znb-run-body { flex: 1; min-width: 0; }
.znb-run-line { display: flex; gap: 8px; min-width: 0; height: 17px; line-height: 17px; white-space: nowrap; }
.znb-run-line > * { overflow: hidden; text-overflow: ellipsis; }
.znb-run-pipeline { flex: 1; font-weight: 600; }
.znb-run-when { flex: none; color: var(--jp-ui-font-color2); font-size: 12px; }
.znb-run-second { font-size: 12px; color: var(--jp-ui-font-color2); }
.znb-run-state { flex: none; }
.znb-run[data-level="error"] .znb-run-state { color: var(--z-state); }
.znb-run-taken { flex: none; font-variant-numeric: tabular-nums; }
.znb-run-id { flex: 1 1 0; min-width: 0; text-align: right; font: 11px/17px var(--jp-code-font-family); color: var(--jp-ui-font-color2); }
.znb-run-third { font-size: 12px; }
.znb-run-facts { flex: 1; color: var(--jp-ui-font-color2); }
.znb-run-error { color: var(--jp-error-color1); }
.znb-run-metric { margin-right: 10px; }
.znb-run-metric b { margin-left: 4px; font-weight: 600; color: var(--jp-ui-font-color1); font-variant-numeric: tabular-nums; }
.znb-run-awaited::after {
  content: ""; position: absolute; inset: 10px 12px; border-radius: 4px; background: var(--jp-layout-color2);
}
.znb-run-awaited > * { visibility: hidden; }
`;

const dialog = `
.znb-dialog {
  width: min(460px, calc(100vw - 32px)); max-height: calc(100vh - 32px); padding: 18px 20px; border: 1px solid var(--jp-border-color1);
  border-radius: 6px; background: var(--jp-layout-color1); box-shadow: var(--jp-elevation-z24, 0 8px 30px rgb(0 0 0 / 40%));
}
.znb-dialog::backdrop { background: rgb(0 0 0 / 45%); }
.znb-dialog h2 { margin: 0 0 4px; font-size: 16px; font-weight: 600; }
.znb-dialog p { margin: 0 0 10px; }
.znb-dialog-row { display: block; margin: 0 0 10px; }
.znb-dialog-label { display: block; margin-bottom: 3px; font-weight: 600; }
.znb-dialog .znb-banner { margin: 0 0 6px; }
.znb-dialog .znb-buttons { justify-content: flex-end; }
`;

/** What a page in the main area needs for the states before its document is there. */
export const pageStyle = [controls, states].join("");

export const sidebarStyle = [controls, states, head, list, dialog].join("");
