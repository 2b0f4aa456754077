import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const textOnly = "Untrusted text reaches the views: draw it with textContent.";
const htmlSinks = ["innerHTML", "outerHTML", "insertAdjacentHTML", "write"];

/** @param {string} message @param {string[]} group */
const forbid = (message, ...group) =>
  /** @satisfies {import("eslint").Linter.RulesRecord} */ ({
    "no-restricted-imports": ["error", { patterns: [{ group, message }] }],
  });

export default defineConfig(
  globalIgnores(["node_modules/", "lib/", "src/contract/"]),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "no-restricted-properties": [
        "error",
        ...htmlSinks.map((property) => ({ property, message: textOnly })),
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
    },
  },
  {
    files: ["src/views/**"],
    rules: forbid("views know no host", "@jupyterlab/*", "@lumino/*", "**/hosts/*"),
  },
  // The scripts read JSON, whose values have no types; tsc still checks them.
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
);
