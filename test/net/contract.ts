import { once } from "node:events";
import nodeNet from "node:net";
import type { Duplex } from "node:stream";
import type { MultiplexerName } from "../../lib/multiplexer/create.ts";
import * as net from "../../lib/net/index.ts";

/** Who makes the client, and who the server. */
export interface Sides {
  readonly title: string;
  /** Of what this package has; node:net has none. */
  readonly multiplexer: MultiplexerName;
  readonly client: "net" | "node";
  readonly server: "net" | "node";
}

const PAIRS = [
  ["net", "net"],
  ["net", "node"],
  ["node", "net"],
] as const;

/** Each with node:net on the other side, on all multiplexers; and node:net alone, which sets the claims. */
export const SIDES: readonly Sides[] = [
  { title: "node:net alone", multiplexer: "epoll", client: "node", server: "node" },
  ...(["epoll", "poll", "select"] as const).flatMap((multiplexer) =>
    PAIRS.map(([client, server]): Sides => {
      return { title: `${client} to ${server}, ${multiplexer}`, multiplexer, client, server };
    }),
  ),
];

/** What the claims use of a socket, of either kind. */
export interface AnySocket extends Duplex {
  readonly bytesRead: number;
  readonly bytesWritten: number | undefined;
  readonly connecting: boolean;
  readonly localPort?: number | undefined;
  readonly pending: boolean;
  readonly readyState: string;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  destroySoon(): void;
  resetAndDestroy(): this;
  setTimeout(ms: number, callback?: () => void): this;
}

/** What the claims use of a server, of either kind. */
export interface AnyServer extends NodeJS.EventEmitter {
  maxConnections?: number | null;
  readonly listening: boolean;
  address(): unknown;
  close(callback?: (error?: Error) => void): this;
  getConnections(callback: (error: Error | null, count: number) => void): unknown;
  listen(...args: readonly unknown[]): this;
}

/** One client, one server, and what connects them. */
export class Stage {
  readonly server: AnyServer;
  readonly #sides: Sides;
  readonly #sockets: AnySocket[] = [];
  /** The server's ends of the connections. */
  readonly accepted: AnySocket[] = [];

  constructor(sides: Sides, options: { readonly allowHalfOpen?: boolean } = {}) {
    this.#sides = sides;
    const { multiplexer } = sides;
    this.server =
      sides.server === "net"
        ? net.createServer({ ...options, multiplexer })
        : (nodeNet.createServer(options) as AnyServer);
    this.server.on("connection", (socket: AnySocket) => {
      this.accepted.push(socket);
      this.#sockets.push(socket);
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as { port: number }).port;
  }

  connect(port: number, options: { readonly allowHalfOpen?: boolean } = {}): AnySocket {
    const { client, multiplexer } = this.#sides;
    const to = { ...options, port, host: "127.0.0.1" };
    const socket: AnySocket =
      client === "net" ? net.connect({ ...to, multiplexer }) : nodeNet.connect(to);
    this.#sockets.push(socket);
    return socket;
  }

  /** A connection, from both ends. */
  async pair(
    options: { readonly allowHalfOpen?: boolean } = {},
  ): Promise<readonly [client: AnySocket, accepted: AnySocket]> {
    const port = await this.listen();
    const accepted = once(this.server, "connection");
    const client = this.connect(port, options);
    const [[socket]] = await Promise.all([accepted, once(client, "connect")]);
    return [client, socket as AnySocket];
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, "close");
  }
}

/** Names of events in the order in which they come. */
export function recorded(emitter: NodeJS.EventEmitter, ...events: string[]): string[] {
  const order: string[] = [];
  for (const event of events) emitter.on(event, () => order.push(event));
  return order;
}
