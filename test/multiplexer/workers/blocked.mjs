import { parentPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/multiplexer/create.js";
import { READABLE } from "../../../dist/lib/multiplexer/multiplexer.js";
import { Socket } from "../../../dist/lib/socket/socket.js";

const multiplexer = createMultiplexer(workerData);
const [here] = Socket.pair();
multiplexer.add(here, READABLE);
parentPort.postMessage("waiting");
multiplexer.waitSync(undefined, () => {});
throw new Error("the wait ended");
