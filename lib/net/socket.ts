import { channel } from "node:diagnostics_channel";
import { Socket as NodeSocket } from "node:net";
import { Duplex } from "node:stream";
import { Socket as NativeSocket } from "../socket/socket.ts";
import { isNormalized, normalizeArgs } from "./arguments.ts";
import { ByteStream, coreOf, initialise } from "./byte_stream.ts";
import { callable } from "./callable.ts";
import { connectToHost, connectToPath } from "./connecting.ts";
import { readOptions, streamOptions } from "./constructing.ts";
import { invalidHandleType, missingArgs, socketClosed } from "./errors.ts";
import { checkDuration } from "./idle_timer.ts";
import type { SocketName } from "./names.ts";
import { checkCallback, checkTypeOfService } from "./socket_checks.ts";
import { toSeconds } from "./tuning.ts";
import { sizeOf } from "./writing.ts";

const connecting = channel("net.client.socket");
// As it was when this was loaded: see replace.ts.
const RealSocket = NodeSocket;

/** How `socket.setKeepAlive` asks whether the peer is alive; times in milliseconds. */
export interface KeepAliveOptions {
  readonly enable?: boolean | undefined;
  readonly initialDelay?: number | undefined;
  readonly interval?: number | undefined;
  readonly count?: number | undefined;
}

class StreamSocket extends ByteStream {
  // Optional, as in the types of node:net, which no accessor of a class can be: see below.
  /** The own IP address. */
  declare readonly localAddress?: string;
  /** The own port. */
  declare readonly localPort?: number;
  /** "IPv4" or "IPv6". */
  declare readonly localFamily?: string;

  /**
   * The socket of the kernel, for its options and addresses; `null` while there is none, and for a pipe. It is closed with this
   * one, and must not be closed itself.
   */
  get native(): NativeSocket | null {
    const descriptor = coreOf(this).descriptor;
    return descriptor instanceof NativeSocket ? descriptor : null;
  }

  /** The name of the multiplexer that it waits with. */
  get multiplexer(): string {
    return coreOf(this).loop.name;
  }

  /** Whether it is not connected yet, or no longer. */
  get pending(): boolean {
    return !coreOf(this).open || this.connecting;
  }

