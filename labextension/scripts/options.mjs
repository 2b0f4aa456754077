// How the one module is built; the bundle test uses the same options.
import { fileURLToPath } from "node:url";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const options = /** @satisfies {import("esbuild").BuildOptions} */ ({
  entryPoints: [here("../src/hosts/anywidget.ts")],
  outfile: here("../../zenml_nb/views/static/views.js"),
  bundle: true,
  format: "esm",
  minify: true,
  // Notebook front-ends run in current browsers; ES2022 keeps the output small.
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
});
