import { measuredFocus } from "../../findings/headlines/headline.ts";
import { type ScenarioResult, drawnMetrics } from "../../results/results.ts";
import type { SweepValue } from "../../scenario/scenario.ts";
import { type Chart, chartsOf } from "../charts/chart.ts";
import type { Looks } from "../charts/looks.ts";
import { missingCells, starvedNote } from "../missing.ts";
import { listOf } from "../../wording/format.ts";
import { spanOf } from "../../wording/sweep.ts";
import type { View } from "../options.ts";
import { details, escapeHtml as text, list } from "./elements.ts";
import { figure } from "./figure.ts";
import { latencyTable, sourceOf, valueTable } from "./tables.ts";

/** One question: a headline, a chart, and everything else folded. */
export function section(result: ScenarioResult, view: View, looks: Looks): string {
  const draw = (chart: Chart, at?: SweepValue): string =>
    figure(chart, sourceOf(result, chart.metric), at);
  const charts = chartsOf(result, view, looks).filter(({ series }) => series.length > 0);
  const [first, ...others] = charts;
  const { at } = measuredFocus(result, view);
  const missing = missingCells(result);
  const opening = `<section id="${text(result.name)}"><h2>${text(result.question)}</h2>`;
  if (!first) {
    return `${opening}${headline("Nothing was measured", undefined)}${missing.length === 0 ? "" : details("Not measured here", list(missing), true)}</section>`;
  }
  const starved = starvedNote(result);
  // Without its chart, a sweep would be lost behind bars at one value.
  const sweep = at === undefined ? "" : draw(first);
  const more = [
    sweep === "" ? "" : details(text(spanOf(result)), sweep),
    ...others.map((chart) => details(text(`${chart.title}: ${chart.headline.text}`), draw(chart))),
    details("What the numbers say", findings(charts)),
    details("The numbers", numbers(result)),
    result.method === "" ? "" : details("How it was measured", `<p>${text(result.method)}</p>`),
    missing.length === 0 ? "" : details("Not measured here", list(missing)),
  ];
  return `${opening}
${headline(first.headline.text, first.headline.nuance)}
${draw(first, at)}
${starved === undefined ? "" : details("Starved cells", `<p>${text(starved)}</p>`)}
<div class="folds">${more.join("\n")}</div>
</section>`;
}

/** The headline of a chart and the line below it. */
export function headline(line: string, nuance: string | undefined, tag = "p"): string {
  const more = nuance === undefined ? "" : `<p class="nuance">${text(nuance)}</p>`;
  return `<${tag} class="headline">${text(line)}</${tag}>${more}`;
}

/** Each sentence with its numbers. */
function findings(charts: readonly Chart[]): string {
  return charts
    .map(({ title, findings: all }) => {
      const told = all.map(({ sentence, numbers: behind }) => {
        return `<p>${text(sentence)}</p>${behind.length === 0 ? "" : list(behind)}`;
      });
      return `<h4>${text(title)}</h4>${told.join("")}`;
    })
    .join("");
}

/**
 * A table for each metric that has a chart; percentiles stand side by side in one table. With 24 contenders, tables
 * of all other metrics would be a third of the page: they are in the results, which the page has anyway.
 */
function numbers(result: ScenarioResult): string {
  const own = drawnMetrics(result);
  const others = result.metrics.filter(
    (metric) => !own.includes(metric) && metric.percentile === undefined,
  );
  const names = listOf(others.map(({ title }) => title));
  const note = names === "" ? "" : `<p>Only in the <a href="#raw">results</a>: ${text(names)}.</p>`;
  return own.map((metric) => valueTable(result, metric)).join("") + latencyTable(result) + note;
}
