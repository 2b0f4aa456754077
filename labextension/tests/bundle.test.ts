// @vitest-environment node
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { options } from "../scripts/options.mjs";
import { css } from "../src/views/style";

let code = "";

beforeAll(async () => {
  // Built here and not read from disk, so that an old file cannot pass.
  const { outputFiles } = await build({ ...options, write: false });
  expect(outputFiles).toHaveLength(1);
  code = outputFiles[0]?.text ?? "";
});

test("it is small", () => {
  expect(Buffer.byteLength(code)).toBeGreaterThan(1000);
  expect(Buffer.byteLength(code)).toBeLessThan(150_000);
});

test("it asks nobody for anything", () => {
  const addresses = [...code.matchAll(/(?:https?:|wss?:)?\/\/[\w.-]+\.\w+[^"'`\s]*/g)].map(String);
  expect(addresses.filter((address) => !address.startsWith("http://www.w3.org/"))).toEqual([]);
  const requests =
    /\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|@import|url\(/;
  expect(requests.exec(code)).toBeNull();
  expect(/\bimport\b|\brequire\(/.exec(code)).toBeNull();
});

test("it runs no text as code", () => {
  expect(
    /\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write/.exec(code),
  ).toBeNull();
});

test("its default export, and no other, renders", async () => {
  const address = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
  const module = (await import(/* @vite-ignore */ address)) as { default: { render: unknown } };
  expect(Object.keys(module)).toEqual(["default"]);
  expect(module.default.render).toBeTypeOf("function");
});

test("every rule of the style stays under the root class", () => {
  const flat = css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@media[^{]*\{([\s\S]*?\})\s*\}/g, "$1");
  const selectors = [...flat.matchAll(/([^{}]+)\{[^{}]*\}/g)].map((match) =>
    (match[1] ?? "").trim(),
  );
  expect(selectors.length).toBeGreaterThan(20);
  // A comma inside :is() does not start a new selector.
  const parts = selectors.flatMap((selector) => selector.split(/,(?![^(]*\))/));
  expect(parts.filter((part) => !part.trim().startsWith(".zenml-nb"))).toEqual([]);
});
