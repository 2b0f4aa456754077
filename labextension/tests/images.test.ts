import { afterEach, expect, test } from "vitest";
import type { ImagesDocument, LabeledImage } from "../src/contract/images";
import { all, only, show } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

const PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

const image = (
  name: string,
  label: string | null,
  more: Partial<LabeledImage> = {},
): LabeledImage => ({
  name,
  label,
  details: "GIF, 1 × 1 pixels, 42 bytes",
  source: PIXEL,
  width: 1,
  height: 1,
  ...more,
});

const make = (more: Partial<ImagesDocument> = {}): ImagesDocument => ({
  schema: "zenml_nb/images@1",
  title: "Images of pets",
  notes: ["3 of 1,200 images of the commit abc."],
  total: 1200,
  labels: [
    { name: "cat", total: 1000 },
    { name: "<b>dog</b>", total: 200 },
  ],
  images: [image("a.gif", "cat"), image("b.gif", "<b>dog</b>"), image("c.gif", "cat")],
  ...more,
});

const choose = (el: HTMLElement, value: string): void => {
  const select = only<HTMLSelectElement>(el, "select");
  select.value = value;
  select.dispatchEvent(new Event("change"));
};
const names = (el: HTMLElement): (string | null)[] =>
  all(el, "figcaption span").map((name) => name.textContent);

test("each image has its label, its name and a text for who does not see it", () => {
  const el = show(make());
  expect(only(el, ".znb-title").textContent).toBe("Images of pets");
  expect(names(el)).toEqual(["a.gif", "b.gif", "c.gif"]);
  expect(all(el, "figcaption b").map((label) => label.textContent)).toEqual([
    "cat",
    "<b>dog</b>",
    "cat",
  ]);
  const [first, second] = all<HTMLImageElement>(el, "img");
  expect([first?.src, first?.alt, first?.title]).toEqual([
    PIXEL,
    "a.gif: cat",
    "GIF, 1 × 1 pixels, 42 bytes",
  ]);
  expect(second?.alt).toBe("b.gif: <b>dog</b>");
});

test("a label chooses, and its number of images is told", () => {
  const el = show(make());
  const count = only(el, ".znb-count");
  expect(count.textContent).toBe("3 of 1,200 images");
  choose(el, "<b>dog</b>");
  expect([names(el), count.textContent]).toEqual([["b.gif"], "1 of 200 images"]);
  choose(el, "cat");
  expect([names(el), count.textContent]).toEqual([["a.gif", "c.gif"], "2 of 1,000 images"]);
  choose(el, "");
  expect(names(el)).toHaveLength(3);
});

test("what is not shown says why in its place", () => {
  const details = "JPEG, 4,000 × 3,000 pixels, 2.1 MB: too large to be shown";
  const el = show(make({ images: [image("big.jpeg", "cat", { source: null, details })] }));
  expect(all(el, "img")).toEqual([]);
  expect(only(el, "figure > div").textContent).toBe(details);
  expect(names(el)).toEqual(["big.jpeg"]);
});

test.each([
  "https://example.org/x.png",
  "//example.org/x.png",
  "data:image/svg+xml,<svg/>",
  "data:text/html;base64,AAAA",
  "javascript:alert(1)",
  " data:image/png;base64,AAAA",
])("the address %s is not asked for", (source) => {
  const el = show(make({ images: [image("x", "cat", { source })] }));
  expect(all(el, "img")).toEqual([]);
});

test("images without labels have nothing to choose", () => {
  const el = show(make({ labels: [], images: [image("a\u202egif", null)] }));
  expect(all(el, "select, figcaption b")).toEqual([]);
  expect(only<HTMLImageElement>(el, "img").alt).not.toContain("\u202e");
});

test("the pixels of small images alone are seen", () => {
  const images = [image("a", "cat", { width: 28 }), image("b", "cat", { width: 500 })];
  const el = show(make({ images: [...images, image("c", "cat", { width: null })] }));
  expect(all(el, "img").map(({ className }) => className)).toEqual(["znb-im-dots", "", ""]);
});
