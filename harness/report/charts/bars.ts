import { spreadOf } from "../../statistics/summary.ts";
import { formatQuantity, formatSpread } from "../../wording/format.ts";
import type { Chart } from "./chart.ts";

/** A bar of a chart. */
export interface Bar {
  readonly title: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly median: number;
  /** The median with its unit and spread. */
  readonly label: string;
  /** The remark of {@link Series.notes}. */
  readonly note: string;
}

/** Bars side by side. */
export interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/**
 * A chart as groups of bars. If the x axis has names, each name is a group with a bar for each contender;
 * if it has a single number, each contender is a group of one bar.
 *
 * @returns `undefined` if the x axis has several numbers, which make lines
 */
export function groupsOf(chart: Chart): Group[] | undefined {
  if (isNamed(chart)) {
    return chart.x.map((value, index) => ({ name: String(value), bars: barsAt(chart, index) }));
  }
  if (chart.x.length !== 1) return undefined;
  return barsAt(chart, 0).map((bar) => ({ name: bar.title, bars: [bar] }));
}

/** Whether the x axis has names. */
export function isNamed({ x }: Chart): boolean {
  return x.some((value) => typeof value === "string");
}

/** The largest median of all bars, which has the full length. */
export function longestOf(groups: readonly Group[]): number {
  // If all medians are 0, no bar has a length.
  return Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ median }) => median))) || 1;
}

function barsAt({ series, unit }: Chart, index: number): Bar[] {
  return series.flatMap(({ title, color, dash, medians, lows, highs, notes }) => {
    const median = medians[index] ?? null;
    if (median === null) return [];
    const [low, high] = [lows[index] ?? median, highs[index] ?? median];
    const label = `${formatQuantity(median, unit)} ${formatSpread(spreadOf({ median, low, high }))}`;
    return [{ title, color, dash, median, label, note: notes[index] ?? "" }];
  });
}
