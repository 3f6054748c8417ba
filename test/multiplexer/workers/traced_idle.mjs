// A wait that is idle, until a byte arrives on the standard input.
import { READABLE, createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(process.argv[2]);
multiplexer.add(0, READABLE);
const mark = () => process.kill(process.pid, 0);

const ended = multiplexer.wait({ timeoutMs: Number(process.argv[3]) }, mark);
setTimeout(() => {
  mark();
  console.log("waiting");
}, 50);
console.log(await ended);
multiplexer.close();
