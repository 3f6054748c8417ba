import {
  type OptionTable,
  aFunction,
  anInteger,
  invalidArgType,
  invalidArgValue,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import { holderOf, isShared, neverBlocks } from "../descriptors/descriptor.ts";
import type { Address } from "../address/address.ts";
import { type Socket, isAcceptedStream } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Channel } from "./channel.ts";
import type { Limits } from "./outbox.ts";
import { PacketReceiver } from "./packets.ts";
import type { Reactor } from "./reactor.ts";

/**
 * What is done with a connection's bytes. If one of these throws, or its promise is rejected, the
 * connection is closed: {@link onClose} and the `onError` of the reactor are called with the error.
 */
export interface Protocol {
  /**
   * Bytes arrived: `length` of them in `buffer` from `offset`, valid and writable during the call.
   * Do not change bytes that you pass to `write` until `onData` returns: they are sent from there.
   *
   * @returns how many bytes were used. The others are offered again with those that follow, or after
   * `resume`; at the peer's end they are dropped. `undefined`, or a promise: all were used
   */
  onData(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): number | undefined;
  /** The peer will send no more. It may still read: answer, then `connection.end()`. */
  onEnd(connection: Connection): void;
  /** After `write` returned `false`: less than half of the high-water mark is still queued. */
  onDrain?(connection: Connection): void;
  /**
   * The connection is closed; `error` is `null` after an orderly close. All that the peer sent was
   * offered before, unless the connection was paused, or closed with `close`. Called once.
   */
  onClose?(connection: Connection, error: unknown): void;
}

/** How much a {@link Connection} buffers. */
export interface ConnectionOptions {
  /**
   * With this many bytes unsent, `write` returns `false`, and nothing is received from the peer until
   * it has read. Default: 64 KiB, or `bufferLimit` if that is less.
   */
  readonly highWaterMark?: number;
  /**
   * The most bytes kept unread, and queued after `write` returned `false`. Default: 1 MiB, or
   * `highWaterMark` if that is more.
   */
  readonly bufferLimit?: number;
}

/** Whether `pause` keeps the peer's bytes, which a full queue of writes does not. */
export let isPaused: (connection: Connection) => boolean;

const HIGH_WATER_MARK = 64 * 1024;
const BUFFER_LIMIT = 1024 * 1024;
const OPTIONS: OptionTable<ConnectionOptions> = {
  highWaterMark: anInteger(1, 2 ** 31 - 1),
  bufferLimit: anInteger(1, 2 ** 31 - 1),
};

/**
 * A stream connection on a {@link Reactor}. Writes go out immediately; only what the kernel does not take
 * is queued, and sent when the socket is writable. While a peer does not read, nothing is received from it.
 *
 * On a seqpacket socket each `write` sends one message, and `onData` gets one message, also an empty one; bytes of
 * it that are not used are offered again in front of the next message. A message above 1 MiB or `bufferLimit`
 * ends the connection with EMSGSIZE. Descriptors that are passed with a message are closed by the kernel.
 */
export class Connection implements Disposable {
  /** The socket, which the connection owns. */
  readonly socket: Socket;
  readonly #channel: Channel<Connection>;

  static {
    isPaused = (connection) => connection.#channel.inbox.holds;
  }

