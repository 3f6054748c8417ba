import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("blocked.mjs", import.meta.url), {
  workerData: process.argv[2],
});
worker.on("message", () => process.exit(7));
