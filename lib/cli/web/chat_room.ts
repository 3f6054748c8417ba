import { readFileSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { clearInterval, setInterval } from "../../runtime/timing.ts";
import type { Site } from "./site.ts";

/** Bytes of one message, as JSON. */
const MAX_MESSAGE = 8192;
const MAX_NAME = 32;
const MAX_TEXT = 1000;
/** Bytes that one client may leave unread. */
const MAX_UNREAD = 1024 * 1024;
const PING_MS = 30_000;
const GOING_AWAY = 1001;

// The scripts and styles of the page are in the page; nothing comes from elsewhere.
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A page, and WebSockets that pass on what one says to all. */
export class ChatRoom implements Site {
  readonly #page = readFileSync(new URL("./chat.html", import.meta.url));
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE });
  readonly #answering = new WeakSet<WebSocket>();
  readonly #pings = setInterval(() => this.#ping(), PING_MS);
  #guests = 0;

  readonly onRequest: Site["onRequest"] = (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    if (!/^\/(\?|$)/.test(request.url ?? "")) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-length", this.#page.length);
    response.end(this.#page);
  };

  attach(server: Server): void {
    server.on("upgrade", (request, socket: Duplex, head) => {
      if (isOwnPage(request)) {
        this.#sockets.handleUpgrade(request, socket, head, (client) => this.#welcome(client));
      } else {
        socket.on("error", () => null);
        socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      }
    });
  }

  close(): void {
    clearInterval(this.#pings);
    for (const client of this.#sockets.clients) client.close(GOING_AWAY, "the server stops");
  }

  #welcome(client: WebSocket): void {
    const guest = `guest ${String(++this.#guests)}`;
    this.#answering.add(client);
    client.on("pong", () => this.#answering.add(client));
    client.on("error", () => client.terminate()); // what is no WebSocket, or too long
    client.on("close", () => this.#tellPeople());
    client.on("message", (data: Buffer) => {
      const { from, text } = parse(String(data));
      if (text === "") return;
      for (const other of this.#sockets.clients) {
        tell(other, { kind: "message", own: other === client, from: from || guest, text });
      }
    });
    this.#tellPeople();
  }

  #tellPeople(): void {
    const { clients } = this.#sockets;
    for (const client of clients) tell(client, { kind: "people", count: clients.size });
  }

  /** Ends clients that have not answered the last ping: they are gone without a word. */
  #ping(): void {
    for (const client of this.#sockets.clients) {
      if (!this.#answering.delete(client)) client.terminate();
      else client.ping();
    }
  }
}

/** Whether no browser asks, or one that shows this page: another site must not speak in its readers' names. */
function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, "") === host;
}

function tell(client: WebSocket, message: object): void {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_UNREAD) client.terminate();
  else client.send(JSON.stringify(message));
}

/** What a client says; no text if it is none of our messages. */
function parse(data: string): { readonly from: string; readonly text: string } {
  try {
    const message: unknown = JSON.parse(data);
    const { from, text } = Object(message) as Record<string, unknown>;
    return { from: textOf(from, MAX_NAME), text: textOf(text, MAX_TEXT) };
  } catch {
    return { from: "", text: "" };
  }
}

function textOf(value: unknown, max: number): string {
  return typeof value === "string" ? value.slice(0, max).trim() : "";
}
