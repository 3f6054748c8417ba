import { writeSync } from "node:fs";
import { EchoServer, type MultiplexerName, READABLE, Socket, sys } from "pollux";
import { usageLine } from "../../support/answering.ts";

const [multiplexer, way] = process.argv.slice(2) as [MultiplexerName, ("edge" | "loop")?];

const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
// Accepted sockets inherit it.
listener.setOption("TCP_NODELAY", true);
listener.bind({ address: "127.0.0.1", port: 0 }).listen();
const server = new EchoServer(listener, {
  multiplexer,
  edge: way === "edge",
  ...(multiplexer === "select" && { capacity: 16_384 }),
});
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
