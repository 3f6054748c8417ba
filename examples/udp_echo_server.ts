// A UDP echo server. Bound to all addresses, it answers from the one that was asked.
//
//   node udp_echo_server.js [port] [address]
import { UdpEchoServer } from "pollux";

const [port = "9999", address = "0.0.0.0"] = process.argv.slice(2);
using server = new UdpEchoServer({ address, port: Number(port) });

process.once("SIGTERM", () => server.stop());
process.once("SIGINT", () => server.stop());
console.log(`listening on ${String(server.address)}`);
await server.run();
const { datagrams, bytes, unanswered } = server.totals;
console.log(`${datagrams} datagrams, ${bytes} bytes, ${unanswered} not answered`);
