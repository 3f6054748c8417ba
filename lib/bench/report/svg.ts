import type { Chart, Series } from "./chart.ts";
import { escapeHtml, formatNumber } from "./format.ts";
import { type Scale, linearScale, logScale } from "./scale.ts";

const WIDTH = 760;
const HEIGHT = 400;
const LEFT = 72;
const RIGHT = 32;
const TOP = 36;
const BOTTOM = 52;
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 4;
const BAR = 13;
const LABEL = 150;

const STYLE =
  "text{font:12px system-ui,sans-serif;fill:#343a40}.grid{stroke:#dee2e6}" +
  ".paper{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ced4da}" +
  ".grid{stroke:#373d44}.paper{fill:#15181c}}";

/** A chart as a picture that follows the reader's light or dark mode. */
export function chartSvg(chart: Chart): string {
  return chart.x.every((value) => typeof value === "number") ? lines(chart) : bars(chart);
}

function lines(chart: Chart): string {
  const xs = chart.x as readonly number[];
  const ys = chart.series.flatMap(({ lows, highs }) =>
    [...lows, ...highs].filter((value) => value !== null),
  );
  const legendRows = Math.ceil(chart.series.length / LEGEND_COLUMNS);
  const height = HEIGHT + legendRows * LEGEND_ROW;
  const x = (chart.logX ? logScale : linearScale)(xs, LEFT, WIDTH - RIGHT);
  const y = (chart.logY ? logScale : linearScale)(
    chart.logY ? ys : [0, ...ys],
    HEIGHT - BOTTOM,
    TOP,
  );
  return picture(height, chart, [
    ...y.ticks.map((tick) => horizontal(tick, y)),
    ...xs.map((value) => text(x.at(value), HEIGHT - BOTTOM + 18, formatNumber(value), "middle")),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 38, chart.xName, "middle"),
    ...chart.series.map((series) => line(series, xs, x, y)),
    ...chart.series.map((series, index) => legend(series, index)),
  ]);
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

function legend(series: Series, index: number): string {
  const column = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
  const x = LEFT + (index % LEGEND_COLUMNS) * column;
  const y = HEIGHT + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
  const dash = dashOf(series);
  return (
    `<path d="M${String(x)} ${String(y)}h24" stroke="${series.color}" stroke-width="2"${dash}/>` +
    text(x + 30, y + 4, series.title, "start")
  );
}

function dashOf({ dash }: Series): string {
  return dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
}

/** Names instead of numbers: a group of bars for each. */
function bars(chart: Chart): string {
  // Where all are 0, no bar has a length.
  const highest =
    Math.max(...chart.series.flatMap(({ medians }) => medians.map((m) => m ?? 0))) || 1;
  const group = chart.series.length * BAR + 12;
  const height = TOP + chart.x.length * group + 40;
  const groups = chart.x.map((value, index) => {
    const top = TOP + index * group + 8;
    const own = chart.series.map((series, place) => {
      const median = series.medians[index] ?? 0;
      const width = (median / highest) * (WIDTH - LABEL - 110);
      const y = top + place * BAR;
      return (
        `<rect x="${String(LABEL)}" y="${String(y)}" width="${width.toFixed(1)}" ` +
        `height="${String(BAR - 2)}" fill="${series.color}"/>` +
        text(LABEL + width + 6, y + 10, `${formatNumber(median)} ${chart.unit}`, "start")
      );
    });
    return text(LABEL - 8, top + group / 2, String(value), "end") + own.join("");
  });
  const names = chart.series.map((series, index) => {
    const x = LABEL + index * 150;
    return (
      `<rect x="${String(x)}" y="${String(height - 22)}" width="12" height="12" fill="${series.color}"/>` +
      text(x + 18, height - 12, series.title, "start")
    );
  });
  return picture(height, chart, [...groups, ...names]);
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

function horizontal(tick: number, y: Scale): string {
  const at = y.at(tick).toFixed(1);
  return (
    `<path class="grid" d="M${String(LEFT)} ${at}H${String(WIDTH - RIGHT)}"/>` +
    text(LEFT - 8, Number(at) + 4, formatNumber(tick), "end")
  );
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
}
