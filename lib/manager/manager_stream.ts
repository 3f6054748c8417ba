import { Duplex } from "node:stream";
import type { Address } from "../address/address.ts";
import { checkObject, invalidArgValue } from "../arguments.ts";
import type { ManagerEvent } from "./events.ts";
import type { ManagerConnection } from "./manager_connection.ts";

type Callback = (error?: Error | null) => void;

/**
 * A stream of Node on a connection of an `EventManager`, for libraries that speak a protocol over any stream:
 * `http.createServer().emit("connection", stream)`, `ws`, `tls`. It takes the place of the connection's handler. The
 * manager has to `run()`: streams need Node's own event loop.
 */
export class ManagerStream extends Duplex {
  /** The connection. Its handler belongs to the stream. */
  readonly connection: ManagerConnection;
  /** What waits for `write` to tell that there is room. */
  #waiting: Callback | null = null;
  #onClosed: Callback | null = null;

  /**
   * @param connection - established, of a stream: in the handler of `accept` or `connect`
   * @throws TypeError ERR_INVALID_ARG_VALUE: a listener, one that is not connected, or one of datagrams
   */
  constructor(connection: ManagerConnection) {
    checkObject(connection, "connection", "a ManagerConnection");
    if (connection.state !== "open" || connection.transport === "udp") {
      throw invalidArgValue("connection", "an established connection of a stream", connection);
    }
    super({ allowHalfOpen: true });
    this.connection = connection;
    connection.allowHalfOpen = true;
    connection.handler = (_, event) => {
      this.#take(event);
    };
    this.#push();
  }

  /** The peer's address, as that of a `net.Socket`; `undefined`: a unix socket, or unknown. */
  get remoteAddress(): string | undefined {
    return this.#peer?.address;
  }

  /** The peer's port, as that of a `net.Socket`. */
  get remotePort(): number | undefined {
    return this.#peer?.port;
  }

  /** "IPv4" or "IPv6", as that of a `net.Socket`. */
  get remoteFamily(): string | undefined {
    const { remoteAddress } = this;
    if (remoteAddress === undefined) return undefined;
    return remoteAddress.includes(":") ? "IPv6" : "IPv4";
  }

  get #peer(): Address | null {
    return this.connection.remoteAddress;
  }

  /** @internal */
  override _read(): void {
    this.connection.resume();
  }

  /** @internal */
  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Callback): void {
    if (this.connection.closed) done(closedError());
    else if (this.connection.send(chunk)) done();
    else this.#waiting = done;
  }

  /** @internal */
  override _final(done: Callback): void {
    this.connection.end();
    done();
  }

  /** @internal */
  override _destroy(error: Error | null, done: Callback): void {
    this.#onClosed = () => {
      done(error);
    };
    if (this.connection.closed) this.#closed();
    else this.connection.close();
  }

  #take(event: ManagerEvent): void {
    switch (event.type) {
      case "read":
        this.#push();
        break;
      case "write":
        if (!this.connection.congested) this.#goOn();
        break;
      case "end":
        this.push(null);
        break;
      case "error":
        this.destroy(event.error);
        break;
      case "close":
        this.#closed();
        break;
      default:
    }
  }

  /** Hands on what has arrived; what comes next waits in the kernel until it is read. */
  #push(): void {
    const { recv } = this.connection;
    if (recv.length === 0) return;
    const bytes = Buffer.from(recv.bytes); // a copy: the stream keeps it
    recv.consume();
    if (!this.push(bytes)) this.connection.pause();
  }

  #goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.();
  }

  #closed(): void {
    const onClosed = this.#onClosed;
    this.#onClosed = null;
    this.#goOn();
    if (onClosed) onClosed();
    else if (!this.destroyed) this.destroy();
  }
}

function closedError(): Error {
  return Object.assign(new Error("The connection is closed"), { code: "EPIPE" });
}
