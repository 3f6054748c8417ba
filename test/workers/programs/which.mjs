// which.mjs: a worker that tells each client its slot and process id. On "spin" it never returns; on "exit" it ends; on "say" it
// writes a line to its output and its error output. Its data says how long its start takes: { startMs }.
import { StreamServer, WorkerSlot } from "pollux";

const slot = WorkerSlot.open();
const { startMs = 0 } = slot.data ?? {};
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, startMs);
const server = new StreamServer(slot.source(), {
  onConnect(connection) {
    connection.write(Buffer.from(`${slot.number} ${process.pid}\n`));
  },
  onData(connection, buffer, offset, length) {
    const word = Buffer.from(buffer.subarray(offset, offset + length))
      .toString()
      .trim();
    if (word === "spin") for (;;);
    if (word === "exit") process.exit(3);
    if (word === "say") {
      console.log("to the output");
      console.error("to the error output");
    }
    connection.write(buffer, offset, length);
  },
});
slot.serve(server);
server.runSync();
