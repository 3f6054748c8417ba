// In a folder where the package is installed: prints what of the following works, a line of JSON for each.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { echoes } from "./echo.mjs";

const CHECKS = {
  async import() {
    const { READABLE } = await import("pollux");
    if (READABLE !== 1) throw new Error(`READABLE is ${String(READABLE)}`);
  },
  require() {
    const { READABLE } = createRequire(import.meta.url)("pollux");
    if (READABLE !== 1) throw new Error(`READABLE is ${String(READABLE)}`);
  },
  binary() {
    const [addon] = /\S*\.node$/m.exec(readFileSync("/proc/self/maps", "latin1")) ?? [];
    if (!/node_modules\/pollux\/prebuilds\//.test(addon ?? "")) throw new Error(`loaded ${addon}`);
  },
  async worker() {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url));
    const [answer] = await once(worker, "message");
    if (answer !== 3) throw new Error(`it answered ${answer}`);
    await worker.terminate();
  },
  async echo() {
    await echoes(await import("pollux"), ["EchoServer", "EchoThread"]);
  },
};

// What it tries hangs for ever in the worst case.
setTimeout(() => process.exit(3), 20_000).unref();
for (const [check, attempt] of Object.entries(CHECKS)) {
  try {
    await attempt();
    console.log(JSON.stringify({ check }));
  } catch (error) {
    console.log(JSON.stringify({ check, error: String(error?.message ?? error).split("\n")[0] }));
  }
}
process.exit();
