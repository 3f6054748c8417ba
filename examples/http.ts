// A web server of node:http on the multiplexer that POLLUX_MULTIPLEXER names: select, poll or epoll.
// Nothing else in the program changes: express, fastify and all that takes an http.Server work alike.
//
//   POLLUX_MULTIPLEXER=poll node http.js [port]
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach, createServer as createNetServer } from "pollux/net";

const [port = "8080"] = process.argv.slice(2);

const server = createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(
    `${request.method} ${request.url} on ${process.env["POLLUX_MULTIPLEXER"] ?? "epoll"}\n`,
  );
});
attach(server, createNetServer());

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => server.close());
