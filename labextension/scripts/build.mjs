import { rm, stat } from "node:fs/promises";
import { build } from "esbuild";
import { extension, options } from "./options.mjs";

await build(options);
const { size } = await stat(options.outfile);
console.log(`views.js: ${(size / 1000).toFixed(1)} kB`);
// The builder adds files and removes none.
await rm(new URL("../../zenml_nb/labextension", import.meta.url), { recursive: true, force: true });
await build(extension);
