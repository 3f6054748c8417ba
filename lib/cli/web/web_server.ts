import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import { Address } from "../../address/address.ts";
import type { MultiplexerName } from "../../multiplexer/create.ts";
import { attach, createServer } from "../../net/index.ts";
import { clearTimeout, setTimeout } from "../../runtime/timing.ts";
import type { StreamTotals } from "../../servers/stream_options.ts";
import { Socket as NativeSocket } from "../../socket/socket.ts";
import { unlinkIfStale } from "../../socket/stale_path.ts";
import * as sys from "../../sys/index.ts";
import type { Site } from "./site.ts";

/** As long as the other servers wait for their clients. */
const DRAIN_MS = 5000;

/** How often Node.js looks for clients above the time limits. */
const CHECK_MS = 500;

/** What a web server may be limited by. */
export interface WebLimits {
  readonly multiplexer: MultiplexerName;
  readonly maxConnections?: number;
  readonly idleTimeoutMs?: number;
  readonly readTimeoutMs?: number;
}

/** Counters of a {@link WebServer}. */
export interface WebTotals extends StreamTotals {
  readonly requests: number;
}

/** A server of node:http on one multiplexer, in Node's own event loop. */
export class WebServer {
  readonly #site: Site;
  readonly #http: HttpServer;
  readonly #open = new Set<Socket>();
  readonly #totals = {
    ...{ connections: 0, rejected: 0, broken: 0, peakOpen: 0 },
    ...{ bytesIn: 0, bytesOut: 0, requests: 0 },
  };
  /** Rejected when it cannot serve any more. */
  readonly failed: Promise<never>;

  private constructor(site: Site, limits: WebLimits) {
    const { multiplexer, maxConnections, idleTimeoutMs, readTimeoutMs } = limits;
    this.#site = site;
    this.#http = createHttpServer({ connectionsCheckingInterval: CHECK_MS });
    // `printf 'GET / HTTP/1.0\r\n\r\n' | ncat -i 1` gets its answer, although it has ended its side.
    Object.assign(this.#http, { httpAllowHalfOpen: true });
    attach(this.#http, createServer({ multiplexer }));
    if (maxConnections !== undefined) this.#http.maxConnections = maxConnections;
    if (idleTimeoutMs !== undefined) this.#http.timeout = idleTimeoutMs;
    if (readTimeoutMs !== undefined) {
      this.#http.headersTimeout = this.#http.requestTimeout = readTimeoutMs;
    }
    this.#http.on("connection", (socket) => this.#count(socket));
    this.#http.on("drop", () => this.#totals.rejected++);
    this.#http.on("request", (request, response) => {
      this.#totals.requests++;
      site.onRequest(request, response);
    });
    site.attach?.(this.#http);
    this.failed = new Promise((_, reject) => this.#http.on("error", reject));
    this.failed.catch(() => null); // the start tells it, or whoever waits for it
  }

  /** @throws SystemError EADDRINUSE… that names the address */
  static async start(site: Site, address: Address, limits: WebLimits): Promise<WebServer> {
    const server = new WebServer(site, limits);
    const { path, address: host, port } = address;
    if (path !== undefined) deleteStale(address);
    server.#http.listen(path === undefined ? { host, port } : { path });
    await once(server.#http, "listening");
    return server;
  }

  /** The address that it listens on. */
  get address(): Address {
    const address = this.#http.address();
    if (address === null) throw new Error("does not listen");
    return Address.from(typeof address === "string" ? { path: address } : address);
  }

  totals(): Promise<WebTotals> {
    let { bytesIn, bytesOut } = this.#totals;
    for (const { bytesRead, bytesWritten } of this.#open) {
      bytesIn += bytesRead;
      bytesOut += bytesWritten;
    }
    return Promise.resolve({ ...this.#totals, open: this.#open.size, bytesIn, bytesOut });
  }

  /** Stops accepting, answers what has arrived, and cuts off the clients that are left after 5 seconds. */
  async stop(): Promise<WebTotals> {
    const closed = once(this.#http, "close");
    this.#http.close();
    this.#site.close?.();
    const deadline = setTimeout(() => this.#cutOff(), DRAIN_MS);
    await closed;
    clearTimeout(deadline);
    // The server is told before its last connections are.
    await Promise.all([...this.#open].map(async (socket) => once(socket, "close")));
    return await this.totals();
  }

  /** Stops at once. */
  close(): void {
    this.#http.close();
    this.#site.close?.();
    this.#cutOff();
  }

  #cutOff(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #count(socket: Socket): void {
    const totals = this.#totals;
    this.#open.add(socket);
    totals.connections++;
    totals.peakOpen = Math.max(totals.peakOpen, this.#open.size);
    socket.on("close", (hadError) => {
      this.#open.delete(socket);
      if (hadError) totals.broken++;
      totals.bytesIn += socket.bytesRead;
      totals.bytesOut += socket.bytesWritten;
    });
  }
}

function deleteStale(address: Address): void {
  using probe = NativeSocket.open(sys.AF_UNIX, sys.SOCK_STREAM);
  unlinkIfStale(probe, address);
}
