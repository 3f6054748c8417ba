// starts.mjs STARTS [process|thread]: replaces two workers until so many have started. Says in JSON, ten times, how many descriptors
// the supervisor has open, how many children, and how much memory after a collection of garbage (run it with --expose-gc).
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Supervisor } from "pollux";

const [starts, kind = "process"] = process.argv.slice(2);
const WORKERS = 2;

let started = 0;
const supervisor = await Supervisor.start(fileURLToPath(new URL("echo.mjs", import.meta.url)), {
  workers: WORKERS,
  kind,
  ...{ readyMs: 600_000, unresponsiveMs: 600_000 }, // no matter how busy the machine is
  listen: [{ address: "127.0.0.1", port: 0 }],
  onWorker: ({ state }) => (started += state === "starting" ? 1 : 0),
});
for (let share = 1; share <= 10; share++) {
  while (started < (Number(starts) * share) / 10) await supervisor.reload();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1");
  console.log(
    JSON.stringify({
      started,
      descriptors: readdirSync("/proc/self/fd").length,
      children: children.trim().split(" ").length,
      rss,
      heapUsed,
    }),
  );
}
await supervisor.stop();
