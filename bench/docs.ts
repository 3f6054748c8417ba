// node dist/suite/docs.js RESULTS.json: writes docs/benchmarks.md and its pictures from a run.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseResults, reportMarkdown } from "pollux/bench";
import { fromRoot } from "./support/paths.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node dist/suite/docs.js RESULTS.json");

const results = parseResults(readFileSync(file, "utf8"));
const { page, pictures } = reportMarkdown(results, "benchmarks");
mkdirSync(fromRoot("docs/benchmarks"), { recursive: true });
writeFileSync(fromRoot("docs/benchmarks.md"), page);
writeFileSync(fromRoot("docs/benchmarks/results.json"), `${JSON.stringify(results)}\n`);
for (const [name, svg] of pictures) writeFileSync(fromRoot(`docs/benchmarks/${name}`), svg);
