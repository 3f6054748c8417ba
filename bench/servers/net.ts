import { writeSync } from "node:fs";
import { createServer } from "pollux/net";
import { usageLine } from "./usage_line.ts";

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (data) => {
    if (!socket.write(data)) {
      socket.pause();
      socket.once("drain", () => socket.resume());
    }
  });
  // A load generator that ends resets its connections.
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", 4096, () => {
  writeSync(1, `${String(server.native?.localAddress.port)}\n`);
});
process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
