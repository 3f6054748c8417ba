import type { Connection } from "./connection.ts";

/** What is done with a connection's bytes. */
export interface Protocol {
  /**
   * Bytes arrived: `length` of them in `buffer` from `offset`, valid and writable during the call.
   * Those that were handed to `write` stay as they are until it returns: they are sent from there.
   *
   * @returns how many were used; the others come again, together with those that follow. `undefined`:
   * all
   */
  onData(
    connection: Connection,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): number | undefined;
  /** The peer will send no more. It may still read: answer, then `connection.end()`. */
  onEnd(connection: Connection): void;
  /** The connection is gone; `error` says why, when it was not closed in order. Called once. */
  onClose?(connection: Connection, error: unknown): void;
}

export interface ConnectionOptions {
  /** With so many bytes unsent, reading from the peer stops until it has read. Default: 64 KiB. */
  readonly highWaterMark?: number;
  /** Bytes that either buffer may hold; more ends the connection with ENOBUFS. Default: 1 MiB. */
  readonly bufferLimit?: number;
}
