// In a folder where the package is installed: an echo with each multiplexer, and where the addon came from.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { EchoThread, MULTIPLEXERS } from "pollux";

const [addon] = /\S*\.node$/m.exec(readFileSync("/proc/self/maps", "latin1")) ?? [];
if (!/node_modules\/pollux\/prebuilds\//.test(addon ?? "")) throw new Error(`loaded ${addon}`);

for (const multiplexer of MULTIPLEXERS) {
  const server = await EchoThread.start({ address: "127.0.0.1", port: 0 }, { multiplexer });
  const client = createConnection(server.address.port, "127.0.0.1");
  client.end("hello");
  client.setEncoding("utf8");
  let text = "";
  client.on("data", (part) => (text += part));
  await once(client, "close");
  await server.stop();
  if (text !== "hello") throw new Error(`${multiplexer} answered ${JSON.stringify(text)}`);
}
