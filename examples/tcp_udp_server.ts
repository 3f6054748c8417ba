// Echo with TCP and UDP on one port, in one loop. Bound to all addresses, UDP answers from the one that was
// asked.
//
//   node tcp_udp_server.js [port] [select | poll | epoll] [address]
import { MULTIPLEXERS, TcpUdpEchoServer } from "pollux";

const [port = "9999", name, address = "127.0.0.1"] = process.argv.slice(2);
const multiplexer = MULTIPLEXERS.find((known) => known === name) ?? "epoll";

using server = new TcpUdpEchoServer({ address, port: Number(port) }, { multiplexer });
console.log(`listening on ${String(server.address)}`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.stop());
await server.run();
const { tcp, udp } = server.totals;
console.log(`${tcp.connections} connections, ${udp.datagrams} datagrams`);
