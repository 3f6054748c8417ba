// A UDP echo client: one line, one datagram. Asks again when no answer comes, and takes answers only
// from the server that it asked.
//
//   node udp_echo_client.js port [host]
import { createInterface } from "node:readline";
import { UdpEchoClient, isSystemError } from "pollux";

const [port = "9999", host = "127.0.0.1"] = process.argv.slice(2);
using client = new UdpEchoClient({ host, port }, { timeoutMs: 1000, retries: 2 });

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(Buffer.from(await client.ask(Buffer.from(line))).toString());
  } catch (error) {
    if (!isSystemError(error, "ETIMEDOUT")) throw error;
    console.log(`no answer from ${String(client.server)} after ${client.retried} retries`);
    process.exitCode = 1;
    process.stdin.destroy(); // ends the loop
  }
}
