// Draws zenml_nb/images@1: images with their names, among which a label chooses.
import type { ImagesDocument, LabeledImage } from "../contract/images";
import { element, paragraphs } from "./dom";
import { visible } from "./format";
import { clipped, counted } from "./long";
import type { Scope } from "./scope";
import { choice } from "./search";

/** A saved document is anybody's: nothing is fetched for it. */
const SOURCE = /^data:image\/(png|jpeg|gif);base64,/;
/** Up to this width the pixels are what there is to see. */
const FEW_PIXELS = 56;

export function renderImages(root: HTMLElement, document: ImagesDocument, { signal }: Scope): void {
  const { images, labels, total } = document;
  const cards = images.map((image) => ({ label: image.label, made: card(image) }));
  const body = element("div", "znb-ev-cards");
  const count = element("span", "znb-count");
  count.setAttribute("role", "status");
  const show = (wanted: string): void => {
    const shown = cards.filter(({ label }) => wanted === "" || label === wanted);
    body.replaceChildren(...shown.map(({ made }) => made));
    const all = labels.find(({ name }) => name === wanted)?.total ?? total;
    count.textContent = `${String(shown.length)} of ${counted(all, "image")}`;
  };
  show("");
  root.append(element("h3", "znb-title", clipped(document.title)), ...paragraphs(document.notes));
  if (labels.length > 0) {
    const head = element("div", "znb-head");
    const names = labels.map(({ name }) => name);
    head.append(choice("Label", names, show, signal), count);
    root.append(head);
  }
  root.append(body);
}

function card({ name, label, details, source, width }: LabeledImage): HTMLElement {
  const made = element("figure", "znb-ev-card znb-im");
  if (source !== null && SOURCE.test(source)) {
    const image = element("img", (width ?? Infinity) > FEW_PIXELS ? "" : "znb-im-dots");
    image.alt = visible(label === null ? name : `${name}: ${label}`);
    image.title = visible(details);
    image.src = source;
    made.append(image);
  } else made.append(element("div", "", details));
  const caption = element("figcaption");
  if (label !== null) caption.append(element("b", "", clipped(label, 120)));
  caption.append(element("span", "", clipped(name, 120)));
  made.append(caption);
  return made;
}
