// http (node | pollux): a server of node:http over node:net or over pollux/net, which greets.
import { writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach, createServer as createNetServer } from "pollux/net";
import { usageLine } from "./usage_line.ts";

const BODY = "Hello, world!";
const HEADERS = { "content-type": "text/plain", "content-length": BODY.length };

const server = createServer((_, response) => {
  response.writeHead(200, HEADERS);
  response.end(BODY);
});
// Between two runs, connections wait longer than the default.
server.keepAliveTimeout = 0;
if (process.argv[2] === "pollux") attach(server, createNetServer());
server.listen(0, "127.0.0.1", 4096, () => {
  writeSync(1, `${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on("data", () => writeSync(1, usageLine())).on("end", () => process.exit());
