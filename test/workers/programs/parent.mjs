// parent.mjs CLASS OPTIONS: runs a Supervisor or a ProcessPerConnection, and tells in JSON, a line each, where it
// listens, what happens to its workers or children, its errors, and what its stop returns. SIGTERM stops it; a line
// on standard input says how many descriptors and bytes it has.
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import * as pollux from "pollux";

const [, , name, json] = process.argv;
const { entry = "echo.mjs", stopMs, throws = false, ...options } = JSON.parse(json);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const server = await pollux[name].start(new URL(entry, import.meta.url), {
  listen: [{ address: "127.0.0.1", port: 0 }],
  ...options,
  [name === "Supervisor" ? "onWorker" : "onChild"]: (change) => {
    say({ change });
    if (throws) throw new Error("on purpose");
  },
  onError: (error) => say({ error: error.code ?? String(error) }),
});
say({ listening: server.addresses.map(({ port, path }) => port ?? path) });

createInterface({ input: process.stdin }).on("line", () => {
  globalThis.gc?.();
  say({ descriptors: readdirSync("/proc/self/fd").length, bytes: process.memoryUsage.rss() });
});

process.on("SIGTERM", async () => {
  try {
    say({ totals: await server.stop(stopMs) });
  } catch (error) {
    say({ failed: error.message });
  }
  process.exit();
});
