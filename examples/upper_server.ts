// The upper-casing servers of the notes: a … z come back as A … Z, all other bytes as they are.
//
//   node upper_server.js [port] [select | poll | epoll] [edge]
import { EchoServer, MULTIPLEXERS } from "pollux";

const [port = "9999", name, edge] = process.argv.slice(2);
const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";

using server = new EchoServer(
  { address: "127.0.0.1", port: Number(port) },
  { multiplexer, edge: edge === "edge", transform: "upper" },
);
console.log(`listening on ${String(server.address)}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.stop());
await server.run();
