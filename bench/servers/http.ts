// http (node | pollux): a server of node:http over node:net or over pollux/net, which greets.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach, createServer as createNetServer } from "pollux/net";
import { announce } from "../support/answering.ts";

const BODY = "Hello, world!";
const HEADERS = { "content-type": "text/plain", "content-length": BODY.length };

const server = createServer((_, response) => {
  response.writeHead(200, HEADERS);
  response.end(BODY);
});
// Between two runs, connections wait longer than the default.
server.keepAliveTimeout = 0;
if (process.argv[2] === "pollux") attach(server, createNetServer());
server.listen(0, "127.0.0.1", 4096, () => announce((server.address() as AddressInfo).port));
