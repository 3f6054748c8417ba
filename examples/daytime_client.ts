// The daytime client of the notes: connects to an address or a host, reads to the end, and prints.
//
//   node daytime_client.js 127.0.0.1:8080
//   node daytime_client.js [::1]:8080
//   node daytime_client.js localhost:daytime
//   node daytime_client.js /run/daytime.sock
import { daytimeSync } from "pollux";

try {
  const server = process.argv[2] ?? "127.0.0.1:13";
  console.log(daytimeSync(server, { timeoutMs: 5000 }));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(`daytime_client: ${error.message}`);
  process.exitCode = 1;
}
