import type { SweepValue } from "../scenario/scenario.ts";

/** A number for people: three digits that count, thousands apart. */
export function formatNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: digits });
}

/** A number with its unit; nanoseconds and bytes become larger ones where that reads better. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === "ns") {
    if (value >= 1e6) return `${formatNumber(value / 1e6)} ms`;
    if (value >= 1e4) return `${formatNumber(value / 1e3)} µs`;
  }
  if (unit === "µs" && value >= 1e4) return `${formatNumber(value / 1e3)} ms`;
  if (unit === "bytes" && value >= 1024) return `${formatNumber(value / 1024)} KiB`;
  return `${formatNumber(value)} ${unit}`;
}

export function formatRatio(value: number): string {
  return value >= 10 ? formatNumber(value) : value.toFixed(2);
}

export function formatValue(value: SweepValue): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
