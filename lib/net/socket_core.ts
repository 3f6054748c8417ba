import type { Descriptor } from "../descriptors/descriptor.ts";
import { nextTick, setImmediate } from "../runtime/timing.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { BlockListLike, Connectable } from "./connecting.ts";
import { closedBeforeConnection, errnoOf, failedCall, socketClosed } from "./errors.ts";
import { IdleTimer } from "./idle_timer.ts";
import type { Loop } from "./loop.ts";
import { localName, peerName, type SocketName } from "./names.ts";
import type { OnReadOptions } from "./options.ts";
import type { Socket } from "./socket.ts";
import type { SocketOptionValues } from "./socket_options.ts";
import { type Receiver, Transport } from "./transport.ts";
import {
  getTypeOfService,
  type KeepAlive,
  NO_KEEP_ALIVE,
  sameKeepAlive,
  setKeepAlive,
  setNoDelay,
  setTypeOfService,
} from "./tuning.ts";

/** What a stream hands over to be written. */
export interface Chunk {
  readonly chunk: unknown;
  readonly encoding: string;
}

type Chunks = readonly Chunk[];
type Callback = (error?: Error | null) => void;

const NOTHING: SocketName = {};

/** What of a `Socket` its users do not see: the transport, and what is wanted of it. */
export class SocketCore implements Receiver, Connectable {
  readonly loop: Loop;
  readonly timer: IdleTimer;
  /** Whether the transport came with an address that it is bound to. */
  isBound = false;
  /** Whether the peer has ended, and this side ends with it. */
  endedByPeer = false;
  target: Uint8Array | null = null;
  onClosed: (() => void) | null = null;
  socketOptions: SocketOptionValues | undefined;
  readonly #socket: Socket;
  #transport: Transport | null = null;
  #onread: OnReadOptions | null = null;
  #waiting: Chunks = [];
  #resets = false;
  #local: SocketName | null = null;
  #peer: SocketName | null = null;
  #noDelay = false;
  #keepAlive = NO_KEEP_ALIVE;
  #typeOfService: number | undefined;
  /** What was received and sent before the transport was closed. */
  #received = 0;
  #written = 0;
  #queuedBefore = 0;

  constructor(socket: Socket, loop: Loop) {
    this.#socket = socket;
    this.loop = loop;
    this.timer = new IdleTimer(() => {
      socket._onTimeout();
    });
  }

  get connecting(): boolean {
    return this.#socket.connecting;
  }

  get blockList(): BlockListLike | undefined {
    return this.#socket.blockList;
  }

  get open(): boolean {
    return this.#transport !== null;
  }

  get descriptor(): Descriptor | null {
    return this.#transport?.descriptor ?? null;
  }

  get bytesRead(): number {
    return this.#transport?.bytesRead ?? this.#received;
  }

  /** Without what the stream still holds back. */
  get bytesSent(): number {
    return this.#transport?.bytesWritten ?? this.#written;
  }

  /** What waits for the connection. */
  get waiting(): Chunks {
    return this.#waiting;
  }

