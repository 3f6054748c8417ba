// stopping.mjs MULTIPLEXER EDGE WAIT HOW: an echo server in this thread, which waits by "run" or "runSync"
// and is stopped by "SIGTERM" or by "stop", a line on standard input that a handler answers with stop().
// Says where it listens, and at its end what it has done, as `pollux serve --json` does.
import { EchoServer, READABLE } from "pollux";

const [multiplexer, edge, wait, how] = process.argv.slice(2);
const room = multiplexer === "select" ? { capacity: 4096 } : {};
const server = new EchoServer(
  { address: "127.0.0.1", port: 0 },
  { multiplexer, edge: edge === "true", ...room },
);
const stop = () => {
  server.reactor.remove(0);
  server.stop();
};
if (how === "SIGTERM") process.on("SIGTERM", stop);
else server.reactor.add(0, READABLE, { onReady: stop });
console.log(JSON.stringify({ event: "listening", port: server.address.port }));
const totals = wait === "run" ? await server.run() : server.runSync();
console.log(JSON.stringify({ event: "stopped", ...totals }));
process.exit();
