import { type AddressInfo, createServer } from "node:net";
import { announce } from "../../support/answering.ts";

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
server.listen(0, "127.0.0.1", 4096, () => announce((server.address() as AddressInfo).port));
