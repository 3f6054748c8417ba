import { writeSync } from "node:fs";
import { EchoServer, type MultiplexerName, READABLE, sys } from "pollux";
import { usageLine } from "./usage_line.ts";

const [multiplexer, way] = process.argv.slice(2) as [MultiplexerName, ("edge" | "loop")?];

const server = new EchoServer(
  { address: "127.0.0.1", port: 0 },
  {
    multiplexer,
    edge: way === "edge",
    ...(multiplexer === "select" && { capacity: 16_384 }),
  },
);
const STDIN = 0;
const line = new Uint8Array(64);
server.reactor.add(STDIN, READABLE, {
  onReady() {
    if (sys.read(STDIN, line) !== 0) {
      writeSync(1, usageLine());
      return;
    }
    server.reactor.remove(STDIN);
    server.stop(0);
  },
});
writeSync(1, `${String(server.address.port)}\n`);
if (way === "loop") await server.run();
else server.runSync();