  /** "opening", "open", "readOnly", "writeOnly" or "closed". */
  get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.connecting) return "opening";
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  /** Bytes that were received. */
  get bytesRead(): number {
    return coreOf(this).bytesRead;
  }

  /** Bytes that were sent or wait to be sent. As in node:net undefined once the stream has let go of them. */
  get bytesWritten(): number {
    const { writableBuffer } = this;
    if (!writableBuffer) return undefined as unknown as number;
    const core = coreOf(this);
    return core.bytesSent + sizeOf(writableBuffer) + sizeOf(core.writing.waiting);
  }

  /** @internal */
  get _bytesDispatched(): number {
    return coreOf(this).bytesSent;
  }

  /** @internal */
  get _connecting(): boolean {
    return this.connecting;
  }

  /** @deprecated use `writableLength`. As in node:net undefined while nothing is open, whatever its type says. */
  get bufferSize(): number {
    return coreOf(this).open ? this.writableLength : (undefined as unknown as number);
  }

  get remoteAddress(): string | undefined {
    return coreOf(this).peerName.address;
  }

  get remotePort(): number | undefined {
    return coreOf(this).peerName.port;
  }

  get remoteFamily(): string | undefined {
    return coreOf(this).peerName.family;
  }

  /** The own address: `{ address, family, port }`; `{}` if there is none. */
  address(): SocketName {
    return coreOf(this).localName;
  }

  /** Connects: `(options, cb)`, `(port, host, cb)` or `(path, cb)`. Emits "connect", or "error". */
  connect(...args: readonly unknown[]): this {
    const [given] = args;
    const [options, callback] = isNormalized(given) ? given : normalizeArgs(args);
    if (connecting.hasSubscribers) connecting.publish({ socket: this });
    if (callback) this.once("connect", callback);
    if (this._parent?.connecting) return this;
    if (options.port === undefined && !hasPath(options))
      throw missingArgs("options", "port", "path");
    const core = coreOf(this);
    const isNew = !core.open || this.destroyed;
    core.begin();
    if (isNew) this._undestroy();
    this._unrefTimer();
    this.connecting = true;
    if (options.path) connectToPath(core, options);
    else connectToHost(core, options);
    return this;
  }

  /** Emits "timeout" after `ms` milliseconds without traffic, once until there is some again. 0: no longer. */
  setTimeout(ms: number, callback?: () => void): this {
    if (this.destroyed) return this;
    this.timeout = ms;
    const duration = checkDuration(ms, "msecs");
    coreOf(this).timer.set(duration);
    if (callback === undefined) return this;
    checkCallback(callback);
    if (duration === 0) this.removeListener("timeout", callback);
    else this.once("timeout", callback);
    return this;
  }

  /** TCP_NODELAY: sends small writes immediately. */
  setNoDelay(enable?: boolean): this {
    coreOf(this).tuning.noDelay = enable ?? true;
    return this;
  }

  /** SO_KEEPALIVE: asks an idle peer whether it is alive. Times are in milliseconds. */
  setKeepAlive(
    enable?: boolean | KeepAliveOptions,
    initialDelay?: number,
    interval?: number,
    count?: number,
  ): this {
    if (typeof enable === "object" && enable !== null) {
      const { enable: enabled, initialDelay: delay, interval: every, count: times } = enable;
      return this.setKeepAlive(enabled, delay, every, times);
    }
    coreOf(this).tuning.keepAlive = {
      enabled: Boolean(enable),
      delay: toSeconds(initialDelay),
      interval: interval === undefined ? undefined : toSeconds(interval),
      count,
    };
    return this;
  }

  /** IP_TOS, or IPV6_TCLASS. */
  setTypeOfService(tos: number): this {
    coreOf(this).tuning.typeOfService = checkTypeOfService(tos, "tos");
    return this;
  }

  getTypeOfService(): number {
    return coreOf(this).tuning.typeOfService;
  }

  /** Lets an open connection keep the process alive, which is the default. */
  ref(): this {
    if (coreOf(this).open) coreOf(this).reference(true);
    else this.once("connect", () => this.ref());
    return this;
  }

  /** Lets the process end despite an open connection. */
  unref(): this {
    if (coreOf(this).open) coreOf(this).reference(false);
    else this.once("connect", () => this.unref());
    return this;
  }

  /** Ends the connection, and destroys it after everything was sent. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else
      this.once("finish", () => {
        this.destroy();
      });
  }

  /** Closes with RST. Only for TCP. */
  resetAndDestroy(): this {
    const core = coreOf(this);
    if (!core.open) {
      this.destroy(socketClosed());
      return this;
    }
    if (!core.isTcp) throw invalidHandleType();
    const reset = (): void => {
      core.resetOnClose();
      this.destroy();
    };
    if (this.connecting) this.once("connect", reset);
    else reset();
    return this;
  }

  /**
   * Hands the connection to a real `net.Socket`, for code that needs one, such as node:tls at full speed. What was
   * received and not read goes with it, and so does an end that was not sent yet. This socket closes.
   *
   * @throws Error ERR_SOCKET_CLOSED: there is no connection, or bytes wait to be sent
   */
  toNode(): NodeSocket {
    const core = coreOf(this);
    if (!core.open || this.connecting || this.writableLength > 0) throw socketClosed();
    this.pause();
    core.stopReading();
    const unread = takeUnread(this);
    const { allowHalfOpen, readable, writable } = this;
    if (this.writableEnded) core.endNow();
    const descriptor = core.detach();
    const fd = descriptor?.detach() ?? -1;
    const socket = new RealSocket({ fd, allowHalfOpen, readable, writable });
    if (unread !== null) socket.unshift(unread);
    return socket;
  }
}

Object.defineProperties(StreamSocket.prototype, {
  localAddress: localPart("address"),
  localPort: localPart("port"),
  localFamily: localPart("family"),
});

function localPart(part: keyof SocketName): PropertyDescriptor & ThisType<StreamSocket> {
  return {
    configurable: true,
    get() {
      return coreOf(this).localName[part];
    },
  };
}

/**
 * A stream over a socket of the kernel, with the interface of `net.Socket`. It waits with one of the library's
 * multiplexers, inside Node's own event loop.
 */
export const Socket = callable("Socket", StreamSocket, (self, [options]) => {
  const all = readOptions(options);
  Reflect.apply(Duplex, self, [streamOptions(all)]);
  initialise(self, all);
});
export type Socket = StreamSocket;

/** What was received and not read, as bytes, also those of a character whose rest has not come yet. */
function takeUnread(socket: StreamSocket): Buffer | null {
  const unread: unknown = socket.readableLength > 0 ? socket.read() : null;
  const parts: Uint8Array[] = [];
  if (unread instanceof Uint8Array) parts.push(unread);
  if (typeof unread === "string")
    parts.push(Buffer.from(unread, socket.readableEncoding ?? "utf8"));
  const state: unknown = Reflect.get(socket, "_readableState");
  const decoder: unknown = Reflect.get(Object(state) as object, "decoder");
  if (isDecoder(decoder))
    parts.push(decoder.lastChar.subarray(0, decoder.lastTotal - decoder.lastNeed));
  const bytes = Buffer.concat(parts);
  return bytes.length > 0 ? bytes : null;
}

/** A `StringDecoder`: its properties are documented by their names only. */
function isDecoder(value: unknown): value is {
  /** Holds `lastTotal - lastNeed` bytes of a character that has `lastTotal`. */
  readonly lastChar: Buffer;
  readonly lastNeed: number;
  readonly lastTotal: number;
} {
  return typeof value === "object" && value !== null && "lastChar" in value;
}

// Here `null` counts as left out, as in node:net; a port that is `null` does not.
function hasPath({ path }: { readonly path?: unknown }): boolean {
  return path !== undefined && path !== null;
}
