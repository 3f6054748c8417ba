// echo.mjs: a worker of a supervisor that echoes. Its data chooses what goes wrong: see below.
import { EchoServer, WorkerSlot } from "pollux";

const slot = WorkerSlot.open();
const { multiplexer = "epoll", wrong } = slot.data ?? {};
if (wrong === "exits") process.exit(7);
if (wrong === "throws") throw new Error("on purpose");
const server = new EchoServer(slot.source(), { multiplexer });
if (wrong === "silent") setInterval(() => {}, 1000);
else {
  slot.serve(server);
  server.runSync();
}
