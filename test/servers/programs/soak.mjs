// soak.mjs MULTIPLEXER EDGE: every server class, in this thread. Says where they listen. A line on standard input is
// answered with the descriptors that are open and the memory in use; its end stops the servers and prints totals.
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import * as pollux from "pollux";

const [multiplexer, edge] = process.argv.slice(2);
const options = { multiplexer, edge: edge === "true" };
const limits = {
  idleTimeoutMs: 600_000,
  readTimeoutMs: 600_000,
  writeTimeoutMs: 600_000,
  maxPerAddress: 1000,
};
const at = { address: "127.0.0.1", port: 0 };
const path = (name) => ({ path: `\0pollux-soak-${process.pid}-${name}` });
const packets = { ...options, type: "seqpacket" };
const servers = {
  echo: new pollux.EchoServer(at, { ...options, ...limits }),
  discard: new pollux.DiscardServer(at, options),
  chargen: new pollux.ChargenServer(at, options),
  daytime: new pollux.DaytimeServer(at, options),
  both: new pollux.TcpUdpEchoServer(at, options),
  path: new pollux.EchoServer(path("stream"), options),
  packets: new pollux.EchoServer(path("packets"), packets),
};
const running = Object.values(servers).map((server) => server.run());
const print = (value) => console.log(JSON.stringify(value));
const places = Object.entries(servers).map(([name, { address }]) => [
  name,
  address.port ?? address.path,
]);
print(Object.fromEntries(places));

const lines = createInterface({ input: process.stdin }).on("line", () => {
  globalThis.gc?.();
  const descriptors = readdirSync("/proc/self/fd").length;
  print({ descriptors, resident: process.memoryUsage().rss });
});
await once(lines, "close");
for (const server of Object.values(servers)) server.stop(2000);
print(await Promise.all(running));
process.exit();
