import { parentPort } from "node:worker_threads";
import { EventFd, READABLE, createMultiplexer } from "pollux";

const event = new EventFd();
const mux = createMultiplexer("epoll");
mux.add(event, READABLE);
parentPort.postMessage(event.fd);
// On runtimes without libuv a blocking wait cannot be ended from outside: this one lets the loop turn.
for (;;) {
  mux.waitSync(10, () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 0));
}
