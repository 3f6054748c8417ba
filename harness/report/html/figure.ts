import type { SweepValue } from "../../scenario/scenario.ts";
import { formatValue } from "../../wording/format.ts";
import { type Bar, type Group, groupsOf, isCut, isNamed, longestOf } from "../charts/bars.ts";
import { type Chart, unitOf } from "../charts/chart.ts";
import { type Plot, plotOf, WIDTH } from "../charts/plot.ts";
import { escapeHtml as text } from "./elements.ts";

/** The table that has the numbers of a chart; the script of the page shows them when a reader points at a plot. */
export interface Source {
  /** The identifier of the table. */
  readonly id: string;
  /** The names of the contenders, row by row. */
  readonly rows: readonly string[];
}

/**
 * A chart as HTML that needs no script: a plot that stretches to the room that there is, or bars.
 *
 * @param source - where its numbers are
 * @param at - draws bars at this value of the x axis
 * @param height - of a plot, in pixels
 */
export function figure(chart: Chart, source: Source, at?: SweepValue, height = 340): string {
  const groups = groupsOf(chart, at);
  const about = [...unitOf(chart), `${chart.better} is better`].join(", ");
  const caption = `<figcaption>${text(chart.title)} <span>· ${text(about)}</span></figcaption>`;
  const drawn = groups
    ? bars(chart, groups, at)
    : frame(chart, plotOf(chart, height, source.rows), source);
  return `<figure>${caption}${drawn}</figure>`;
}

function frame(chart: Chart, plot: Plot, { id }: Source): string {
  const px = (value: number): string => `${value.toFixed(0)}px`;
  const percent = (at: number): string => `${((at / WIDTH) * 100).toFixed(1)}%`;
  const ys = plot.yTicks.map(
    ({ at, text: label }) => `<span style="top:${px(at)}">${text(label)}</span>`,
  );
  const xs = plot.xTicks.flatMap(({ at, text: label, room }) => {
    if (room === "none") return [];
    const look = room === "wide" ? ' class="wide"' : "";
    return [`<span${look} style="left:${percent(at)}">${text(label)}</span>`];
  });
  const leads = plot.lines.flatMap(({ series, label }) => {
    if (!label) return [];
    const d = `M0 ${label.from.toFixed(1)}L16 ${label.y.toFixed(1)}`;
    return [`<path class="lead h${String(series.hue)}" d="${d}"/>`];
  });
  const labels = plot.lines.flatMap(({ series, label, row }) => {
    if (!label) return [];
    const look = `class="h${String(series.hue)}" data-s="${String(row)}"`;
    return [`<span ${look} style="top:${px(label.y)}">${text(series.title)}</span>`];
  });
  const name = `${chart.title} by ${chart.xName}: ${chart.headline.text}. Arrow keys show the values.`;
  const box = `viewBox="0 0 ${String(WIDTH)} ${String(plot.height)}" preserveAspectRatio="none"`;
  return (
    `<div class="frame" style="--height:${px(plot.height)}"><div class="ys">${ys.join("")}</div>` +
    `<div class="plot" data-table="${text(id)}" data-x="${plot.xs.join(" ")}" tabindex="0" role="img" aria-label="${text(name)}"><svg ${box} aria-hidden="true">${plot.svg}</svg></div>` +
    `<svg class="leads" width="16" height="${String(plot.height)}" aria-hidden="true">${leads.join("")}</svg>` +
    `<div class="labels">${labels.join("")}</div><div class="xs">${xs.join("")}</div><div class="xname">${text(chart.xName)}</div></div>`
  );
}

/** Bars of text and colored boxes: they wrap on a phone. */
function bars(chart: Chart, groups: readonly Group[], at: SweepValue | undefined): string {
  const longest = longestOf(groups);
  const named = isNamed(chart);
  const rows = groups.map(({ name, bars: own }) => {
    const drawn = own.map((bar) => barHtml(bar, longest, named));
    return `<b>${text(name)}</b><div>${drawn.join("")}</div>`;
  });
  const value = at ?? chart.x[0] ?? "";
  const note = named
    ? ""
    : `<p class="soft">at ${text(formatValue(value))} ${text(chart.xName)}</p>`;
  return `<div class="bars${named ? " named" : ""}">${rows.join("")}</div>${note}`;
}

function barHtml(bar: Bar, longest: number, named: boolean): string {
  const { title, median, label, spread, note, hue, line } = bar;
  const [low, high] = [bar.low, bar.high].map((value) => Math.min(value, longest)) as [
    number,
    number,
  ];
  // Of the room that bars have; the label follows the bar.
  const share = (Math.max(high, median) / longest).toFixed(3);
  const percent = (value: number): string =>
    `${((value / (Math.max(high, median) || 1)) * 100).toFixed(0)}%`;
  const cut = isCut(bar, longest);
  const reached = cut ? `${spread}, up to ${bar.reach}` : spread;
  const told = note === "" ? reached : `${reached} (${note})`;
  const shown = named ? `${title} ${label}` : label;
  const range = `<s${cut ? ' class="cut"' : ""} style="left:${percent(low)};width:${percent(high - low)}"></s>`;
  const drawn = `<i class="h${String(hue)} ${line}" style="width:${percent(median)}"></i>${range}`;
  return `<span class="bar" title="${text(told)}" style="--share:${share}"><span>${drawn}</span><em>${text(shown)}</em></span>`;
}