  transport(): Transport {
    return (this.#transport ??= this.#begin());
  }

  replaceTransport(): Transport {
    const before = this.#transport;
    before?.close();
    this.#transport = this.#begin();
    if (before) this.#transport.reference(before.referenced);
    return this.#transport;
  }

  /** Takes over an open descriptor. */
  adopt(descriptor: Descriptor, kind: "socket" | "pipe"): void {
    this.transport().open(descriptor, kind);
  }

  readInto(onread: OnReadOptions): void {
    this.#onread = onread;
    if (this.#transport) this.#nextTarget();
  }

  /** Forgets an earlier connection. */
  begin(): void {
    if (this.#socket.destroyed) {
      this.#transport = null;
      this.#peer = null;
      this.#local = null;
    }
    this.endedByPeer = false;
    if (!this.#transport) {
      this.#received = 0;
      this.#written = 0;
      if (this.#onread) this.#nextTarget();
    }
    this.transport();
  }

  emit(event: string, ...args: readonly unknown[]): boolean {
    return this.#socket.emit(event, ...args);
  }

  destroy(error: Error): void {
    this.#socket.destroy(error);
  }

  touch(): void {
    this.#socket._unrefTimer();
  }

  noteHost(host: string): void {
    this.#socket._host = host;
  }

  noteAttempt(address: string): void {
    (this.#socket.autoSelectFamilyAttemptedAddresses ??= []).push(address);
  }

  onConnected(transport: Transport): void {
    const socket = this.#socket;
    socket.connecting = false;
    this.#local = null;
    this.touch();
    const { fd } = transport;
    if (this.#noDelay) setNoDelay(fd, true);
    if (this.#keepAlive.enabled) setKeepAlive(fd, this.#keepAlive);
    if (this.#typeOfService !== undefined) this.#applyTypeOfService(fd, this.#typeOfService);
    socket.emit("connect");
    socket.emit("ready");
    if (!socket.isPaused()) socket.read(0);
  }

  startReading(): void {
    const transport = this.#transport;
    if (transport && !transport.reading) transport.startReading();
  }

  stopReading(): void {
    if (this.#transport?.reading) this.#transport.stopReading();
  }

  get reading(): boolean {
    return this.#transport?.reading === true;
  }

  /** Whether `read`, `pause` and `resume` start and stop the transport, and not the stream. */
  get readsInto(): boolean {
    return this.#onread !== null;
  }

  onBytes(bytes: Buffer): boolean {
    this.#socket._unrefTimer();
    return this.#socket.destroyed ? false : this.#socket.push(bytes);
  }

  onFilled(size: number): boolean {
    this.#socket._unrefTimer();
    const { target } = this;
    if (!target || !this.#onread) return true;
    const goOn = Reflect.apply(this.#onread.callback, this.#socket, [size, target]) !== false;
    this.#nextTarget();
    return goOn;
  }

  onEnd(): void {
    const socket = this.#socket;
    socket._unrefTimer();
    if (socket.readableEnded) return;
    socket.push(null);
    socket.read(0);
  }

  onReadError(errno: number): void {
    this.#socket._unrefTimer();
    this.#socket.destroy(failedCall(errno, "read"));
  }

  write(chunk: unknown, encoding: string, callback: Callback): void {
    const transport = this.#writable([{ chunk, encoding }], callback);
    if (!transport) return;
    const isData = typeof chunk === "string" || chunk instanceof Uint8Array;
    const data = isData ? chunk : String(chunk);
    this.#settle(transport, transport.write(data, toEncoding(encoding)), callback);
  }

  writeMany(chunks: Chunks, callback: Callback): void {
    const transport = this.#writable(chunks, callback);
    if (transport) this.#settle(transport, transport.writeMany(chunks.map(toBytes)), callback);
  }

  /** Whether bytes have gone out since the last time: then an idle timer begins anew. */
  progresses(): boolean {
    const transport = this.#transport;
    if (this.#queuedBefore === 0 || !transport || transport.queued === this.#queuedBefore)
      return false;
    this.#queuedBefore = transport.queued;
    return true;
  }

  finish(callback: (error?: Error | null) => void): void {
    const transport = this.#transport;
    if (!transport) {
      callback();
      return;
    }
    transport.shutdown((errno) => {
      const isFine = errno === 0 || errno === -sys.errno.ENOTCONN;
      callback(isFine ? null : failedCall(errno, "shutdown"));
    });
  }

  /** The next {@link close} resets the connection. */
  resetOnClose(): void {
    this.#resets = true;
  }

  close(error: Error | null, callback: (error: Error | null) => void): void {
    const socket = this.#socket;
    const transport = this.#transport;
    this.timer.clear();
    this.#transport = null;
    if (transport) {
      this.#received = transport.bytesRead;
      this.#written = transport.bytesWritten;
      this.#local = null;
      if (this.#resets && transport.descriptor) transport.lingerNot();
      this.#resets = false;
      transport.close();
      // As libuv does it, after the callbacks of this turn.
      setImmediate(() => {
        transport.resource.runInAsyncScope(() => socket.emit("close", error !== null));
      });
      callback(error);
    } else {
      callback(error);
      nextTick(() => {
        socket.emit("close");
      });
    }
    const { onClosed } = this;
    this.onClosed = null;
    onClosed?.();
  }

  /** Gives the descriptor away, open; the socket closes without it. */
  detach(): Descriptor | null {
    const descriptor = this.#transport?.detach() ?? null;
    this.#socket.destroy();
    return descriptor;
  }

  reference(referenced: boolean): void {
    this.#transport?.reference(referenced);
  }

  get localName(): SocketName {
    if (!this.#transport) return NOTHING;
    return (this.#local ??= localName(this.#transport.descriptor));
  }

  get peerName(): SocketName {
    if (this.#peer) return this.#peer;
    if (!this.#transport || this.connecting) return NOTHING;
    const name = peerName(this.#transport.descriptor);
    if (name.address !== undefined) this.#peer = name;
    return name;
  }

  /** Whether it is a socket of IP, and not a unix socket or a pipe. */
  get isTcp(): boolean {
    const descriptor = this.#transport?.descriptor;
    if (!descriptor) return this.#transport !== null;
    return descriptor instanceof NativeSocket && descriptor.family !== sys.AF_UNIX;
  }

  /** What {@link setNoDelay} and {@link keepAlive} apply to once the socket is connected. */
  prefer(noDelay: boolean, keepAlive: KeepAlive, typeOfService: number | undefined): void {
    this.#noDelay = noDelay;
    this.#keepAlive = keepAlive;
    this.#typeOfService = typeOfService;
  }

  setNoDelay(enabled: boolean): void {
    const differs = enabled !== this.#noDelay;
    this.#noDelay = enabled;
    if (differs && this.descriptor) setNoDelay(this.#transport?.fd ?? -1, enabled);
  }

  setKeepAlive(keepAlive: KeepAlive): void {
    const differs = !sameKeepAlive(keepAlive, this.#keepAlive);
    this.#keepAlive = keepAlive;
    if (differs && this.descriptor) setKeepAlive(this.#transport?.fd ?? -1, keepAlive);
  }

  get typeOfService(): number {
    const fd = this.#transport?.fd ?? -1;
    if (fd === -1) return this.#typeOfService ?? 0;
    try {
      return getTypeOfService(fd);
    } catch (error) {
      throw failedCall(errnoOf(error), "getTypeOfService");
    }
  }

  setTypeOfService(value: number): void {
    const fd = this.#transport?.fd ?? -1;
    if (fd !== -1 && value !== this.#typeOfService) {
      try {
        setTypeOfService(fd, value);
      } catch (error) {
        throw failedCall(errnoOf(error), "setTypeOfService");
      }
    }
    this.#typeOfService = value;
  }

  #begin(): Transport {
    return new Transport(this.loop, this);
  }

  #nextTarget(): void {
    const buffer = this.#onread?.buffer;
    const next = typeof buffer === "function" ? buffer() : buffer;
    if (next instanceof Uint8Array) this.target = next;
  }

  #applyTypeOfService(fd: number, value: number): void {
    try {
      setTypeOfService(fd, value);
    } catch (error) {
      this.#socket.emit("error", failedCall(errnoOf(error), "setTypeOfService"));
    }
  }

  /** @returns `null`: not now, or not at all; then `callback` is called */
  #writable(chunks: Chunks, callback: Callback): Transport | null {
    const socket = this.#socket;
    if (socket.connecting) {
      this.#writeLater(chunks, callback);
      return null;
    }
    if (this.#waiting.length > 0) this.#waiting = [];
    if (this.#transport) socket._unrefTimer();
    else callback(socketClosed());
    return this.#transport;
  }

  #settle(transport: Transport, result: boolean | number, callback: Callback): void {
    if (result === true) callback();
    else if (result === false) {
      this.#queuedBefore = transport.queued;
      transport.whenSent((errno) => {
        if (this.#socket.destroyed) return;
        this.#socket._unrefTimer();
        this.#queuedBefore = 0;
        callback(errno < 0 ? failedCall(errno, "write") : null);
      });
    } else callback(failedCall(result, "write"));
  }

  #writeLater(chunks: Chunks, callback: Callback): void {
    const socket = this.#socket;
    this.#waiting = chunks;
    const onClose = (): void => {
      callback(closedBeforeConnection());
    };
    socket.once("connect", () => {
      socket.off("close", onClose);
      this.writeMany(chunks, callback);
    });
    socket.once("close", onClose);
  }
}

function toBytes({ chunk, encoding }: Chunk): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  return Buffer.from(String(chunk), toEncoding(encoding));
}

function toEncoding(encoding: string): BufferEncoding {
  return Buffer.isEncoding(encoding) ? encoding : "utf8";
}
