import { stat } from "node:fs/promises";
import { build } from "esbuild";
import { options } from "./options.mjs";

await build(options);
const { size } = await stat(options.outfile);
console.log(`views.js: ${(size / 1000).toFixed(1)} kB`);
