// node dist/bench/docs.js RESULTS.json: writes docs/benchmarks.md and its pictures from a run.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { parseResults, reportMarkdown, resultsJson } from "pollux/bench";
import { REPORT } from "./report/report.ts";
import { fromRoot } from "./support/paths.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node dist/bench/docs.js RESULTS.json");

const results = parseResults(readFileSync(file, "utf8"));
const { page, pictures } = reportMarkdown(results, "benchmarks", REPORT);
const directory = fromRoot("docs/benchmarks");
mkdirSync(directory, { recursive: true });
// Of scenarios and metrics that are no more.
for (const name of readdirSync(directory)) {
  if (name.endsWith(".svg") && !pictures.has(name)) rmSync(`${directory}/${name}`);
}
writeFileSync(fromRoot("docs/benchmarks.md"), page);
writeFileSync(`${directory}/results.json`, `${resultsJson(results)}\n`);
for (const [name, svg] of pictures) writeFileSync(`${directory}/${name}`, svg);
