import { parentPort, workerData } from "node:worker_threads";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const ROUNDS = 50;

async function rounds() {
  using(createMultiplexer(workerData));
  const multiplexer = using(createMultiplexer(workerData));
  const [here, there] = Socket.pair().map(using);
  multiplexer.add(here, READABLE);
  let reported = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const ended = multiplexer.wait({ timeoutMs: 20_000 }, () => here.recv(new Uint8Array(1)));
    setTimeout(() => there.send(Buffer.from("x")), round % 3);
    reported += await ended;
  }
  return reported;
}

const owned = [];
function using(resource) {
  owned.push(resource);
  return resource;
}

const counts = await Promise.all([rounds(), rounds(), rounds()]);
for (const resource of owned) resource.close();
parentPort.postMessage(counts.reduce((sum, count) => sum + count));
