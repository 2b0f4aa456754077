// How the scripts are built; the bundle test uses the same options.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Takes the spaces out of the rules in src/views/style: to a minifier of scripts they are text. */
const smallStyle = /** @satisfies {import("esbuild").Plugin} */ ({
  name: "small-style",
  setup(build) {
    const small = /** @type {const} */ ({ loader: "css", minify: true, charset: "utf8" });
    build.onLoad({ filter: /views[/\\]style[/\\]\w+\.ts$/ }, async ({ path }) => {
      const parts = readFileSync(path, "utf8").split("`");
      for (let index = 1; index < parts.length; index += 2) {
        const { code } = await transform(parts[index] ?? "", small);
        parts[index] = code.trim().replaceAll("\\", "\\\\");
      }
      return { contents: parts.join("`"), loader: "ts" };
    });
  },
});

/** The one module that anywidget and Panel load. */
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
  plugins: [smallStyle],
});

/** The version of the Python package, which the front-end compares with that of the server. */
function version() {
  const text = readFileSync(here("../../zenml_nb/version.py"), "utf8");
  const found = /^__version__ = "(.+)"$/m.exec(text)?.[1];
  if (!found) throw new Error("zenml_nb/version.py has no __version__");
  return found;
}

/** The JupyterLab extension, before JupyterLab's own builder makes a federated module of it. */
export const extension = /** @satisfies {import("esbuild").BuildOptions} */ ({
  entryPoints: [here("../src/hosts/lab.ts")],
  outfile: here("../lib/lab.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  define: { ZENML_NB_VERSION: JSON.stringify(version()) },
  // JupyterLab brings these; a second copy of them would not know its widgets.
  external: ["@jupyterlab/*", "@lumino/*"],
});
