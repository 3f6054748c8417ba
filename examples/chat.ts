// A chat: everybody who opens the page gets what the others say, through WebSockets.
//
//   npm install pollux ws
//   node chat.js [port]        with chat.html beside it
import { readFileSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach, createServer as createNetServer } from "pollux/net";
import { WebSocket, WebSocketServer } from "ws";

const [port = "8080"] = process.argv.slice(2);
const page = readFileSync(new URL("chat.html", import.meta.url));

const server = createServer((_, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8").end(page);
});
attach(server, createNetServer());
const room = new WebSocketServer({ server, maxPayload: 8192, verifyClient: isOwnPage });

let guests = 0;
room.on("connection", (socket) => {
  const guest = `guest ${++guests}`;
  tellPeople();
  socket.on("message", (data: Buffer) => {
    const { from, text } = parse(data.toString());
    if (text === "") return;
    for (const client of room.clients) {
      tell(client, { kind: "message", own: client === socket, from: from || guest, text });
    }
  });
  socket.on("close", tellPeople);
  socket.on("error", () => socket.terminate()); // a frame that is too long, for example
});

server.listen(Number(port), "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => {
  server.close();
  for (const client of room.clients) client.close(1001, "the server stops");
});

/** Pages of other sites may not join: browsers say which page connects. */
function isOwnPage({ origin, req }: { origin?: string; req: IncomingMessage }): boolean {
  return !origin || origin.replace(/^https?:\/\//, "") === req.headers.host;
}

function tellPeople(): void {
  for (const client of room.clients) tell(client, { kind: "people", count: room.clients.size });
}

function tell(client: WebSocket, message: object): void {
  if (client.readyState !== WebSocket.OPEN) return;
  // Who does not read would make the memory of the server grow.
  if (client.bufferedAmount > 1024 * 1024) client.terminate();
  else client.send(JSON.stringify(message));
}

function parse(data: string): { from: string; text: string } {
  try {
    const { from, text } = JSON.parse(data) as { from?: unknown; text?: unknown };
    return { from: textOf(from, 32), text: textOf(text, 1000) };
  } catch {
    return { from: "", text: "" };
  }
}

function textOf(value: unknown, most: number): string {
  return typeof value === "string" ? value.slice(0, most).trim() : "";
}
