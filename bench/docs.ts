// node dist/bench/docs.js RESULTS.json [EARLIER.json ...]: writes docs/benchmarks.md and its pictures from a run, and for
// each earlier one docs/benchmarks/agreement_DATE.md, on which headlines the two agree. Of two earlier runs of one day, the
// name of the file has the time as well.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import {
  type Results,
  agreementMarkdown,
  parseResults,
  reportMarkdown,
  resultsJson,
} from "pollux/bench";
import { agreementPages } from "./report/agreement_pages.ts";
import { REPORT } from "./report/report.ts";
import { fromRoot } from "./support/paths.ts";

const [file, ...earlier] = process.argv.slice(2);
if (file === undefined)
  throw new Error("usage: node dist/bench/docs.js RESULTS.json [EARLIER.json ...]");

const read = (path: string): Results => parseResults(readFileSync(path, "utf8"));
const results = read(file);
const { page, pictures } = reportMarkdown(results, "benchmarks", REPORT);
const directory = fromRoot("docs/benchmarks");
mkdirSync(directory, { recursive: true });
// Of scenarios and metrics that are no more, and of the run before.
for (const name of readdirSync(directory)) {
  const isOld = name.endsWith(".svg") ? !pictures.has(name) : name.startsWith("agreement_");
  if (isOld) rmSync(`${directory}/${name}`);
}
writeFileSync(`${directory}/results.json`, `${resultsJson(results)}\n`);
const runs = earlier.map(read);
const agreements = agreementPages(runs.map(({ started }) => started));
for (const [index, { file: name }] of agreements.entries()) {
  writeFileSync(`${directory}/${name}`, agreementMarkdown(runs[index]!, results, REPORT.views));
}
const links = agreements.map(({ label, file: name }) => `[${label}](benchmarks/${name})`).sort();
const link =
  links.length > 0
    ? `\nThe headlines beside those of earlier runs: ${[...new Set(links)].join(", ")}.\n`
    : "";
writeFileSync(fromRoot("docs/benchmarks.md"), page + link);
for (const [name, svg] of pictures) writeFileSync(`${directory}/${name}`, svg);
