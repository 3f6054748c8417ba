import { parentPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/multiplexer/create.js";
import { native } from "../../../dist/lib/native/native.js";

let waits = 0;
for (const call of ["epoll_wait", "epoll_pwait2", "ppoll", "pselect"]) {
  const original = native[call];
  native[call] = (...args) => {
    waits++;
    return original(...args);
  };
}

// A port that listens, whose messages are read by nobody while the thread waits.
parentPort.on("message", () => {});
const multiplexer = createMultiplexer(workerData);
const reported = multiplexer.waitSync(200, () => {});
multiplexer.close();
parentPort.postMessage({ reported, waits });
parentPort.close();
