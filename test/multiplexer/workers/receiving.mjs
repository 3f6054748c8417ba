import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(workerData);
parentPort.postMessage("waiting");
let received;
while (!received) {
  multiplexer.waitSync(5, () => {});
  received = receiveMessageOnPort(parentPort);
}
multiplexer.close();
parentPort.postMessage(received.message);
