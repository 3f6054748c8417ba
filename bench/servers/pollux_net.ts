import { writeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "pollux/net";
import { usageLine } from "./usage_line.ts";

// As node_net.ts, but for the import.
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
  writeSync(1, `${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
