// Waits in several multiplexers, idle or one event after another or blocked, until the thread is ended from outside.
import { parentPort, workerData } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const { setImmediate } = globalThis;
const MULTIPLEXERS = 3;

const [name, sort] = workerData.split(" ");

/** One that owns whatever it may: a timer, the private epoll for Node's loop. */
async function watching() {
  const multiplexer = createMultiplexer(name);
  const [here, there] = Socket.pair();
  multiplexer.add(here, READABLE);
  multiplexer.waitSync(0.01, () => {});
  await multiplexer.wait({ timeoutMs: 0.01 }, () => {});
  return { multiplexer, here, there };
}

const all = await Promise.all(Array.from({ length: MULTIPLEXERS }, watching));
if (sort === "blocked") {
  parentPort.postMessage("waiting");
  all[0].multiplexer.waitSync(undefined, () => {});
}
const ended = all.map(async ({ multiplexer, there }) => {
  if (sort === "busy") there.send(Buffer.from("x"));
  let reported = await multiplexer.wait({ timeoutMs: 1e9 }, () => {});
  while (reported > 0) reported = await multiplexer.wait(undefined, () => {});
  throw new Error("the wait ended");
});
if (sort === "exit") setImmediate(() => process.exit(7));
parentPort.postMessage("waiting");
await Promise.all(ended);