  /**
   * @param socket - non-blocking; the connection owns it from now on
   * @throws TypeError: it is not a socket, or belongs to another connection, and stays open. Errors of
   * `reactor.add`, and ERR_OUT_OF_RANGE or ERR_INVALID_ARG_VALUE for an option, a protocol without `onData` or
   * `onEnd`, or a socket that blocks or is not a stream; the socket is closed then
   */
  constructor(
    reactor: Reactor,
    socket: Socket,
    protocol: Protocol,
    options: ConnectionOptions = {},
  ) {
    if (typeof (socket as Partial<Socket> | null)?.shutdown !== "function") {
      throw invalidArgType("socket", "a Socket", socket);
    }
    // Two would take each other's bytes, and only the later one would hear of the close.
    if (holderOf(socket)) throw invalidArgValue("socket", "of no other connection", socket);
    this.socket = socket;
    try {
      const packets = checkType(socket) === sys.SOCK_SEQPACKET;
      checkProtocol(protocol);
      const limits = limitsOf(options, packets);
      if (packets) PacketReceiver.prepare(socket);
      this.#channel = new Channel<Connection>(reactor, socket, this, protocol, limits);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * The address of the peer. Of a connection of IPv4 or IPv6 that was accepted, also in `onClose`.
   *
   * @throws as `socket.remoteAddress`
   */
  get remoteAddress(): Address {
    return this.socket.remoteAddress;
  }

  /** Bytes received so far. */
  get bytesIn(): number {
    return this.#channel.inbox.received;
  }

  /** Bytes that the kernel has taken so far. */
  get bytesOut(): number {
    return this.#channel.taken;
  }

  /** Bytes received that `onData` has not used: it gets them again, with those that follow. */
  get readableLength(): number {
    return this.#channel.inbox.length;
  }

  /** Bytes written but not yet taken by the kernel. */
  get writableLength(): number {
    return this.#channel.queued;
  }

  /**
   * As {@link writableLength}.
   *
   * @deprecated Use {@link writableLength}.
   */
  get pending(): number {
    return this.writableLength;
  }

  /** Whether {@link write} can be called: `false` after {@link end}, {@link close} or an error. */
  get writable(): boolean {
    return this.#channel.outbox.writable;
  }

  /** Whether `onData` can still be called: `false` after the peer's end, and after a close. */
  get readable(): boolean {
    return this.#channel.inbox.readable;
  }

  /**
   * Whether bytes are received now: not while it is paused, while the high-water mark is reached, and after the
   * peer's end.
   */
  get receiving(): boolean {
    return this.#channel.receiving;
  }

  /** Whether the socket is closed. */
  get closed(): boolean {
    return this.#channel.closed;
  }

  /**
   * Sends bytes, in order; what the kernel does not take now is copied and sent later. If sending fails,
   * the connection is closed, and `onClose` gets the error. Do not change bytes of `onData`'s buffer after
   * this call.
   *
   * @returns whether to write more. `false`: the high-water mark is reached, wait for `onDrain`; or
   * sending has failed
   * @throws In each case nothing was taken, and the connection goes on. ERR_INVALID_STATE: after
   * {@link end} or a close. TypeError, RangeError: not a part of `buffer`. SystemError ENOBUFS: `write`
   * had returned `false`, and more than `bufferLimit` would be queued
   */
  write(buffer: Uint8Array, offset = 0, length = buffer.length - offset): boolean {
    return this.#channel.write(buffer, offset, length);
  }

  /** Sends what is queued, then ends this direction (SHUT_WR). Receives until the peer ends. */
  end(): void {
    this.#channel.end();
  }

  /** Offers what has arrived by now, then calls {@link end}; what arrives later is dropped. Ends a pause. */
  drain(): void {
    this.#channel.drain();
  }

  /**
   * Stops receiving: the peer's bytes stay in the kernel, so the peer has to wait, too. Does nothing after
   * {@link drain}.
   */
  pause(): void {
    this.#channel.pause();
  }

  /** Receives again. Bytes that `onData` did not use are offered in the reactor's next turn. */
  resume(): void {
    this.#channel.resume();
  }

  /** Closes immediately; what the kernel does not take now is lost. */
  close(error: unknown = null): void {
    this.#channel.close(error);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** What a listener of streams has accepted, and nobody else has seen, is known to be one that never blocks. */
function checkType(socket: Socket): number {
  if (isAcceptedStream(socket) && !isShared(socket) && neverBlocks(socket)) return sys.SOCK_STREAM;
  const { type } = socket;
  if (type === sys.SOCK_DGRAM || type === sys.SOCK_RAW) {
    throw invalidArgValue("socket", "a stream or seqpacket socket", socket);
  }
  if (socket.blocking) throw invalidArgValue("socket", "non-blocking", socket);
  return type;
}

function checkProtocol(protocol: Protocol): void {
  if (typeof protocol !== "object" || (protocol as Protocol | null) === null) {
    throw invalidArgType("protocol", "an object", protocol);
  }
  // Called for each connection: V8 would look up a name that is a variable much longer.
  const callbacks: { readonly [Name in keyof Protocol]?: unknown } = protocol;
  aFunction(callbacks.onData, "protocol.onData");
  aFunction(callbacks.onEnd, "protocol.onEnd");
  if (callbacks.onDrain !== undefined) aFunction(callbacks.onDrain, "protocol.onDrain");
  if (callbacks.onClose !== undefined) aFunction(callbacks.onClose, "protocol.onClose");
}

// One literal for all of it: V8 gives what a spread has made a layout of its own for each connection.
function limitsOf(options: ConnectionOptions, packets: boolean): Limits {
  const { highWaterMark, bufferLimit = Math.max(BUFFER_LIMIT, highWaterMark ?? 0) } = readOptions(
    options,
    OPTIONS,
  );
  if (highWaterMark !== undefined && highWaterMark > bufferLimit) {
    throw outOfRange("highWaterMark", `<= bufferLimit (${String(bufferLimit)})`, highWaterMark);
  }
  return {
    highWaterMark: highWaterMark ?? Math.min(HIGH_WATER_MARK, bufferLimit),
    bufferLimit,
    packets,
  };
}
