import { afterEach, expect, test } from "vitest";
import { all, only, show } from "./helpers";

afterEach(() => {
  document.body.replaceChildren();
});

test.each(["zenml_nb/tables@2", "zenml_nb/graph@1", "__proto__", "constructor", "<b>x</b>"])(
  "the unknown kind %s is named with the known ones",
  (schema) => {
    const el = show(JSON.parse(`{"schema": ${JSON.stringify(schema)}}`));
    expect(only(el, "[role=alert]").textContent).toContain(schema);
    expect(only(el, ".zenml-nb").textContent).toContain("zenml_nb/tables@1");
    expect(all(el, "b, table")).toEqual([]);
  },
);

test.each([null, undefined, {}, 3, "zenml_nb/tables@1", { schema: 1 }])(
  "without a document (%j) the view says so",
  (nothing) => {
    expect(only(show(nothing), "[role=alert]").textContent).toContain("no document");
  },
);

test("a broken document is a message that names its kind", () => {
  const el = show({ schema: "zenml_nb/tables@1", title: "t", notes: [] });
  expect(only(el, "[role=alert]").textContent).toContain("zenml_nb/tables@1");
  expect(all(el, "h3")).toEqual([]);
});
