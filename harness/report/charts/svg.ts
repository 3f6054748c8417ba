import { formatNumber, formatQuantity } from "../../wording/format.ts";
import { escapeHtml } from "../html/elements.ts";
import { type Group, groupsOf, isNamed, longestOf } from "./bars.ts";
import type { Chart, Series } from "./chart.ts";
import { type Scale, linearScale, logScale } from "./scale.ts";

const WIDTH = 760;
const HEIGHT = 400;
const LEFT = 72;
const RIGHT = 32;
const TOP = 36;
const BOTTOM = 52;
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 4;
const BAR = 15;
const GAP = 10;
const LABEL = 160;
// Room for the label behind the longest bar.
const VALUE = 150;
// Closer together, the numbers below the axis overlap.
const MIN_DISTANCE = 34;

const STYLE =
  "text{font:12px system-ui,sans-serif;fill:#343a40}.grid{stroke:#dee2e6}" +
  ".paper{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ced4da}" +
  ".grid{stroke:#373d44}.paper{fill:#15181c}}";

/** A chart as an SVG picture that follows the reader's light or dark mode. */
export function chartSvg(chart: Chart): string {
  const groups = groupsOf(chart);
  return groups ? bars(chart, groups) : lines(chart);
}

function lines(chart: Chart): string {
  const xs = chart.x.filter((value) => typeof value === "number");
  const ys = chart.series.flatMap(({ lows, highs }) =>
    [...lows, ...highs].filter((value) => value !== null),
  );
  const x = (chart.logX ? logScale : linearScale)(xs, LEFT, WIDTH - RIGHT);
  const y = (chart.logY ? logScale : linearScale)(
    chart.logY ? ys : [0, ...ys],
    HEIGHT - BOTTOM,
    TOP,
  );
  return picture(HEIGHT + legendHeight(chart), chart, [
    ...y.ticks.map((tick) => horizontal(tick, y, chart.unit)),
    ...spaced(xs, x).map((value) =>
      text(x.at(value), HEIGHT - BOTTOM + 18, formatNumber(value), "middle"),
    ),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 38, chart.xName, "middle"),
    ...chart.series.map((series) => line(series, xs, x, y)),
    ...chart.series.map((series, index) => legend(series, index, HEIGHT)),
  ]);
}

/** The values that have room for their number below the axis. */
function spaced(xs: readonly number[], scale: Scale): number[] {
  const shown: number[] = [];
  for (const x of xs) {
    const last = shown.at(-1);
    if (last === undefined || scale.at(x) - scale.at(last) >= MIN_DISTANCE) shown.push(x);
  }
  return shown;
}

function line(series: Series, xs: readonly number[], x: Scale, y: Scale): string {
  const points = xs.flatMap((value, index) => {
    const median = series.medians[index];
    if (median === null || median === undefined) return [];
    const [low, high] = [series.lows[index] ?? median, series.highs[index] ?? median];
    return [
      { x: x.at(value).toFixed(1), y: y.at(median).toFixed(1), low: y.at(low), high: y.at(high) },
    ];
  });
  const stroke = `stroke="${series.color}"`;
  const path = points.map((point) => `${point.x},${point.y}`).join(" ");
  const dash = dashOf(series);
  return [
    `<polyline points="${path}" fill="none" ${stroke} stroke-width="2"${dash}/>`,
    ...points.map(
      (point) =>
        `<circle cx="${point.x}" cy="${point.y}" r="3" fill="${series.color}"/>` +
        `<path d="M${point.x} ${point.low.toFixed(1)}V${point.high.toFixed(1)}" ${stroke}/>`,
    ),
  ].join("");
}

function legendHeight({ series }: Chart): number {
  return Math.ceil(series.length / LEGEND_COLUMNS) * LEGEND_ROW;
}

function legend(series: Series, index: number, top: number): string {
  const column = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
  const x = LEFT + (index % LEGEND_COLUMNS) * column;
  const y = top + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
  const dash = dashOf(series);
  return (
    `<path d="M${String(x)} ${String(y)}h24" stroke="${series.color}" stroke-width="2"${dash}/>` +
    text(x + 30, y + 4, series.title, "start")
  );
}

function dashOf({ dash }: Pick<Series, "dash">): string {
  return dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
}

/** A group of bars for each name. */
function bars(chart: Chart, groups: readonly Group[]): string {
  const longest = longestOf(groups);
  let y = TOP;
  const parts = groups.map(({ name, bars: own }) => {
    const middle = y + (own.length * BAR) / 2 + 3;
    const drawn = own.map((bar) => {
      const width = (bar.median / longest) * (WIDTH - LABEL - VALUE);
      const size = `width="${width.toFixed(1)}" height="${String(BAR - 4)}"`;
      // A dashed line becomes a pale bar with a dashed outline.
      const look = `fill-opacity="${bar.dash.length === 0 ? "1" : "0.25"}" stroke="${bar.color}"${dashOf(bar)}`;
      const rect = `<rect x="${String(LABEL)}" y="${String(y)}" ${size} fill="${bar.color}" ${look}/>`;
      y += BAR;
      return rect + text(LABEL + width + 6, y - 5, bar.label, "start");
    });
    y += GAP;
    return text(LABEL - 8, middle, name, "end") + drawn.join("");
  });
  if (!isNamed(chart)) {
    const at = `at ${formatNumber(Number(chart.x[0]))} ${chart.xName}`;
    return picture(y + 24, chart, [...parts, text(LABEL, y + 12, at, "start")]);
  }
  const names = chart.series.map((series, index) => legend(series, index, y + 12));
  return picture(y + 8 + legendHeight(chart), chart, [...parts, ...names]);
}

function picture(height: number, chart: Chart, parts: readonly string[]): string {
  const size = `${String(WIDTH)} ${String(height)}`;
  const title = `${chart.title}, ${chart.unit} (${chart.better} is better)`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="img" ` +
    `aria-label="${escapeHtml(`${title} by ${chart.xName}`)}"><style>${STYLE}</style>` +
    `<rect class="paper" width="100%" height="100%"/>` +
    `${text(16, 22, title, "start")}${parts.join("\n")}</svg>\n`
  );
}

function horizontal(tick: number, y: Scale, unit: string): string {
  const at = y.at(tick).toFixed(1);
  return (
    `<path class="grid" d="M${String(LEFT)} ${at}H${String(WIDTH - RIGHT)}"/>` +
    text(LEFT - 8, Number(at) + 4, tickOf(tick, unit), "end")
  );
}

// Times and sizes change their unit along the axis; other units stand in the title.
function tickOf(tick: number, unit: string): string {
  return ["ns", "µs", "bytes"].includes(unit) ? formatQuantity(tick, unit) : formatNumber(tick);
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
}
