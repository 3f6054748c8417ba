import type { Metric, SweepValue } from "../scenario/scenario.ts";
import { formatValue, listOf } from "./format.ts";

interface Swept {
  readonly sweep: { readonly name: string };
}

/** What the sweep counts, without a remark: "pipes" for "pipes, all ready". */
export function nounOf({ sweep }: Swept): string {
  return sweep.name.replace(/,.*/, "");
}

/** The singular of {@link nounOf}: "pipe". */
export function singularOf(result: Swept): string {
  return nounOf(result).replace(/(?<!')s( |$)/, "$1");
}

/** Where something holds: "at 10 and 100 connections", "at 1 connection", "for waitSync". */
export function atValues(result: Swept, values: readonly SweepValue[]): string {
  const listed = listOf(values.map(formatValue));
  if (values.some((value) => typeof value === "string")) return `for ${listed}`;
  const isOne = values.length === 1 && values[0] === 1;
  return `at ${listed} ${isOne ? singularOf(result) : nounOf(result)}`;
}

/** The cost that a ratio of this metric compares: "processor time per wait"; of a rate, "time per message". */
export function costOf({ title, unit, better }: Metric): string {
  if (better === "lower") return title;
  const counted = /^(.+?)s?\/s$/.exec(unit)?.[1];
  return counted === undefined ? `inverse of ${title}` : `time per ${counted}`;
}

/** The remark of a sweep: "all ready" for "pipes, all ready". */
export function remarkOf({ sweep }: Swept): string | undefined {
  return /, (.*)$/.exec(sweep.name)?.[1];
}

/** All numbers of a sweep: "From 1 to 5,000 connections". */
export function spanOf(
  result: Swept & { readonly sweep: { readonly values: readonly SweepValue[] } },
): string {
  const { values } = result.sweep;
  const [first, last] = [values[0] ?? "", values.at(-1) ?? ""].map(formatValue);
  return `From ${first!} to ${last!} ${nounOf(result)}`;
}
