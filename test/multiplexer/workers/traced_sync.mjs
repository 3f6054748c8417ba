// Blocking waits with something ready, between two calls that are easily found in a trace.
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const [, , name, waits] = process.argv;
const multiplexer = createMultiplexer(name);
for (let count = 0; count < 3; count++) {
  const [here, there] = Socket.pair();
  multiplexer.add(here, READABLE);
  there.send(Buffer.from("x"));
}
let reported = 0;
const times = [0, 1.5, 1000, undefined];
const wait = (round) => multiplexer.waitSync(times[round % times.length], () => reported++);
const mark = () => process.kill(process.pid, 0);

for (let round = 0; round < 4; round++) wait(round);
mark();
for (let round = 0; round < Number(waits); round++) wait(round);
mark();
console.log(reported);
