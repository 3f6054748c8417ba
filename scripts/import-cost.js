// What `import "pollux"` costs: the processor time of a node that imports it, over that of one that does not.
//   npm run build:ts && node scripts/import-cost.js [pairs]
// Pairs of processes, one after the other, so that both see the same machine; the median of their differences.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const GOAL_MS = 45;
const pairs = Number(process.argv[2] ?? 21);
const entry = new URL("../dist/lib/index.js", import.meta.url).href;

function processorTimeMs(program) {
  const report = 'process.on("exit", () => console.log(JSON.stringify(process.cpuUsage())));';
  const args = ["--input-type=module", "-e", `${program}\n${report}`];
  const { user, system } = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  return (user + system) / 1000;
}

const differences = Array.from({ length: pairs }, () => {
  const bare = processorTimeMs("");
  return processorTimeMs(`import ${JSON.stringify(entry)};`) - bare;
}).sort((a, b) => a - b);

const quantile = (share) => differences[Math.floor((pairs - 1) * share)].toFixed(1);
console.log(
  `${fileURLToPath(entry)}: ${quantile(0.5)} ms over bare node ` +
    `(quartiles ${quantile(0.25)} and ${quantile(0.75)} of ${String(pairs)} pairs; goal: ${String(GOAL_MS)})`,
);
process.exitCode = Number(quantile(0.5)) <= GOAL_MS ? 0 : 1;
