import { formatNumber, formatQuantity, formatValue } from "../../wording/format.ts";
import type { Chart, Series } from "./chart.ts";
import { type Label, spreadLabels } from "./labels.ts";
import { type Scale, linearScale, logScale } from "./scale.ts";

/** The width of a plot in its own units: it is stretched to the room that there is. */
export const WIDTH = 1000;
/** Between the middles of two labels, in pixels. */
export const LABEL_DISTANCE = 15;
// The outermost points stay whole.
const [LEFT, RIGHT] = [12, WIDTH - 12];
const MARGIN = 8;
// Between the texts below the axis, in units of the plot, where it is 500 pixels wide and where it is 180.
const WIDE_GAP = 82;
const NARROW_GAP = 265;

/** A tick of an axis. */
export interface Tick {
  /** In units of the plot (x), or in pixels (y). */
  readonly at: number;
  readonly text: string;
  /** Whether there is room for its text only in a wide plot, or in none. */
  readonly room?: "any" | "wide" | "none";
}

/** A line of a plot. */
export interface PlotLine {
  readonly series: Series;
  /** Its row in the table of the numbers. */
  readonly row: number;
  /** In pixels from the top; `null` where nothing was measured. */
  readonly ys: readonly (number | null)[];
  /** Beside its end; absent if there is no room. */
  readonly label: Label | undefined;
  /** Its paths. */
  readonly svg: string;
}

/** A chart of lines, laid out for a height. Its width is open. */
export interface Plot {
  readonly height: number;
  readonly xs: readonly number[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly lines: readonly PlotLine[];
  /** The plot as the content of an SVG element with the box `0 0 {@link WIDTH} height`. */
  readonly svg: string;
}

/**
 * Lays out a chart whose x axis has several numbers.
 *
 * @param rows - the names of the contenders in the table of the numbers. Default: as in the chart
 */
export function plotOf(
  chart: Chart,
  height: number,
  rows: readonly string[] = chart.series.map(({ name }) => name),
): Plot {
  const values = chart.x.filter((value) => typeof value === "number");
  const ends = chart.series.flatMap(({ lows, highs }) =>
    [...lows, ...highs].filter((value) => value !== null),
  );
  const x = (chart.logX ? logScale : linearScale)(values, LEFT, RIGHT);
  const y = chart.logY
    ? logScale(ends, height - MARGIN, MARGIN)
    : linearScale([0, ...ends], height, MARGIN);
  const xs = values.map((value) => Math.round(x.at(value)));
  const yTicks = y.ticks.map((tick) => ({ at: y.at(tick), text: tickOf(tick, chart.unit) }));
  const grid = yTicks.map(({ at }) => `M0 ${at.toFixed(1)}H${String(WIDTH)}`).join("");
  const lines = linesOf(chart, xs, y, height, rows);
  // Gray lines lie below the others.
  const drawn = [...lines].sort((a, b) => Number(a.series.hue > 0) - Number(b.series.hue > 0));
  return {
    height,
    xs,
    xTicks: xTicksOf(values, xs),
    yTicks,
    lines,
    svg: `<path class="grid" d="${grid}"/>${drawn.map(({ svg }) => svg).join("")}`,
  };
}

/** The measured values, as far as their texts do not overlap. The first and the last one are always shown. */
function xTicksOf(values: readonly number[], xs: readonly number[]): Tick[] {
  const shown = (distance: number): Set<number> => {
    const chosen: number[] = [];
    for (const at of xs) if (at - (chosen.at(-1) ?? -Infinity) >= distance) chosen.push(at);
    const last = xs.at(-1) ?? 0;
    while (chosen.length > 1 && chosen.at(-1) !== last && last - chosen.at(-1)! < distance)
      chosen.pop();
    return new Set([...chosen, last]);
  };
  const [wide, any] = [shown(WIDE_GAP), shown(NARROW_GAP)];
  return values.map((value, index) => {
    const at = xs[index]!;
    const room = any.has(at) ? "any" : wide.has(at) ? "wide" : "none";
    return { at, text: formatValue(value), room };
  });
}

function linesOf(
  chart: Chart,
  xs: readonly number[],
  y: Scale,
  height: number,
  rows: readonly string[],
): PlotLine[] {
  const all = chart.series.map((series) => {
    const ys = series.medians.map((median) => (median === null ? null : y.at(median)));
    const row = rows.indexOf(series.name);
    return { series, row, ys, svg: pathsOf(series, row, xs, ys, y) };
  });
  const room = Math.floor(height / LABEL_DISTANCE) + 1;
  // If there are more lines than labels, gray ones are named when a reader points at them.
  const labeled = [...all]
    .sort((a, b) => Number(b.series.hue > 0) - Number(a.series.hue > 0))
    .slice(0, room);
  const ends = labeled.map(({ ys }) => ys.filter((at) => at !== null).at(-1) ?? 0);
  const labels = spreadLabels(ends, LABEL_DISTANCE, height);
  return all.map((line) => ({ ...line, label: labels[labeled.indexOf(line)] }));
}

/** The spread as a band, the medians as a line with dots. */
function pathsOf(
  series: Series,
  row: number,
  xs: readonly number[],
  ys: readonly (number | null)[],
  y: Scale,
): string {
  const points = xs.flatMap((x, place) => {
    const at = ys[place] ?? null;
    if (at === null) return [];
    const [low, high] = [series.lows[place] ?? null, series.highs[place] ?? null];
    return [{ x, at, low: low === null ? at : y.at(low), high: high === null ? at : y.at(high) }];
  });
  const path = (to: readonly (readonly [number, number])[]): string =>
    to.map(([px, py]) => `${String(px)} ${py.toFixed(0)}`).join("L");
  const line = points.map((point) => [point.x, point.at] as const);
  const around = [
    ...points.map((point) => [point.x, point.high] as const),
    ...points.map((point) => [point.x, point.low] as const).reverse(),
  ];
  const band = series.hue > 0 ? `<path class="band" d="M${path(around)}Z"/>` : "";
  // Dots of gray lines would only hide the others, but a single point has no line.
  const hasDots = series.hue > 0 || line.length === 1;
  const dotted = hasDots ? line : [];
  const dots = dotted.map(([px, py]) => `M${String(px)} ${py.toFixed(0)}h0`).join("");
  const look = `s h${String(series.hue)} ${series.line}`;
  return `<g class="${look}" data-s="${String(row)}">${band}<path class="line" d="M${path(line)}"/>${dots === "" ? "" : `<path class="dots" d="${dots}"/>`}</g>`;
}

// Times and sizes change their unit along the axis; other units stand in the title.
function tickOf(tick: number, unit: string): string {
  if (unit === "ns" && tick >= 1000 && tick < 1e6) return formatQuantity(tick / 1000, "µs");
  if (unit === "µs" && tick >= 1000) return formatQuantity(tick / 1000, "ms");
  return ["ns", "µs", "bytes"].includes(unit) ? formatQuantity(tick, unit) : formatNumber(tick);
}
