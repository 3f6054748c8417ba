// activated.mjs: an echo server on the socket that systemd has passed, until SIGTERM. Prints its totals.
import { EchoServer, Socket, listenDescriptors } from "pollux";

const [passed] = listenDescriptors();
const server = new EchoServer(Socket.fromFd(passed.fd));
process.on("SIGTERM", () => server.stop());
console.log(JSON.stringify(await server.run()));
