import type { Descriptor } from "../descriptors/descriptor.ts";
import { nextTick } from "../runtime/timing.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { BlockListLike, Connectable } from "./connecting.ts";
import { failedCall } from "./errors.ts";
import { IdleTimer } from "./idle_timer.ts";
import type { Loop } from "./loop.ts";
import { localName, peerName, type SocketName } from "./names.ts";
import type { OnReadOptions } from "./options.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { SocketOptionValues } from "./socket_options.ts";
import { type Receiver, Transport } from "./transport.ts";
import { Tuning } from "./tuning.ts";
import { type WriteCallback, Writing } from "./writing.ts";

const NOTHING: SocketName = {};

/** What of a `Socket` its users do not see: the transport, and what is wanted of it. */
export class SocketCore implements Receiver, Connectable {
  readonly loop: Loop;
  #timer: IdleTimer | null = null;
  #tuning: Tuning | null = null;
  readonly writing: Writing;
  /** Whether the transport came with an address that it is bound to. */
  isBound = false;
  /** Whether the peer has ended, and this side ends with it. */
  endedByPeer = false;
  target: Uint8Array | null = null;
  onClosed: (() => void) | null = null;
  socketOptions: SocketOptionValues | undefined;
  readonly #socket: ByteStream;
  #transport: Transport | null = null;
  #onread: OnReadOptions | null = null;
  #resets = false;
  #local: SocketName | null = null;
  #peer: SocketName | null = null;
  /** What was received and sent before the transport was closed. */
  #received = 0;
  #written = 0;

  constructor(socket: ByteStream, loop: Loop) {
    this.#socket = socket;
    this.loop = loop;
    this.writing = new Writing(socket, () => this.#transport);
  }

  // Most accepted connections need neither of these two.
  get timer(): IdleTimer {
    return (this.#timer ??= new IdleTimer(() => {
      this.#socket._onTimeout();
    }));
  }

  get tuning(): Tuning {
    return (this.#tuning ??= new Tuning(() => this.#transport?.fd ?? -1));
  }

  /** There is traffic: the time without begins anew. */
  restartTimer(): void {
    this.#timer?.touch();
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

  onConnected(): void {
    const socket = this.#socket;
    socket.connecting = false;
    this.#local = null;
    this.touch();
    try {
      this.#tuning?.apply();
    } catch (error) {
      socket.emit("error", error);
    }
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

  onUnwatched(error: Error): void {
    this.#socket.destroy(error);
  }

  finish(callback: WriteCallback): void {
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

  /** Ends the sending direction, as {@link finish} would in a later turn. */
  endNow(): void {
    this.#transport?.shutdownNow();
  }

  /** The next {@link close} resets the connection. */
  resetOnClose(): void {
    this.#resets = true;
  }

  close(error: Error | null, callback: (error: Error | null) => void): void {
    const socket = this.#socket;
    const transport = this.#transport;
    this.#timer?.clear();
    this.#transport = null;
    if (transport) {
      this.#received = transport.bytesRead;
      this.#written = transport.bytesWritten;
      this.#local = null;
      if (this.#resets && transport.descriptor) transport.lingerNot();
      this.#resets = false;
      transport.close();
      // As libuv does it, after the callbacks of this turn.
      this.loop.later(() => {
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

  #begin(): Transport {
    return new Transport(this.loop, this);
  }

  #nextTarget(): void {
    const buffer = this.#onread?.buffer;
    const next = typeof buffer === "function" ? buffer() : buffer;
    if (next instanceof Uint8Array) this.target = next;
  }
}
