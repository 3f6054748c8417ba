import { parentPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(workerData);
parentPort.postMessage("waiting");
for (;;) multiplexer.waitSync({ restart: true }, () => {});
