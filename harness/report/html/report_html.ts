import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Results } from "../../results/results.ts";
import { resultsJson } from "../../results/results_json.ts";
import { looksOf } from "../charts/looks.ts";
import { GOALS_EXPLAINED, goalRows } from "../goal_rows.ts";
import { METHOD, NOT_MEASURED, machineRows } from "../method.ts";
import type { ReportOptions } from "../options.ts";
import { details, escapeHtml as text, list, table } from "./elements.ts";
import { firstScreen } from "./first_screen.ts";
import { section } from "./section.ts";
import { STYLE } from "./style.ts";

/**
 * A run as one HTML file that needs nothing else: the answer first, then each question with its chart, the
 * method at the end, and the results themselves as a download.
 *
 * @param options - what the suite knows about its report; the page of any other scenarios needs none
 */
export function reportHtml(results: Results, options: ReportOptions = {}): string {
  const { title = "Measured", lead = "", views = {} } = options;
  const looks = looksOf(results.scenarios);
  const first = firstScreen(results, options, looks);
  const sections = results.scenarios.map((result) =>
    section(result, views[result.name] ?? {}, looks),
  );
  const links = results.scenarios.map(({ name, question }) => {
    const told = views[name]?.short ?? question;
    return `<li><a href="#${text(name)}">${text(told)}</a></li>`;
  });
  return `<!doctype html>
<html lang="en">
${head(title)}
<body>
<header><h1>${text(title)}</h1>
${lead === "" ? "" : `<p class="lead-in">${text(lead)}</p>`}
<p class="soft">${text(summaryLine(results))}</p>
${results.complete ? "" : "<p><strong>This run was interrupted.</strong></p>"}</header>
<main>
${first}
${links.length < 2 ? "" : `<nav aria-label="Questions"><h2>All questions</h2><ol>${links.join("")}</ol></nav>`}
${sections.join("\n")}
</main>
${appendix(results, options)}
<script type="module">${inline(new URL("./client/client.js", import.meta.url))}</script>
</body>
</html>
`;
}

function head(title: string): string {
  return `<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>`;
}

function summaryLine({ machine, started, options }: Results): string {
  const { cpu, cores, system, node, pollux } = machine;
  const day = started.slice(0, 10);
  return `${day} · ${cpu}, ${String(cores)} cores · ${system} · Node.js ${node} · pollux ${pollux}${options.quick ? " · quick run: shows that everything works, not how fast" : ""}`;
}

/** What few readers look for: the goals, the method, the machine, and the results themselves. */
function appendix(results: Results, { source }: ReportOptions): string {
  const goals = goalSection(results);
  const machine = table(
    [],
    machineRows(results).map((row) => row.map(text)),
  );
  return `<footer id="appendix"><h2>Appendix</h2>
${details("How it was measured", list(METHOD))}
${details("What is not measured", list(NOT_MEASURED))}
${details("The machine", machine)}
${goals === "" ? "" : details("Goals", goals)}
<p>${source === undefined ? "" : `${text(source)} `}<a id="raw" download="results.json.gz" href="data:application/gzip;base64,${packed(results)}">Download the results of this run</a>, every sample of them, in four digits.</p></footer>`;
}

/** The results as compressed JSON: as text, they would be the largest part of the page. */
function packed(results: Results): string {
  return gzipSync(resultsJson(results), { level: 9 }).toString("base64");
}

/** A script as the content of an element: nothing in it may look like the end of the element. */
function inline(file: URL): string {
  return readFileSync(file, "utf8")
    .replace(/^\/\/# sourceMappingURL=.*$/m, "")
    .replace(/<\/script/g, "<\\/script");
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
  return `<p class="soft">${GOALS_EXPLAINED}</p>${table(head, rows, { class: "stacked" })}`;
}
