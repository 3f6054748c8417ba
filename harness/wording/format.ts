import type { SweepValue } from "../scenario/scenario.ts";

const MAX_PERCENT = 999;

const DIGITS = 3;

/** A number for people: a few significant digits, thousands separated by commas. */
export function formatNumber(value: number, significant = DIGITS): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, significant - 1 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toPrecision(significant));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** A number with its unit. Large numbers of nanoseconds, microseconds and bytes get a larger unit. */
export function formatQuantity(value: number, unit: string, significant = DIGITS): string {
  const told = (number: number): string => formatNumber(number, significant);
  // "7.8 µs" in two digits, "7,810 ns" in three.
  const large = 10 ** (significant + 1);
  if (unit === "ns") {
    if (value >= 1e6) return `${told(value / 1e6)} ms`;
    if (value >= large) return `${told(value / 1e3)} µs`;
  }
  if (unit === "µs" && value >= large) return `${told(value / 1e3)} ms`;
  if (unit === "bytes" && value >= 1024) return `${told(value / 1024)} KiB`;
  return `${told(value)} ${unit}`;
}

/** A cost ratio: "1.04×", "0.0012×", "1,240×". */
export function formatRatio(value: number): string {
  if (value > 0 && value < 0.1) return `${String(Number(value.toPrecision(2)))}×`;
  return `${value >= 10 ? formatNumber(value) : value.toFixed(2)}×`;
}

/** A spread, as a share of the median: "±0.5 %". Beside a median of almost 0, it is only said to be large. */
export function formatSpread(share: number): string {
  const percent = share * 100;
  if (percent > MAX_PERCENT) return `>±${String(MAX_PERCENT)} %`;
  return `±${percent.toFixed(percent < 9.5 ? 1 : 0)} %`;
}

/** A value of a sweep: "1,000", "recv". */
export function formatValue(value: SweepValue): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}

/** A list in words: `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}

/** The sentence with its first letter in upper case. */
export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
