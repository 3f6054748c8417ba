// Waits, idle or one event after another or blocked, until the thread is ended from outside.
import { parentPort, workerData } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const { setImmediate } = globalThis;

const [name, sort] = workerData.split(" ");
const multiplexer = createMultiplexer(name);
const [here, there] = Socket.pair();
multiplexer.add(here, READABLE);
// The timer, the private epoll for Node's loop: whatever a multiplexer may own, it owns.
multiplexer.waitSync(0.01, () => {});
await multiplexer.wait({ timeoutMs: 0.01 }, () => {});
if (sort === "blocked") {
  parentPort.postMessage("waiting");
  multiplexer.waitSync(undefined, () => {});
}
if (sort === "busy") there.send(Buffer.from("x"));
const ended = multiplexer.wait({ timeoutMs: 1e9 }, () => {});
if (sort === "exit") setImmediate(() => process.exit(7));
parentPort.postMessage("waiting");
let reported = await ended;
while (reported > 0) reported = await multiplexer.wait(undefined, () => {});
throw new Error("the wait ended");
