// A reverse proxy for HTTP: what clients ask goes on to another server, and its answer back, as fast as the
// slower side reads. Upgrades (WebSockets) pass as well.
//
//   node reverse_proxy.js port target-port [target-host]
import { Agent, type ClientRequest, type IncomingMessage, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { attach, connect, createServer as createNetServer } from "pollux/net";

const [port = "8080", targetPort = "9999", targetHost = "127.0.0.1"] = process.argv.slice(2);

/** Keeps connections to the target, which are of pollux as well. */
class TargetAgent extends Agent {
  override createConnection(): Duplex {
    return connect({ host: targetHost, port: Number(targetPort) });
  }
}
const agent = new TargetAgent({ keepAlive: true });

const server = createServer((incoming, response) => {
  const outgoing = ask(incoming);
  outgoing.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer));
    pipeline(answer, response, () => null); // one side has left: the other one is ended
  });
  outgoing.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end("the target does not answer\n");
  });
  response.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
});
server.on("upgrade", (incoming, client: Duplex, head: Buffer) => {
  const outgoing = ask(incoming, { connection: "upgrade", upgrade: incoming.headers.upgrade });
  outgoing.on("upgrade", (answer, target: Duplex, first: Buffer) => {
    const lines = answer.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`);
    client.write(first);
    target.write(head);
    pipeline(client, target, client, () => null);
  });
  outgoing.on("response", () => client.destroy());
  outgoing.on("error", () => client.destroy());
  client.on("error", () => outgoing.destroy());
  outgoing.end();
});
attach(server, createNetServer());

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => {
  server.close();
  agent.destroy();
});

function ask(incoming: IncomingMessage, more: NodeJS.Dict<string> = {}): ClientRequest {
  const from = incoming.socket.remoteAddress ?? "";
  const forwarded = incoming.headers["x-forwarded-for"];
  const headers = {
    ...endToEnd(incoming),
    ...more,
    "x-forwarded-for": forwarded === undefined ? from : `${String(forwarded)}, ${from}`,
  };
  const { method, url: path } = incoming;
  return request({ agent, host: targetHost, port: targetPort, method, path, headers });
}

/** The headers but those that are about one connection only: RFC 9110, section 7.6.1. */
function endToEnd({ headers }: IncomingMessage): NodeJS.Dict<string | string[]> {
  const named = (headers.connection ?? "").toLowerCase().split(/ *, */);
  const hop = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
  ];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => ![...named, ...hop].includes(name)),
  );
}
