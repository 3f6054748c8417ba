// In a worker: closes the only socket that is watched, while a wait is pending; tells what came of it.
import { parentPort, workerData } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(workerData);
const [here, there] = Socket.pair();
multiplexer.add(here, READABLE);
const wait = multiplexer.wait({ untilEmpty: true });
setImmediate(() => here.close());
const list = (await wait).length;
there.close();
parentPort.postMessage({ size: multiplexer.size, list, endedBy: multiplexer.endedBy });
multiplexer.close();
