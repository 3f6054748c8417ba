import type { SweepValue } from "../../scenario/scenario.ts";
import { formatValue } from "../../wording/format.ts";
import { escapeHtml } from "../html/elements.ts";
import { type Bar, type Group, groupsOf, isCut, isNamed, longestOf } from "./bars.ts";
import { type Chart, unitOf } from "./chart.ts";
import { DARK, LIGHT, PLOT_STYLE, variables } from "./colors.ts";
import { plotOf, WIDTH as PLOT_WIDTH } from "./plot.ts";

const WIDTH = 760;
const HEIGHT = 320;
const LEFT = 70;
const TOP = 40;
const LABELS = 170;
const LEAD = 18;
const BAR = 16;
const GAP = 9;
const NAMES = 170;
// Room for the label behind the longest bar.
const VALUE = 120;
const NAMED_VALUE = 190;

const STYLE =
  `svg{${variables(LIGHT)}}@media(prefers-color-scheme:dark){svg{${variables(DARK)}}}` +
  `text{font:12px system-ui,sans-serif;fill:var(--text)}.soft{fill:var(--soft)}.l{fill:var(--c)}` +
  `.l.h0{fill:var(--soft)}.paper{fill:var(--back)}${PLOT_STYLE}` +
  ".bar{fill:var(--l,var(--c));stroke:var(--l,var(--c))}.bar.dashed,.bar.dotted{fill-opacity:.15;stroke-dasharray:4 3}" +
  ".spread{stroke:var(--text);opacity:.7}";

/**
 * A chart as an SVG picture that follows the reader's light or dark mode.
 *
 * @param at - draws bars at this value of the x axis. Default: lines, where the axis has several numbers
 */
export function chartSvg(chart: Chart, at?: SweepValue): string {
  const groups = groupsOf(chart, at);
  return groups ? bars(chart, groups, at) : lines(chart);
}

function lines(chart: Chart): string {
  const plot = plotOf(chart, HEIGHT);
  const width = WIDTH - LEFT - LABELS - LEAD;
  const right = LEFT + width;
  const xOf = (at: number): number => LEFT + (at / PLOT_WIDTH) * width;
  const xTicks = plot.xTicks
    .filter(({ room }) => room !== "none")
    .map(({ at, text: label }) => text(xOf(at), TOP + HEIGHT + 18, label, "middle", "soft"));
  const labels = plot.lines.flatMap(({ series, label }) => {
    if (!label) return [];
    const look = `l h${String(series.hue)}`;
    const [from, y] = [TOP + label.from, TOP + label.y];
    const lead = `M${String(right)} ${from.toFixed(1)}L${String(right + LEAD - 4)} ${y.toFixed(1)}`;
    return [
      `<path class="lead h${String(series.hue)}" d="${lead}"/>`,
      text(right + LEAD, y + 4, series.title, "start", look),
    ];
  });
  const box = `x="${String(LEFT)}" y="${String(TOP)}" width="${String(width)}" height="${String(HEIGHT)}" viewBox="0 0 ${String(PLOT_WIDTH)} ${String(HEIGHT)}"`;
  return picture(TOP + HEIGHT + 46, chart, [
    ...plot.yTicks.map(({ at, text: label }) => text(LEFT - 8, TOP + at + 4, label, "end", "soft")),
    `<svg ${box} preserveAspectRatio="none" overflow="visible">${plot.svg}</svg>`,
    ...xTicks,
    text(LEFT + width / 2, TOP + HEIGHT + 38, chart.xName, "middle", "soft"),
    ...labels,
  ]);
}

/** A group of bars for each name, or one bar for each contender. */
function bars(chart: Chart, groups: readonly Group[], at: SweepValue | undefined): string {
  const longest = longestOf(groups);
  const named = isNamed(chart);
  const room = WIDTH - NAMES - (named ? NAMED_VALUE : VALUE) - 20;
  let y = TOP;
  const parts = groups.map(({ name, bars: own }) => {
    const middle = y + (own.length * BAR) / 2 + 3;
    const drawn = own.map((bar) => {
      const part = drawnBar(bar, y, [room, longest], named ? `${bar.title}: ` : "");
      y += BAR;
      return part;
    });
    y += named ? GAP : GAP / 2;
    return text(NAMES - 8, middle, name, "end") + drawn.join("");
  });
  const value = at ?? chart.x[0] ?? "";
  const note = named
    ? []
    : [text(NAMES, y + 14, `at ${formatValue(value)} ${chart.xName}`, "start", "soft")];
  return picture(y + (named ? 10 : 28), chart, [...parts, ...note]);
}

function drawnBar(
  bar: Bar,
  y: number,
  [room, longest]: readonly [number, number],
  title: string,
): string {
  const [width, low, high] = [bar.median, bar.low, bar.high].map(
    (value) => (Math.min(value, longest) / longest) * room,
  );
  const size = `width="${width!.toFixed(1)}" height="${String(BAR - 5)}"`;
  const rect = `<rect x="${String(NAMES)}" y="${String(y)}" ${size} class="bar h${String(bar.hue)} ${bar.line}"/>`;
  const middle = (y + (BAR - 5) / 2).toFixed(1);
  const line = `M${(NAMES + low!).toFixed(1)} ${middle}H${(NAMES + high!).toFixed(1)}`;
  // An arrow: it goes on.
  const spread = isCut(bar, longest)
    ? `<path class="spread cut" fill="none" d="${line}m-5 -4l5 4l-5 4"/>`
    : `<path class="spread" d="${line}"/>`;
  return (
    rect + spread + text(NAMES + Math.max(high!, width!) + 6, y + 10, title + bar.label, "start")
  );
}

function picture(height: number, chart: Chart, parts: readonly string[]): string {
  const size = `${String(WIDTH)} ${String(Math.ceil(height))}`;
  const about = [...unitOf(chart), `${chart.better} is better`].join(", ");
  const title = `${chart.title} (${about})`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="img" ` +
    `aria-label="${escapeHtml(`${title} by ${chart.xName}`)}"><style>${STYLE}</style>` +
    `<rect class="paper" width="100%" height="100%"/>` +
    `${text(16, 22, title, "start", "soft")}${parts.join("\n")}</svg>\n`
  );
}

function text(x: number, y: number, content: string, anchor: string, look = ""): string {
  const styled = look === "" ? "" : ` class="${look}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${styled}>${escapeHtml(content)}</text>`;
}
