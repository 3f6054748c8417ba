// A wait that is idle, until a byte arrives on the standard input.
import { READABLE, createMultiplexer } from "../../../dist/lib/index.js";

const multiplexer = createMultiplexer(process.argv[2]);
multiplexer.add(0, READABLE);

const ended = multiplexer.wait({ timeoutMs: Number(process.argv[3]) }, () => undefined);
console.log("waiting");
console.log(await ended);
multiplexer.close();
