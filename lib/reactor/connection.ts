import {
  type OptionTable,
  anInteger,
  invalidArgType,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import type { Socket } from "../socket/socket.ts";
import { Channel } from "./channel.ts";
import type { Limits } from "./outbox.ts";
import type { Reactor } from "./reactor.ts";

/**
 * What is done with a connection's bytes. What one of these throws, or rejects with, ends the connection:
 * {@link onClose} and the `onError` of the reactor are told.
 */
export interface Protocol {
  /**
   * Bytes arrived: `length` of them in `buffer` from `offset`, valid and writable during the call.
   * Those that were handed to `write` stay as they are until it returns: they are sent from there.
   *
   * @returns how many were used; the others come again, together with those that follow, or when
   * `resume` is called. `undefined`, or a promise: all
   */
  onData(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): number | undefined;
  /** The peer will send no more. It may still read: answer, then `connection.end()`. */
  onEnd(connection: Connection): void;
  /** `write` has returned `false` before, and less than half of the high-water mark waits by now. */
  onDrain?(connection: Connection): void;
  /**
   * The connection is gone; `error` says why, when it was not closed in order. All that the peer had
   * sent was handed over before, unless it was paused or closed by `close`. Called once.
   */
  onClose?(connection: Connection, error: unknown): void;
}

/** How much a {@link Connection} buffers. */
export interface ConnectionOptions {
  /**
   * With so many bytes unsent, `write` returns `false`, and reading from the peer stops until it has
   * read. Default: 64 KiB, or `bufferLimit` where that is less.
   */
  readonly highWaterMark?: number;
  /**
   * Bytes that may wait to be used, and to be sent while `write` returns `false`. Default: 1 MiB, or
   * `highWaterMark` where that is more.
   */
  readonly bufferLimit?: number;
}

const HIGH_WATER_MARK = 64 * 1024;
const BUFFER_LIMIT = 1024 * 1024;
const OPTIONS: OptionTable<ConnectionOptions> = {
  highWaterMark: anInteger(1, 2 ** 31 - 1),
  bufferLimit: anInteger(1, 2 ** 31 - 1),
};

/**
 * A stream connection on a {@link Reactor}. Writes go out immediately; only what the kernel does not take
 * is queued, and sent when the socket is writable. A peer that does not read is not read from.
 */
export class Connection implements Disposable {
  /** The socket, which is the connection's. */
  readonly socket: Socket;
  readonly #channel: Channel<Connection>;

  /**
   * @param socket - non-blocking; belongs to the connection from now on
   * @throws TypeError: not a socket; it is left alone. As `reactor.add`, or ERR_OUT_OF_RANGE,
   * ERR_INVALID_ARG_VALUE: an option. The socket is closed then
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
    this.socket = socket;
    try {
      this.#channel = new Channel<Connection>(reactor, socket, this, protocol, limitsOf(options));
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Bytes received so far. */
  get bytesIn(): number {
    return this.#channel.inbox.received;
  }

  /** Bytes that the kernel has taken so far. */
  get bytesOut(): number {
    return this.#channel.outbox.taken;
  }

  /** Bytes written but not yet taken by the kernel. */
  get writableLength(): number {
    return this.#channel.queued;
  }

  /** As {@link writableLength}. */
  get pending(): number {
    return this.writableLength;
  }

  /** Whether {@link write} still takes bytes: `false` after {@link end}, {@link close} or an error. */
  get writable(): boolean {
    return this.#channel.outbox.writable;
  }

  /** Whether `onData` may still be called: `false` after the peer's end, or when closed. */
  get readable(): boolean {
    return this.#channel.inbox.readable;
  }

  /** Whether the socket is closed. */
  get closed(): boolean {
    return this.#channel.closed;
  }

  /**
   * Sends bytes, in order; what the kernel does not take now is copied and sent later. A connection
   * that breaks is closed, which `onClose` tells. Leave bytes of `onData`'s buffer as they are.
   *
   * @returns whether to go on: `false` when the high-water mark is reached; then `onDrain` says when.
   * Also `false` when the connection has just broken
   * @throws Nothing was taken then, and the connection stays as it is. ERR_INVALID_STATE: after
   * {@link end} or when closed. TypeError, RangeError: not a part of `buffer`. SystemError ENOBUFS: it
   * has returned `false`, and more than `bufferLimit` would wait
   */
  write(buffer: Uint8Array, offset = 0, length = buffer.length - offset): boolean {
    return this.#channel.write(buffer, offset, length);
  }

  /** Sends what is queued, then ends this direction (SHUT_WR). Receiving goes on until the peer ends. */
  end(): void {
    this.#channel.end();
  }

  /** Answers what has arrived by now, then {@link end}; what arrives later is dropped. */
  drain(): void {
    this.#channel.drain();
  }

  /** Stops receiving: the peer's bytes wait in the kernel, which makes the peer wait, too. */
  pause(): void {
    this.#channel.pause();
  }

  /** Receives again; what `onData` has not used comes again soon. */
  resume(): void {
    this.#channel.resume();
  }

  /** Closes at once; what the kernel does not take now is lost. */
  close(error: unknown = null): void {
    this.#channel.close(error);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function limitsOf(options: ConnectionOptions): Limits {
  const { highWaterMark, bufferLimit = Math.max(BUFFER_LIMIT, highWaterMark ?? 0) } = readOptions(
    options,
    OPTIONS,
  );
  if (highWaterMark !== undefined && highWaterMark > bufferLimit) {
    throw outOfRange("highWaterMark", `<= bufferLimit (${String(bufferLimit)})`, highWaterMark);
  }
  return { highWaterMark: highWaterMark ?? Math.min(HIGH_WATER_MARK, bufferLimit), bufferLimit };
}
