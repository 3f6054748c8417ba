import { readFileSync } from "node:fs";
import type { Results, ScenarioResult } from "../../results/results.ts";
import { formatValue } from "../../wording/format.ts";
import { type Bar, type Group, groupsOf, isNamed, longestOf } from "../charts/bars.ts";
import { CHARTS, type Chart, chartsOf } from "../charts/chart.ts";
import { GOALS_EXPLAINED, goalRows } from "../goal_rows.ts";
import { METHOD, NOT_MEASURED, machineRows } from "../method.ts";
import { missingCells, starvedNote } from "../missing.ts";
import { details, escapeHtml as text, list, table } from "./elements.ts";
import { STYLE } from "./style.ts";
import { latencyTable, valueTable } from "./tables.ts";

/** A run as one HTML file that needs nothing else: findings, charts, tables, method and machine. */
export function reportHtml(results: Results): string {
  const charts: Chart[] = [];
  const sections = results.scenarios.map((result) => section(result, charts));
  const partial = results.complete ? "" : "<p><strong>This run was interrupted.</strong></p>";
  return `<!doctype html>
<html lang="en">
${head()}
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
${scripts(charts)}
</body>
</html>
`;
}

function head(): string {
  return `<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>select, poll and epoll, measured</title>
<link rel="icon" href="data:,">
<style>${readFileSync(new URL("./client/uPlot.min.css", import.meta.url), "utf8")}${STYLE}</style>
</head>`;
}

/** The charts as data, and the scripts that draw them. */
function scripts(charts: readonly Chart[]): string {
  return `<script type="application/json" id="charts">${JSON.stringify(charts).replace(/</g, "\\u003c")}</script>
<script>${inline(new URL("./client/uPlot.iife.min.js", import.meta.url))}</script>
<script type="module">${inline(new URL("./client/client.js", import.meta.url))}</script>`;
}

/** A script as the content of an element: nothing in it may look like the end of the element. */
function inline(file: URL): string {
  return readFileSync(file, "utf8")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(/<\/script/g, "<\\/script");
}

function summaryLine({ machine, started, options }: Results): string {
  const { cpu, cores, system, node, pollux } = machine;
  const day = started.slice(0, 10);
  return `${day} · ${cpu}, ${String(cores)} cores · ${system} · Node.js ${node} · pollux ${pollux}${options.quick ? " · quick run: shows that everything works, not how fast" : ""}`;
}

function section(result: ScenarioResult, charts: Chart[]): string {
  const drawn = chartsOf(result)
    .filter(({ series }) => series.length > 0)
    .map((chart) => drawnChart(chart, charts));
  const missing = missingCells(result);
  const starved = starvedNote(result);
  return `<section id="${text(result.name)}">
<h2>${text(result.question)}</h2>
<p class="soft">${text(result.method)}</p>
${drawn.length === 0 ? '<div class="finding"><p>Nothing was measured.</p></div>' : drawn.join("\n")}
${starved === undefined ? "" : `<p class="starved">${text(starved)}</p>`}
${drawn.length === 0 ? "" : details("All numbers", numbers(result))}
${missing.length === 0 ? "" : details("Not measured here", list(missing), drawn.length === 0)}
</section>`;
}

function drawnChart(chart: Chart, charts: Chart[]): string {
  const groups = groupsOf(chart);
  const about = [chart.unit, `${chart.better} is better`];
  if (chart.logY && !groups) about.push("logarithmic");
  const head = `<h3>${text(chart.title)} <span class="soft">${text(about.join(", "))}</span></h3>${findings(chart)}`;
  if (groups) return head + bars(chart, groups);
  return `${head}<div data-chart="${String(charts.push(chart) - 1)}"></div>`;
}

/** Each finding unfolds to its numbers. */
function findings({ findings: all }: Chart): string {
  const told = all.map(({ sentence, numbers }, index) => {
    const look = index === 0 ? "" : ' class="more"';
    const line = `<span${look}>${text(sentence)}</span>`;
    return numbers.length === 0 ? `<p>${line}</p>` : details(line, list(numbers));
  });
  return `<div class="finding">${told.join("")}</div>`;
}

/** A table for each metric; percentiles without a chart stand side by side in one table. */
function numbers(result: ScenarioResult): string {
  const own = result.metrics.filter(
    ({ percentile }, index) => percentile === undefined || index < CHARTS,
  );
  return own.map((metric) => valueTable(result, metric)).join("") + latencyTable(result);
}

/** Bars of text and colored boxes: they wrap on a phone, and need no script. */
function bars(chart: Chart, groups: readonly Group[]): string {
  const longest = longestOf(groups);
  const rows = groups.map(({ name, bars: own }) => {
    const drawn = own.map(({ title, median, label, note, ...look }) => {
      const width = ((median / longest) * 60).toFixed(1);
      const told = `${title}: ${label}${note === "" ? "" : ` (${note})`}`;
      return `<span class="bar" title="${text(told)}"><i style="width:${width}%;${styleOf(look)}"></i>${text(label)}</span>`;
    });
    return `<b>${text(name)}</b><div>${drawn.join("")}</div>`;
  });
  const names = chart.series.map(
    ({ title, ...look }) => `<span><i style="${styleOf(look)}"></i>${text(title)}</span>`,
  );
  const at = `at ${formatValue(chart.x[0] ?? "")} ${chart.xName}`;
  const legend = isNamed(chart) ? names.join("") : text(at);
  return `<p class="legend soft">${legend}</p><div class="bars">${rows.join("")}</div>`;
}

/** The look of a bar: a contender with a dashed line has a striped bar. */
function styleOf({ color, dash: [on, off] }: Pick<Bar, "color" | "dash">): string {
  if (on === undefined || off === undefined) return `color:${color};background:${color}`;
  const [end, next] = [`${String(on)}px`, `${String(on + off)}px`];
  return `color:${color};background:repeating-linear-gradient(90deg,${color} 0 ${end},transparent ${end} ${next})`;
}

function goalSection(results: Results): string {
  const rows = goalRows(results).map((goal) => {
    const look = goal.reached === undefined ? "soft" : goal.reached ? "yes" : "no";
    return [
      `<a href="#${text(goal.scenario)}">${text(goal.scenario)}</a> ${text(goal.value)}`,
      text(goal.what),
      text(goal.cost),
      goal.goal,
      `<span class="${look}">${goal.ratio} ${text(goal.verdict)}</span>`,
      goal.spread,
    ];
  });
  if (rows.length === 0) return "";
  const head = ["", "ratio of", "cost", "goal", "ratio", "spread"];
  return `<h2>Goals</h2><p class="soft">${GOALS_EXPLAINED}</p>${table(head, rows, "stacked")}`;
}
