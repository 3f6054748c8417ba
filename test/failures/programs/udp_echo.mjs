// A UDP echo server that blocks, and whose system calls strace makes fail: udp_echo.mjs MULTIPLEXER. Prints
// its port.
import { UdpEchoServer } from "../../../dist/lib/index.js";

const [multiplexer] = process.argv.slice(2);
const server = new UdpEchoServer({ address: "127.0.0.1", port: 0 }, { multiplexer });
process.stdout.write(`${server.address.port}\n`);
server.runSync();
