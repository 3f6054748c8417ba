import { spreadOf } from "../../statistics/summary.ts";
import type { Chart } from "./chart.ts";
import { formatQuantity } from "../../wording/format.ts";

export interface Bar {
  readonly title: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly median: number;
  /** The median with its unit, and its spread. */
  readonly label: string;
  /** What else there is to know about it. */
  readonly note: string;
}

/** What stands side by side. */
export interface Group {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/**
 * A chart as bars: for each name one of each contender, for a single number one contender beside the
 * other. Nothing where several numbers make lines.
 */
export function groupsOf(chart: Chart): Group[] | undefined {
  if (isNamed(chart)) {
    return chart.x.map((value, index) => ({ name: String(value), bars: barsAt(chart, index) }));
  }
  if (chart.x.length !== 1) return undefined;
  return barsAt(chart, 0).map((bar) => ({ name: bar.title, bars: [bar] }));
}

export function isNamed({ x }: Chart): boolean {
  return x.some((value) => typeof value === "string");
}

/** Of several groups, as lengths have to be shares of something. */
export function longestOf(groups: readonly Group[]): number {
  // Where all are 0, no bar has a length.
  return Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ median }) => median))) || 1;
}

function barsAt({ series, unit }: Chart, index: number): Bar[] {
  return series.flatMap(({ title, color, dash, medians, lows, highs, notes }) => {
    const median = medians[index] ?? null;
    if (median === null) return [];
    const [low, high] = [lows[index] ?? median, highs[index] ?? median];
    const spread = spreadOf({ median, low, high }) * 100;
    const label = `${formatQuantity(median, unit)} ±${spread.toFixed(spread < 9.5 ? 1 : 0)} %`;
    return [{ title, color, dash, median, label, note: notes[index] ?? "" }];
  });
}
