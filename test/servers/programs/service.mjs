// service.mjs NAME MULTIPLEXER EDGE [OPTIONS]: a stream server in this thread, with options in JSON, until SIGTERM.
// Says where it listens, and at its end what it has done.
import * as pollux from "pollux";

const [name, multiplexer, edge, options = "{}"] = process.argv.slice(2);
const server = new pollux[name](
  { address: "127.0.0.1", port: 0 },
  { multiplexer, edge: edge === "true", ...JSON.parse(options) },
);
process.on("SIGTERM", () => server.stop(1000));
process.stdin.resume().on("data", () => console.log(JSON.stringify(server.totals)));
console.log(JSON.stringify({ event: "listening", port: server.address.port }));
console.log(JSON.stringify({ event: "stopped", ...(await server.run()) }));
process.exit();
