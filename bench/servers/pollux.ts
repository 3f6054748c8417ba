import { writeSync } from "node:fs";
import { EchoServer, type MultiplexerName, READABLE } from "pollux";

const [multiplexer, way] = process.argv.slice(2) as [MultiplexerName, ("edge" | "loop")?];

const server = new EchoServer(
  { address: "127.0.0.1", port: 0 },
  {
    multiplexer,
    edge: way === "edge",
    ...(multiplexer === "select" && { capacity: 16_384 }),
  },
);
server.reactor.add(0, READABLE, {
  onReady() {
    server.reactor.remove(0);
    server.stop(0);
  },
});
writeSync(1, `${String(server.address.port)}\n`);
if (way === "loop") await server.run();
else server.runSync();
