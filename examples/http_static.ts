// Serves the files of a folder. The library `@fastify/send` knows what a file server must: types, ranges,
// ETags, HEAD, and requests that try to leave the folder.
//
//   npm install pollux @fastify/send
//   node http_static.js [folder] [port]
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import send from "@fastify/send";
import { attach, createServer as createNetServer } from "pollux/net";

const [root = ".", port = "8080"] = process.argv.slice(2);

const server = createServer((request, response) => void answer(request, response));
attach(server, createNetServer());

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => server.close());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  try {
    const [path = "/"] = (request.url ?? "/").split("?");
    const { statusCode, headers, stream } = await send(request, path, { root });
    response.writeHead(statusCode, headers);
    await pipeline(stream, response);
  } catch {
    response.destroy(); // the client has left, or the file cannot be read
  }
}
