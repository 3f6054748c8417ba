// The library's echo server in a thread. The main thread stays free.
//
//   node echo_server.js [port] [select | poll | epoll]
import { EchoThread, MULTIPLEXERS } from "pollux";

const [port = "9999", name] = process.argv.slice(2);
const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";

const thread = await EchoThread.start(
  { address: "127.0.0.1", port: Number(port) },
  { multiplexer },
);
console.log(`${multiplexer} echo listening on ${String(thread.address)}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    void thread.stop();
  });
}
const { connections, bytesIn, bytesOut } = await thread.stopped;
console.log(`${connections} connections, ${bytesIn} bytes in, ${bytesOut} bytes out`);
