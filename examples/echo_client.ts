// The echo client of the notes: sends a line, waits for one, prints it. While it waits for a line of the
// user it does not see that the server has ended; interactive_client.ts does.
//
//   node echo_client.js [port] [host] < lines
import { createInterface } from "node:readline";
import { EchoClient } from "pollux";

const [port = "9999", host = "127.0.0.1"] = process.argv.slice(2);
using client = new EchoClient({ host, port });

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(String(client.askSync(line)));
  } catch (error) {
    console.error(String(error)); // "server terminated prematurely", ECONNRESET, EPIPE
    process.exitCode = 1;
    break;
  }
}
process.stdin.destroy();
