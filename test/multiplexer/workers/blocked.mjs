import { parentPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/multiplexer/create.js";
import { READABLE } from "../../../dist/multiplexer/multiplexer.js";
import { Socket } from "../../../dist/socket.js";

const multiplexer = createMultiplexer(workerData);
const [here] = Socket.pair();
multiplexer.add(here, READABLE);
parentPort.postMessage("waiting");
multiplexer.waitSync(undefined, () => {});
throw new Error("the wait ended");
