// echo.mjs: a worker of a supervisor that echoes. Its data chooses what goes wrong: see below.
import { setImmediate } from "node:timers";
import { EchoServer, StreamServer, WorkerSlot } from "pollux";

const slot = WorkerSlot.open();
const { multiplexer = "epoll", wrong } = slot.data ?? {};
if (wrong === "exits") process.exit(7);
if (wrong === "throws") throw new Error("on purpose");
function fail() {
  throw new Error("on purpose");
}
// What a client says to it happens: its process ends by an error, abort(3), an exit status, or stands still.
const obedient = {
  onData(connection, buffer, offset, length) {
    const word = Buffer.from(buffer.buffer, buffer.byteOffset + offset, length)
      .toString()
      .trim();
    if (word === "throw") setImmediate(fail); // not in a callback, whose errors the server survives
    if (word === "abort") process.abort();
    if (word === "exit") process.exit(7);
    if (word === "block") for (;;);
    connection.write(Buffer.from(`${process.pid}\n`));
  },
};
const server =
  wrong === "obeys"
    ? new StreamServer(slot.source(), obedient)
    : new EchoServer(slot.source(), { multiplexer });
if (wrong === "silent") setInterval(() => {}, 1000);
else {
  slot.serve(server);
  if (wrong === "obeys") await server.run();
  else server.runSync();
}
