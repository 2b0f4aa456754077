// How values become text. The same rules as zenml_nb/views/format.py; both are tested against
// tests/views/display_cases.json.
import type { TableCell, TableColumn } from "../contract/tables";

export const MISSING = "—";

const DIGITS = 6;
/** From here on a double has no exact units, and nobody counts digits any more. */
const EXPONENT_FROM = 1e15;
const EXPONENT_BELOW = 1e-4;

// Characters that are invisible or that reorder the text around them. The zero-width joiners stay:
// several scripts and most emoji need them.
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** The text with control, invisible and direction-changing characters written as escapes. */
export function visible(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

function trimZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

function group(decimal: string): string {
  const [whole = "", fraction] = decimal.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function formatMagnitude(size: number): string {
  if (size === 0) return "0";
  if (size >= EXPONENT_FROM || size < EXPONENT_BELOW) {
    const [mantissa = "", exponent = ""] = size.toExponential(DIGITS - 1).split("e");
    return `${trimZeros(mantissa)}e${exponent}`;
  }
  if (Number.isInteger(size)) return group(String(size));
  // All digits before the point are kept, even where there are more than six.
  return group(trimZeros(size >= 1e5 ? size.toFixed(0) : size.toPrecision(DIGITS)));
}

/** Six significant digits, whole numbers in full, thousands grouped by commas. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return (value < 0 ? "-" : "") + formatMagnitude(Math.abs(value));
}

export function formatCell(cell: TableCell, kind: TableColumn["kind"]): string {
  if (cell === null) return MISSING;
  if (typeof cell === "string") return visible(cell);
  if (typeof cell === "boolean") return String(cell);
  return kind === "percent" ? `${formatNumber(cell * 100)}%` : formatNumber(cell);
}

export type Level = "ok" | "warning" | "error" | "info";

const LEVELS = new Map<string, Level>([
  ["ok", "ok"],
  ["complete", "ok"],
  ["cached", "ok"],
  ["passed", "ok"],
  ["warning", "warning"],
  ["canceled", "warning"],
  ["error", "error"],
  ["failed", "error"],
]);

/** How serious the word of a state cell is; a word that is not known is information. */
export function stateLevel(word: string): Level {
  return LEVELS.get(word.toLowerCase()) ?? "info";
}
