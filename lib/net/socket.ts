import { channel } from "node:diagnostics_channel";
import { Socket as NodeSocket } from "node:net";
import { addAbortSignal, Duplex, type DuplexOptions } from "node:stream";
import { nextTick } from "../runtime/timing.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import { ADOPTION, type Adoption, adoptFd, type InternalOptions } from "./adoption.ts";
import { isNormalized, normalizeArgs } from "./arguments.ts";
import { BoundSocket, takeBound } from "./bound_socket.ts";
import { callable } from "./callable.ts";
import { type BlockListLike, connectToHost, connectToPath } from "./connecting.ts";
import { checkMultiplexer, getDefaultMultiplexer } from "./defaults.ts";
import { endedByPeer, invalidHandleType, missingArgs, socketClosed } from "./errors.ts";
import { checkDuration } from "./idle_timer.ts";
import { loopOf } from "./loop.ts";
import type { SocketName } from "./names.ts";
import type { ConnectOptions, OnReadOptions, SocketConstructorOptions } from "./options.ts";
import { SocketCore } from "./socket_core.ts";
import { checkCallback, checkSocketConstructor, checkTypeOfService } from "./socket_checks.ts";
import { type KeepAlive, toSeconds } from "./tuning.ts";

const CORE = Symbol("core");
const connecting = channel("net.client.socket");
const RealSocket = NodeSocket;
type WriteCallback = (error: Error | null | undefined) => void;

/** How {@link Socket.setKeepAlive} asks whether the peer is alive; times in milliseconds. */
export interface KeepAliveOptions {
  readonly enable?: boolean | undefined;
  readonly initialDelay?: number | undefined;
  readonly interval?: number | undefined;
  readonly count?: number | undefined;
}

class StreamSocket extends Duplex {
  declare allowHalfOpen: boolean;
  /** Whether an attempt to connect is under way. */
  declare connecting: boolean;
  /** The time of {@link setTimeout}, in milliseconds; `undefined` before it was called. */
  declare timeout?: number;
  /** The addresses that were tried, if the host has several. */
  declare autoSelectFamilyAttemptedAddresses?: string[];
  /** Addresses that are not connected to. */
  declare blockList: BlockListLike | undefined;
  /** The server that has accepted it. */
  declare server: unknown;
  /** @internal */
  declare _host: string | null;
  /** @internal */
  declare _hadError: boolean;
  /** @internal */
  declare _parent: { _unrefTimer?(): void; readonly connecting?: boolean } | null;
  /** @internal */
  declare [CORE]: SocketCore;
  /** @internal Of node:stream, which has no type for it. */
  declare _undestroy: () => void;
  /** @internal Of node:stream, which has no type for it. */
  declare readonly writableBuffer: readonly { readonly chunk: unknown; readonly encoding: string }[] | undefined;

  constructor(options?: SocketConstructorOptions | number) {
    const all = readOptions(options);
    super(streamOptions(all));
    initialise(this, all);
  }

  /** The socket of the kernel; `null` while there is none, and for a pipe. Closing it closes this one. */
  get native(): NativeSocket | null {
    const descriptor = this[CORE].descriptor;
    return descriptor instanceof NativeSocket ? descriptor : null;
  }

  /** The name of the multiplexer that it waits with. */
  get multiplexer(): string {
    return this[CORE].loop.name;
  }

  /** Whether it is not connected yet, or no longer. */
  get pending(): boolean {
    return !this[CORE].open || this.connecting;
  }

