// odd.mjs: a worker whose answers are odd, as its data says; it serves an echo nevertheless.
import { EchoServer, Socket, WorkerSlot } from "pollux";

const control = Number(process.env.POLLUX_WORKER_FD);
const slot = WorkerSlot.open();
const server = new EchoServer(slot.source());
const odd = { total: { good: 1, none: NaN, text: "x", empty: null }, garbage: { good: 1 } }[
  slot.data
];
slot.serve({
  reactor: server.reactor,
  get totals() {
    return odd;
  },
  stop: (drainMs, onStopped) => server.stop(drainMs, onStopped),
});
if (slot.data === "garbage") {
  const socket = Socket.fromFd(control);
  socket.send(Buffer.from("garbage{"));
  socket.detach();
}
server.runSync();
