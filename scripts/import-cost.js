// What an entry of the package costs: the processor time of a node that imports it, over that of one that does not.
//   npm run build:ts && node scripts/import-cost.js [pairs]
// Pairs of processes, one after the other, so that both see the same machine; the median of their differences.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const GOAL_MS = 45;
const ROOT = new URL("../", import.meta.url);
const pairs = Number(process.argv[2] ?? 21);

const { exports } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
for (const entry of Object.values(exports)) {
  if (entry.default) report(entry.default);
}

function report(entry) {
  const program = `import ${JSON.stringify(new URL(entry, ROOT).href)};`;
  const differences = Array.from({ length: pairs }, () => {
    const bare = processorTimeMs("");
    return processorTimeMs(program) - bare;
  }).sort((a, b) => a - b);
  const quantile = (share) => differences[Math.floor((pairs - 1) * share)].toFixed(1);
  console.log(
    `${entry}: ${quantile(0.5)} ms over bare node ` +
      `(quartiles ${quantile(0.25)} and ${quantile(0.75)} of ${String(pairs)} pairs; goal: ${String(GOAL_MS)})`,
  );
  if (Number(quantile(0.5)) > GOAL_MS) process.exitCode = 1;
}

function processorTimeMs(program) {
  const report = 'process.on("exit", () => console.log(JSON.stringify(process.cpuUsage())));';
  const args = ["--input-type=module", "-e", `${program}\n${report}`];
  const { user, system } = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
  return (user + system) / 1000;
}
