// Blocks in the last of many multiplexers, each of which has waited.
import { parentPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/index.js";

const multiplexers = Array.from({ length: Number(workerData) }, () => createMultiplexer("epoll"));
for (const multiplexer of multiplexers) multiplexer.waitSync(0.01, () => {});
parentPort.postMessage("waiting");
multiplexers.at(-1).waitSync(1e9, () => {});