  /** "opening", "open", "readOnly", "writeOnly" or "closed". */
  get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.connecting) return "opening";
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  /** Bytes that were received. */
  get bytesRead(): number {
    return this[CORE].bytesRead;
  }

  /** Bytes that were sent or wait to be sent; `undefined` once the stream has let go of them. */
  get bytesWritten(): number | undefined {
    const { writableBuffer } = this;
    if (!writableBuffer) return undefined;
    const core = this[CORE];
    return core.bytesSent + sizeOf(writableBuffer) + sizeOf(core.waiting);
  }

  /** @internal */
  get _bytesDispatched(): number {
    return this[CORE].bytesSent;
  }

  /** @internal */
  get _connecting(): boolean {
    return this.connecting;
  }

  /** @deprecated use `writableLength` */
  get bufferSize(): number | undefined {
    return this[CORE].open ? this.writableLength : undefined;
  }

  get localAddress(): string | undefined {
    return this[CORE].localName.address;
  }

  get localPort(): number | undefined {
    return this[CORE].localName.port;
  }

  get localFamily(): string | undefined {
    return this[CORE].localName.family;
  }

  get remoteAddress(): string | undefined {
    return this[CORE].peerName.address;
  }

  get remotePort(): number | undefined {
    return this[CORE].peerName.port;
  }

  get remoteFamily(): string | undefined {
    return this[CORE].peerName.family;
  }

  /** The own address: `{ address, family, port }`; `{}` if there is none. */
  address(): SocketName {
    return this[CORE].localName;
  }

  /** Connects: `(options, cb)`, `(port, host, cb)` or `(path, cb)`. Emits "connect", or "error". */
  connect(...args: readonly unknown[]): this {
    const [given] = args;
    const [options, callback] = isNormalized(given) ? given : normalizeArgs(args);
    if (connecting.hasSubscribers) connecting.publish({ socket: this });
    if (callback) this.once("connect", callback);
    if (this._parent?.connecting) return this;
    if (options.port === undefined && options.path == null)
      throw missingArgs("options", "port", "path");
    begin(this, options);
    return this;
  }

  /** Emits "timeout" after `ms` milliseconds without traffic, again and again. 0: no longer. */
  setTimeout(ms: number, callback?: () => void): this {
    if (this.destroyed) return this;
    this.timeout = ms;
    const duration = checkDuration(ms, "msecs");
    this[CORE].timer.set(duration);
    if (callback === undefined) return this;
    checkCallback(callback);
    if (duration === 0) this.removeListener("timeout", callback);
    else this.once("timeout", callback);
    return this;
  }

  /** TCP_NODELAY: sends small writes immediately. */
  setNoDelay(enable?: boolean): this {
    this[CORE].setNoDelay(enable === undefined ? true : Boolean(enable));
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
    this[CORE].setKeepAlive({
      enabled: Boolean(enable),
      delay: toSeconds(initialDelay),
      interval: interval === undefined ? undefined : toSeconds(interval),
      count,
    });
    return this;
  }

  /** IP_TOS, or IPV6_TCLASS. */
  setTypeOfService(tos: number): this {
    this[CORE].setTypeOfService(checkTypeOfService(tos, "tos"));
    return this;
  }

  getTypeOfService(): number {
    return this[CORE].typeOfService;
  }

  /** Lets an open connection keep the process alive, which is the default. */
  ref(): this {
    if (this[CORE].open) this[CORE].reference(true);
    else this.once("connect", () => this.ref());
    return this;
  }

  /** Lets the process end despite an open connection. */
  unref(): this {
    if (this[CORE].open) this[CORE].reference(false);
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
    const core = this[CORE];
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
   * received and not read goes with it. This socket closes.
   *
   * @throws Error ERR_SOCKET_CLOSED: there is no connection, or bytes wait to be sent
   */
  toNode(): NodeSocket {
    const core = this[CORE];
    if (!core.open || this.connecting || this.writableLength > 0) throw socketClosed();
    this.pause();
    core.stopReading();
    const unread: unknown = this.readableLength > 0 ? this.read() : null;
    const { allowHalfOpen, readable, writable } = this;
    const descriptor = core.detach();
    const fd = descriptor?.detach() ?? -1;
    const socket = new RealSocket({ fd, allowHalfOpen, readable, writable });
    if (unread !== null) socket.unshift(unread);
    return socket;
  }

  override write(
    chunk: unknown,
    encoding?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean {
    if (this[CORE].endedByPeer && this.writableEnded) return writeAfterEnd(this, encoding, callback);
    if (typeof encoding === "function") return super.write(chunk, encoding);
    return encoding === undefined ? super.write(chunk, callback) : super.write(chunk, encoding, callback);
  }

  override pause(): this {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.stopReading();
    return super.pause();
  }

  override resume(): this {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.startReading();
    return super.resume();
  }

  override read(size?: number): unknown {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.startReading();
    return super.read(size);
  }

  /** @internal */
  _onTimeout(): void {
    if (this[CORE].progresses()) this._unrefTimer();
    else this.emit("timeout");
  }

  /** @internal */
  _unrefTimer(): void {
    this[CORE].timer.touch();
    this._parent?._unrefTimer?.();
  }

  override _read(size: number): void {
    const core = this[CORE];
    if (this.connecting || !core.open) {
      this.once("connect", () => {
        this._read(size);
      });
    } else core.startReading();
  }

  override _write(
    chunk: unknown,
    encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this[CORE].write(chunk, encoding, callback);
  }

  override _writev(
    chunks: { chunk: unknown; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    this[CORE].writeMany(chunks, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.connecting) {
      this.once("connect", () => {
        this._final(callback);
      });
    } else this[CORE].finish(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.connecting = false;
    this[CORE].close(error, callback);
  }
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

/** @internal What a socket does not show. */
export function coreOf(socket: Socket): SocketCore {
  return socket[CORE];
}

function readOptions(options: SocketConstructorOptions | number | undefined): InternalOptions {
  const all = typeof options === "number" ? { fd: options } : { ...options };
  checkSocketConstructor(all);
  return all;
}

function streamOptions(options: InternalOptions): DuplexOptions {
  return {
    ...options,
    // An aborted one would destroy a socket that is half made: see initialise().
    signal: undefined,
    allowHalfOpen: Boolean(options.allowHalfOpen),
    // "close" comes after the descriptor was closed.
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  };
}

function initialise(socket: StreamSocket, options: InternalOptions): void {
  const name = options.multiplexer ?? getDefaultMultiplexer();
  const core = new SocketCore(socket, loopOf(checkMultiplexer(name, "options.multiplexer")));
  socket[CORE] = core;
  socket.connecting = false;
  socket.server = null;
  socket._host = null;
  socket._hadError = false;
  socket._parent = null;
  if (options.blockList) socket.blockList = options.blockList;
  core.socketOptions = options.socketOptions;
  core.prefer(Boolean(options.noDelay), keepAliveOf(options), options.typeOfService);
  const { fd } = options;
  const adoption = options[ADOPTION] ?? (fd === undefined ? boundIn(options) : adoptFd(fd));
  if (adoption) {
    core.adopt(adoption.descriptor, adoption.kind);
    core.isBound = adoption.isBound;
  }
  const { onread } = options;
  if (isOnRead(onread)) core.readInto(onread);
  socket.on("end", onEnd);
  if (options.signal) addAbortSignal(options.signal, socket);
  if (!adoption || adoption.isBound || options.readable === false) return;
  if (options.pauseOnCreate) Reflect.set(socket, "readableFlowing", false);
  else if (!options.manualStart) socket.read(0);
}

function writeAfterEnd(socket: StreamSocket, ...rest: readonly unknown[]): boolean {
  const error = endedByPeer();
  for (const callback of rest) {
    if (typeof callback === "function") nextTick(() => Reflect.apply(callback, undefined, [error]));
  }
  socket.destroy(error);
  return false;
}

function onEnd(this: StreamSocket): void {
  if (!this.allowHalfOpen) this[CORE].endedByPeer = true;
}

function begin(socket: StreamSocket, options: ConnectOptions): void {
  const core = socket[CORE];
  const wasDestroyed = socket.destroyed;
  const isNew = !core.open || wasDestroyed;
  core.begin();
  if (isNew) socket._undestroy();
  socket._unrefTimer();
  socket.connecting = true;
  if (core.isBound ? options.path : options.path) connectToPath(core, options);
  else connectToHost(core, options);
}

function keepAliveOf(options: SocketConstructorOptions): KeepAlive {
  const enabled = Boolean(options.keepAlive);
  const delay = toSeconds(options.keepAliveInitialDelay);
  return { enabled, delay, interval: undefined, count: undefined };
}

function boundIn(options: object): Adoption | null {
  const handle: unknown = Reflect.get(options, "handle");
  if (!(handle instanceof BoundSocket)) return null;
  return { descriptor: takeBound(handle).native, kind: "socket", isBound: true };
}

// As node:net has it: what is wrong is ignored.
function isOnRead(onread: OnReadOptions | null | undefined): onread is OnReadOptions {
  if (typeof onread !== "object" || onread === null) return false;
  const isMemory = onread.buffer instanceof Uint8Array || typeof onread.buffer === "function";
  return isMemory && typeof onread.callback === "function";
}

/** Bytes of chunks that were not handed to the kernel yet. */
function sizeOf(chunks: readonly { readonly chunk: unknown; readonly encoding: string }[]): number {
  let size = 0;
  for (const { chunk, encoding } of chunks) {
    if (chunk instanceof Uint8Array) size += chunk.length;
    else size += Buffer.byteLength(String(chunk), Buffer.isEncoding(encoding) ? encoding : "utf8");
  }
  return size;
}
