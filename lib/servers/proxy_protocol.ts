import type { Address } from "../address/address.ts";
import { checkInteger } from "../arguments.ts";
import { type Connection, isPaused, type Protocol } from "../reactor/connection.ts";
import { isThenable } from "../runtime/guard.ts";
import { badHeader, type ProxyHeader } from "./proxy_header.ts";
import { parseVersion1 } from "./proxy_v1.ts";
import { parseVersion2 } from "./proxy_v2.ts";
import { resetAtClose } from "./stream_limits.ts";

const VERSION_1 = new TextEncoder().encode("PROXY ");
const VERSION_2 = Uint8Array.of(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);

const headers = new WeakMap<Connection, ProxyHeader>();

/**
 * The address of the client: what the PROXY header says, where the server has the option `proxyProtocol`, and
 * otherwise `connection.remoteAddress`, which is always that of the socket's peer.
 *
 * @throws as `connection.remoteAddress`
 */
export function clientAddress(connection: Connection): Address {
  return headers.get(connection)?.source ?? connection.remoteAddress;
}

/** The PROXY header of a connection; `null` if its server does not have the option `proxyProtocol`. */
export function proxyHeader(connection: Connection): ProxyHeader | null {
  return headers.get(connection) ?? null;
}

/**
 * Parses what a connection has sent so far, of either version. Reads nothing but `length` bytes of `buffer`
 * from `offset`, and keeps none of them.
 *
 * @returns `null` while the header is not complete
 * @throws SystemError EPROTO: it is not a PROXY header, which is said as soon as the first wrong byte is there
 */
export function parseProxyHeader(
  buffer: Uint8Array,
  offset: number,
  length: number,
): ProxyHeader | null {
  if (length === 0) return null;
  const isBinary = buffer[offset] === VERSION_2[0];
  const start = isBinary ? VERSION_2 : VERSION_1;
  for (let index = 0; index < Math.min(length, start.length); index++) {
    if (buffer[offset + index] !== start[index]) throw badHeader("there is none");
  }
  if (length < start.length) return null;
  return isBinary ? parseVersion2(buffer, offset, length) : parseVersion1(buffer, offset, length);
}

/** What a {@link HeaderReader} reads for. */
export interface HeaderServer {
  /** @returns whether the limits admit this client */
  admits(connection: Connection, header: ProxyHeader): boolean;
  /** The client is served from now on. */
  greet(connection: Connection): void;
  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number): unknown;
  onEnd(connection: Connection): unknown;
  onDrain(connection: Connection): unknown;
  onClose(connection: Connection, error: unknown): unknown;
  /** Instead of `onClose`, for a connection that was not served. */
  forget(connection: Connection, error: unknown): void;
}

/** Reads the header of one connection; from then on the server gets all that comes. */
export class HeaderReader implements Protocol {
  readonly #server: HeaderServer;
  #served = false;

  constructor(server: HeaderServer) {
    this.#server = server;
  }

  onData(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): number | undefined {
    if (this.#served) {
      return this.#server.onData(connection, buffer, offset, length) as number | undefined;
    }
    const header = this.#read(connection, buffer, offset, length);
    if (header === null) return 0;
    headers.set(connection, header);
    if (!this.#server.admits(connection, header)) {
      abort(connection, null);
      return length;
    }
    this.#served = true; // before user code runs, which may close the connection
    this.#server.greet(connection);
    const left = length - header.length;
    if (left === 0 || connection.closed || isPaused(connection)) return header.length;
    const used = this.#server.onData(connection, buffer, offset + header.length, left);
    if (used === undefined || isThenable(used)) return used as undefined;
    return header.length + checkInteger(used, "onData's result", 0, left);
  }

  onEnd(connection: Connection): void {
    if (this.#served) return this.#server.onEnd(connection) as undefined;
    // Who has sent nothing has only looked whether somebody listens.
    if (connection.readableLength === 0) connection.end();
    else abort(connection, badHeader("the client has ended within it"));
  }

  onDrain(connection: Connection): void {
    if (this.#served) return this.#server.onDrain(connection) as undefined;
  }

  onClose(connection: Connection, error: unknown): void {
    if (this.#served) return this.#server.onClose(connection, error) as undefined;
    this.#server.forget(connection, error);
  }

  #read(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): ProxyHeader | null {
    try {
      return parseProxyHeader(buffer, offset, length);
    } catch (error) {
      // Not thrown on: it is the client's mistake, and none of the program, whose `onError` would get it.
      abort(connection, error);
      return null;
    }
  }
}

function abort(connection: Connection, error: unknown): void {
  resetAtClose(connection.socket);
  connection.close(error);
}
