// With --expose-gc: closes a multiplexer in the middle of a batch; prints how many of its sockets were collected.
import { setImmediate } from "node:timers/promises";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const COUNT = 3;
const registry = new FinalizationRegistry(() => collected++);
const multiplexer = createMultiplexer(process.argv[2]);
let collected = 0;
watchAndClose();
const deadlineMs = performance.now() + 20_000;
while (collected < COUNT && performance.now() < deadlineMs) {
  globalThis.gc();
  await setImmediate();
}
function watchAndClose() {
  const pairs = Array.from({ length: COUNT }, () => Socket.pair());
  for (const [here, there] of pairs) {
    registry.register(here);
    multiplexer.add(here, READABLE);
    there.send(Buffer.from("x"));
  }
  multiplexer.waitSync(0, () => multiplexer.close());
  for (const socket of pairs.flat()) socket.close();
}
console.log(collected, multiplexer.closed);
