import type { Results } from "./results.ts";

// A median of few samples is not known to more, and longer numbers would be half of the file.
const DIGITS = 4;

/**
 * Results as the text of a file: what {@link parseResults} reads. Fractions are rounded to four significant digits;
 * whole numbers, such as counts, are kept.
 */
export function resultsJson(results: Results): string {
  return JSON.stringify(results, (_key, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value)
      ? Number(value.toPrecision(DIGITS))
      : value,
  );
}
