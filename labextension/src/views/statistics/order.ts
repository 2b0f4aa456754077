// The order of the features of a section.
import type {
  StatisticsCell,
  StatisticsFeature,
  StatisticsSection,
} from "../../contract/statistics";
import { numberOf, shareOf } from "./numbers";
import type { Order } from "./settings";

/** What the features are ordered by. */
export const ORDERS: readonly (readonly [Order, string])[] = [
  ["order", "Feature order"],
  ["name", "Name"],
  ["missing", "Missing"],
  ["zeros", "Zeros"],
  ["nonuniformity", "Non-uniformity"],
  ["distance", "Distance"],
];

/** The largest number, or nothing. */
function largest(numbers: readonly number[]): StatisticsCell {
  const known = numbers.filter((number) => !Number.isNaN(number));
  return known.length > 0 ? Math.max(...known) : null;
}

/** The cell by which a feature is ordered; of several datasets the largest counts. */
export function orderCell(
  order: Order,
  section: StatisticsSection,
  feature: StatisticsFeature,
  index: number,
): StatisticsCell {
  if (order === "order") return index;
  if (order === "name") return feature.name;
  if (order === "nonuniformity") {
    return feature.evenness === undefined ? null : 1 - numberOf(feature.evenness);
  }
  const place = section.columns.findIndex((column) => column.name === order);
  const column = section.columns[place];
  if (!column) return null;
  return largest(
    feature.data.map((data) => {
      const cell = data?.figures[place] ?? null;
      return data && column.kind === "share" ? shareOf(column, data, cell) : numberOf(cell);
    }),
  );
}
