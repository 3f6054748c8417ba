import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Goal, SweepValue } from "../contract.ts";
import { type Results, type ScenarioResult, goalsOf, starvedGoalsOf } from "../results.ts";
import { CHARTS, type Chart, chartsOf } from "./chart.ts";
import { escapeHtml as text, formatQuantity, formatRatio } from "./format.ts";
import { METHOD, NOT_MEASURED, STYLE, list, machineRows, table } from "./page.ts";
import { latencyTable, missingCells, starvedNote, valueTable } from "./tables.ts";

/** A run as one file that needs nothing else: charts, tables, machine and method. */
export function reportHtml(results: Results): string {
  const charts: Chart[] = [];
  const sections = results.scenarios.map((result) => section(result, charts));
  const partial = results.complete ? "" : "<p><strong>This run was cut short.</strong></p>";
  const uplot = dirname(createRequire(import.meta.url).resolve("uplot"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>select, poll and epoll, measured</title>
<link rel="icon" href="data:,">
<style>${readFileSync(join(uplot, "uPlot.min.css"), "utf8")}${STYLE}</style>
</head>
<body>
<h1>select, poll and epoll, measured</h1>
<p class="soft">${text(summaryLine(results))}</p>
${partial}
<nav><ol>${results.scenarios.map(({ name, question }) => `<li><a href="#${text(name)}">${text(question)}</a></li>`).join("")}</ol></nav>
${goalSection(results)}
${sections.join("\n")}
<h2>How it was measured</h2>
${list(METHOD)}
<h2>What is not measured</h2>
${list(NOT_MEASURED)}
<h2>The machine</h2>
${table(
  [],
  machineRows(results).map((row) => row.map(text)),
)}
<script type="application/json" id="charts">${JSON.stringify(charts).replace(/</g, "\\u003c")}</script>
<script>${inline(join(uplot, "uPlot.iife.min.js"))}</script>
<script type="module">${inline(new URL("./client/client.js", import.meta.url))}</script>
</body>
</html>
`;
}

/** A script as an element's content: nothing in it may look like the element's end. */
function inline(file: string | URL): string {
  return readFileSync(file, "utf8")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(/<\/script/g, "<\\/script");
}

function summaryLine({ machine, started, options }: Results): string {
  const { cpu, cores, system, node, pollux } = machine;
  const day = started.slice(0, 10);
  return `${day} · ${cpu}, ${String(cores)} cores · ${system} · Node.js ${node} · pollux ${pollux}${options.quick ? " · quick run: shows that all runs, not how fast" : ""}`;
}

function section(result: ScenarioResult, charts: Chart[]): string {
  const drawn = chartsOf(result)
    .filter(({ series }) => series.length > 0)
    .map((chart) => {
      const named = chart.x.some((value) => typeof value === "string");
      const asBars = named || chart.x.length === 1;
      const head = `<h3>${text(chart.title)} <span class="soft">${text(chart.unit)}, ${chart.better} is better${chart.logY && !asBars ? ", logarithmic" : ""}</span></h3>${findings(chart)}`;
      if (asBars) return head + bars(named ? chart : turned(chart));
      return `${head}<div data-chart="${String(charts.push(chart) - 1)}"></div>`;
    });
  const missing = missingCells(result);
  const starved = starvedNote(result);
  return `<section id="${text(result.name)}">
<h2>${text(result.question)}</h2>
<p class="soft">${text(result.method)}</p>
${drawn.join("\n")}
${starved === undefined ? "" : `<p class="starved">${text(starved)}</p>`}
<details><summary>All numbers</summary>${numbers(result)}</details>
${missing.length === 0 ? "" : `<details><summary>Not measured here</summary>${list(missing)}</details>`}
</section>`;
}

function findings({ findings: [first, ...others] }: Chart): string {
  const more = others.length === 0 ? "" : list(others);
  return `<div class="finding"><p>${text(first ?? "")}</p>${more}</div>`;
}

/** Each metric with its spread, but the percentiles that have no chart side by side only. */
function numbers(result: ScenarioResult): string {
  const own = result.metrics.filter(
    ({ percentile }, index) => percentile === undefined || index < CHARTS,
  );
  return own.map((metric) => valueTable(result, metric)).join("") + latencyTable(result);
}

/** A single value makes no line: one bar for each contender instead. */
function turned(chart: Chart): Chart {
  const at = `${String(chart.x[0])} ${chart.xName}`;
  const medians = chart.series.map((series) => series.medians[0] ?? null);
  const notes = chart.series.map((series) => series.notes[0] ?? "");
  const series = { name: at, title: at, color: "var(--link)", dash: [], medians };
  return {
    ...chart,
    x: chart.series.map(({ title }) => title),
    series: [{ ...series, lows: medians, highs: medians, notes }],
  };
}

/** For names instead of numbers; wraps on a phone, and needs no script. */
function bars(chart: Chart): string {
  // Where all are 0, no bar has a length.
  const highest =
    Math.max(...chart.series.flatMap(({ medians }) => medians.map((m) => m ?? 0))) || 1;
  const legend = chart.series.map(
    ({ color, title }) => `<span><i style="background:${color}"></i>${text(title)}</span>`,
  );
  const rows = chart.x.map((value, index) => {
    const own = chart.series.map(({ medians, color, title, notes }) => {
      const median = medians[index] ?? null;
      if (median === null) return "";
      const note = notes[index] ?? "";
      const width = ((median / highest) * 70).toFixed(1);
      const label = formatQuantity(median, chart.unit);
      return `<span class="bar" title="${text(`${title}: ${label}${note === "" ? "" : ` (${note})`}`)}"><i style="width:${width}%;background:${color}"></i>${text(label)}</span>`;
    });
    return `<b>${text(String(value))}</b><div>${own.join("")}</div>`;
  });
  return `<p class="legend soft">${legend.join("")}</p><div class="bars">${rows.join("")}</div>`;
}

function atValue(value: SweepValue): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}

function goalSection(results: Results): string {
  const rows = results.scenarios.flatMap((result) => [
    ...goalsOf(result).map((goal) => {
      const { ratio, reached } = goal;
      const told = `<span class="${reached ? "yes" : "no"}">${formatRatio(ratio.median)}</span>`;
      const spread = `${formatRatio(ratio.low)} – ${formatRatio(ratio.high)}`;
      return goalRow(result, goal, told, reached ? "reached" : "missed", spread);
    }),
    ...starvedGoalsOf(result).map((goal) => goalRow(result, goal, "", "open: starved", "")),
  ]);
  if (rows.length === 0 || results.options.quick) return "";
  const head = ["", "ratio", "goal", "what", "metric", "spread"];
  return `<h2>Goals</h2><p class="soft">How many times as good the one is as the other; 1.00 is equal.</p>${table(head, rows)}`;
}

function goalRow(
  result: ScenarioResult,
  { contender, versus, value, metric, atLeast }: Goal,
  ...[ratio, outcome, spread]: readonly [ratio: string, outcome: string, spread: string]
): string[] {
  const titleOf = (name: string): string =>
    text(result.contenders.find((own) => own.name === name)?.title ?? name);
  return [
    `<a href="#${text(result.name)}">${text(result.name)}</a> ${text(atValue(value))}`,
    ratio,
    `≥ ${formatRatio(atLeast)} ${outcome}`,
    `${titleOf(contender)} beside ${titleOf(versus)}`,
    text(metric),
    spread,
  ];
}
