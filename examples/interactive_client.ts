// The echo client of the notes on a multiplexer: watches standard input and the socket at the same time.
// It sees the server's end while nothing is typed. At the end of the input it ends its own direction, and
// reads on until the server ends: a file as input loses nothing.
//
//   node interactive_client.js [port] [select | poll | epoll] [host]
import { MULTIPLEXERS, Relay, createConnectionSync } from "pollux";

const [port = "9999", name, host = "127.0.0.1"] = process.argv.slice(2);
const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";

using socket = createConnectionSync({ host, port });
const { state } = new Relay(socket, { multiplexer }).runSync();

if (state === "premature") {
  console.error("server terminated prematurely");
  process.exitCode = 1;
}
