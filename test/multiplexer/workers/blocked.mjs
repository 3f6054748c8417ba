import { parentPort, workerData } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(workerData);
const [here] = Socket.pair();
multiplexer.add(here, READABLE);
parentPort.postMessage("waiting");
multiplexer.waitSync(undefined, () => {});
throw new Error("the wait ended");
