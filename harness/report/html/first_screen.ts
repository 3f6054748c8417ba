import type { Results } from "../../results/results.ts";
import type { Looks } from "../charts/looks.ts";
import { coverOf } from "../cover.ts";
import type { Advice, ReportOptions } from "../options.ts";
import { escapeHtml as text } from "./elements.ts";
import { figure } from "./figure.ts";
import { headline } from "./section.ts";
import { sourceOf } from "./tables.ts";

const HEIGHT = 210;

/** The answer: a few charts with their headlines, and a table that says what to use. */
export function firstScreen(results: Results, options: ReportOptions, looks: Looks): string {
  const cards = coverOf(results, options, looks).map(({ about, chart, result }) => {
    const drawn = figure(chart, sourceOf(result, chart.metric), about.at, HEIGHT);
    const { text: line, nuance } = chart.headline;
    return `<article><p class="kicker"><a href="#${text(about.scenario)}">${text(about.title)}</a></p>${headline(line, nuance, "h3")}${drawn}</article>`;
  });
  const advice = options.advice?.(results);
  const charts = cards.length === 0 ? "" : `<div class="cover">${cards.join("\n")}</div>`;
  return `${charts}${advice ? adviceTable(advice) : ""}`;
}

function adviceTable({ title, rows }: Advice): string {
  const body = rows.map(
    ([situation, answer, reason]) =>
      `<tr><th scope="row">${text(situation)}</th><td><strong>${text(answer)}</strong></td><td>${text(reason)}</td></tr>`,
  );
  return `<section class="advice"><h2>${text(title)}</h2><table><thead><tr><th scope="col">You have</th><th scope="col">Use</th><th scope="col">Because</th></tr></thead><tbody>${body.join("")}</tbody></table></section>`;
}
