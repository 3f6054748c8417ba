// Environments that end with something open, and objects that are forgotten: what is lost then is memory of the
// addon. Imports what `npm run build:ts` has built.
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import * as pollux from "../../dist/lib/index.js";

const { MULTIPLEXERS, READABLE, createMultiplexer } = pollux;

/** One of each descriptor, and a wait on each multiplexer that does not end. */
function open() {
  const event = new pollux.EventFd();
  const opened = [event, new pollux.TimerFd(), new pollux.Inotify(), pollux.Pipe.open?.()];
  for (const name of MULTIPLEXERS) {
    const multiplexer = createMultiplexer(name);
    multiplexer.add(event, READABLE);
    multiplexer.wait().catch(() => {});
    opened.push(multiplexer);
  }
  return opened;
}

if (isMainThread) {
  for (const terminates of [false, true]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: null });
    await once(worker, "message");
    if (terminates) await worker.terminate();
    else {
      worker.postMessage("end");
      await once(worker, "exit");
    }
  }
  const server = await pollux.EchoThread.start({ address: "127.0.0.1", port: 0 });
  await server.stop();
  for (const closable of open()) closable?.close?.();
} else {
  const opened = open();
  parentPort.on("message", () => process.exit());
  parentPort.postMessage(opened.length);
}
