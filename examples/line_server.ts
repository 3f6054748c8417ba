// A server of one's own: a protocol, here of eight lines, and everything else is the library's. Answers each
// line with its length. A client has 10 seconds for a line, and a minute of silence.
//
//   node line_server.js [port] [select | poll | epoll]
import { MULTIPLEXERS, type ServerProtocol, StreamServer } from "pollux";

const lengthOfLine: ServerProtocol = {
  onData(connection, buffer, offset, length) {
    const bytes = buffer.subarray(offset, offset + length);
    const end = bytes.lastIndexOf(0x0a) + 1; // what follows the last "\n" comes again, with more
    const lines = Buffer.from(bytes.subarray(0, end)).toString().split("\n").slice(0, -1);
    for (const line of lines) connection.write(Buffer.from(`${line.length}\n`));
    return end;
  },
};

const [port = "9999", name] = process.argv.slice(2);
const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";
const limits = { readTimeoutMs: 10_000, idleTimeoutMs: 60_000, maxConnections: 1000 };
const server = new StreamServer({ address: "127.0.0.1", port: Number(port) }, lengthOfLine, {
  multiplexer,
  ...limits,
});
process.once("SIGTERM", () => server.stop());
process.once("SIGINT", () => server.stop());
console.log(`listening on ${String(server.address)}`);
console.log(await server.run());
