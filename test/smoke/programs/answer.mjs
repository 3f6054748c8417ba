import { parentPort } from "node:worker_threads";
import { MULTIPLEXERS, Socket, WRITABLE, createMultiplexer } from "pollux";

const mux = createMultiplexer("poll");
const [here, there] = Socket.pair();
mux.add(here, WRITABLE);
const ready = mux.waitSync(1000, () => undefined);
parentPort.postMessage({ multiplexers: [...MULTIPLEXERS], ready });
for (const owner of [mux, here, there]) owner.close();
