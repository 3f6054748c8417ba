import { parentPort, workerData } from "node:worker_threads";
import { countCalls } from "./count_calls.mjs";

const waits = countCalls("epoll_wait", "epoll_pwait2", "ppoll", "pselect");
const { createMultiplexer } = await import("../../../dist/lib/index.js");

// A port that listens, whose messages are read by nobody while the thread waits.
parentPort.on("message", () => {});
const multiplexer = createMultiplexer(workerData);
const reported = multiplexer.waitSync(200, () => {});
multiplexer.close();
parentPort.postMessage({ reported, waits: waits() });
parentPort.close();
