// node dist/bench/docs.js RESULTS.json [EARLIER.json]: writes docs/benchmarks.md and its pictures from a run, and with
// an earlier one docs/benchmarks/agreement.md, on which headlines the two agree.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import {
  type Results,
  agreementMarkdown,
  parseResults,
  reportMarkdown,
  resultsJson,
} from "pollux/bench";
import { REPORT } from "./report/report.ts";
import { fromRoot } from "./support/paths.ts";

const [file, earlier] = process.argv.slice(2);
if (file === undefined)
  throw new Error("usage: node dist/bench/docs.js RESULTS.json [EARLIER.json]");

const read = (path: string): Results => parseResults(readFileSync(path, "utf8"));
const results = read(file);
const { page, pictures } = reportMarkdown(results, "benchmarks", REPORT);
const directory = fromRoot("docs/benchmarks");
mkdirSync(directory, { recursive: true });
// Of scenarios and metrics that are no more.
for (const name of readdirSync(directory)) {
  if (name.endsWith(".svg") && !pictures.has(name)) rmSync(`${directory}/${name}`);
}
writeFileSync(`${directory}/results.json`, `${resultsJson(results)}\n`);
const agreement = `${directory}/agreement.md`;
if (earlier !== undefined)
  writeFileSync(agreement, agreementMarkdown(read(earlier), results, REPORT.views));
const link = existsSync(agreement)
  ? "\n[Two runs](benchmarks/agreement.md) has the headlines of runs on different days side by side.\n"
  : "";
writeFileSync(fromRoot("docs/benchmarks.md"), page + link);
for (const [name, svg] of pictures) writeFileSync(`${directory}/${name}`, svg);
