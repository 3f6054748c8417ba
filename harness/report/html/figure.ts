import type { SweepValue } from "../../scenario/scenario.ts";
import { formatQuantity, formatSpread, formatValue } from "../../wording/format.ts";
import { spreadOf } from "../../statistics/summary.ts";
import { type Bar, type Group, groupsOf, isNamed, longestOf } from "../charts/bars.ts";
import { type Chart, unitOf } from "../charts/chart.ts";
import { type Plot, plotOf, WIDTH } from "../charts/plot.ts";
import { escapeHtml as text } from "./elements.ts";

/** What the script of the page shows when a reader points at a plot. */
export interface Hover {
  /** The values of the x axis, as text. */
  readonly x: readonly string[];
  /** Where they are, from 0 to 1000. */
  readonly at: readonly number[];
  readonly series: readonly {
    readonly title: string;
    readonly hue: number;
    /** In pixels from the top. */
    readonly y: readonly (number | null)[];
    /** The value, its spread and its remark. */
    readonly told: readonly string[];
  }[];
}

/** The charts of a page, and what their script needs. */
export class Figures {
  readonly hovers: Hover[] = [];

  /**
   * A chart as HTML that needs no script: a plot that stretches to the room that there is, or bars.
   *
   * @param at - draws bars at this value of the x axis
   * @param height - of a plot, in pixels
   */
  draw(chart: Chart, at?: SweepValue, height = 340): string {
    const groups = groupsOf(chart, at);
    const about = [...unitOf(chart), `${chart.better} is better`].join(", ");
    const caption = `<figcaption>${text(chart.title)} <span>· ${text(about)}</span></figcaption>`;
    if (groups) return `<figure>${caption}${bars(chart, groups, at)}</figure>`;
    const plot = plotOf(chart, height);
    const index = this.hovers.push(hoverOf(chart, plot)) - 1;
    return `<figure>${caption}${frame(chart, plot, index)}</figure>`;
  }
}

function hoverOf(chart: Chart, plot: Plot): Hover {
  return {
    x: chart.x.map((value) => `${formatValue(value)} ${chart.xName}`),
    at: plot.xs,
    series: plot.lines.map(({ series, ys }) => {
      const told = series.medians.map((median, index) => {
        if (median === null) return "";
        const [low, high] = [series.lows[index] ?? median, series.highs[index] ?? median];
        const spread = formatSpread(spreadOf({ median, low, high }));
        const note = series.notes[index] ?? "";
        return `${formatQuantity(median, chart.unit)} ${spread}${note === "" ? "" : ` (${note})`}`;
      });
      const y = ys.map((at) => (at === null ? null : Math.round(at)));
      return { title: series.title, hue: series.hue, y, told };
    }),
  };
}

function frame(chart: Chart, plot: Plot, index: number): string {
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
  const labels = plot.lines.flatMap(({ series, label }, place) => {
    if (!label) return [];
    const look = `class="h${String(series.hue)}" data-s="${String(place)}"`;
    return [`<span ${look} style="top:${px(label.y)}">${text(series.title)}</span>`];
  });
  const name = `${chart.title} by ${chart.xName}: ${chart.headline.text}. Arrow keys show the values.`;
  const box = `viewBox="0 0 ${String(WIDTH)} ${String(plot.height)}" preserveAspectRatio="none"`;
  return (
    `<div class="frame" style="--height:${px(plot.height)}"><div class="ys">${ys.join("")}</div>` +
    `<div class="plot" data-chart="${String(index)}" tabindex="0" role="img" aria-label="${text(name)}"><svg ${box} aria-hidden="true">${plot.svg}</svg></div>` +
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
  const { title, median, low, high, label, note, hue, line } = bar;
  // Of the room that bars have; the label follows the bar.
  const share = (high / longest).toFixed(4);
  const percent = (value: number): string => `${((value / (high || 1)) * 100).toFixed(1)}%`;
  const told = `${title}: ${label}${note === "" ? "" : ` (${note})`}`;
  const shown = named ? `${title} ${label}` : label;
  const spread = `<s style="left:${percent(low)};width:${percent(high - low)}"></s>`;
  const drawn = `<i class="h${String(hue)} ${line}" style="width:${percent(median)}"></i>${spread}`;
  return `<span class="bar" title="${text(told)}" style="--share:${share}"><span>${drawn}</span><em>${text(shown)}</em></span>`;
}
