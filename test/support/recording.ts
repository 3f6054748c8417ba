import { Connection, type ConnectionOptions, type Protocol } from "../../lib/reactor/connection.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import type { Socket } from "../../lib/socket/socket.ts";

/** A protocol that keeps what it is told, and does what a test puts in. */
export class Recording implements Protocol {
  /** What `onData` was given, call by call. */
  readonly data: string[] = [];
  /** What `onClose` was given, call by call. */
  readonly closed: unknown[] = [];
  ends = 0;
  answer: (connection: Connection, text: string) => number | undefined = () => undefined;
  atEnd: (connection: Connection) => void = () => null;
  atClose: () => void = () => null;
  atDrain: (connection: Connection) => void = () => null;

  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number) {
    const text = Buffer.from(buffer.subarray(offset, offset + length)).toString("latin1");
    this.data.push(text);
    return this.answer(connection, text);
  }

  onEnd(connection: Connection): void {
    this.ends++;
    this.atEnd(connection);
  }

  onDrain(connection: Connection): void {
    this.atDrain(connection);
  }

  onClose(_connection: Connection, error: unknown): void {
    this.closed.push(error);
    this.atClose();
  }

  on(reactor: Reactor, socket: Socket, options?: ConnectionOptions): Connection {
    return new Connection(reactor, socket, this, options);
  }
}
