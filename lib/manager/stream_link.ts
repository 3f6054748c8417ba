import { SystemError } from "../errors.ts";
import { Connection, isPaused, type Protocol } from "../reactor/connection.ts";
import { onSent } from "../reactor/handlers.ts";
import type { Timer } from "../reactor/timers.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import type { ManagerCore } from "./core.ts";
import type { Link } from "./link.ts";
import type { ManagerConnection } from "./manager_connection.ts";

// How long a drained connection waits for the end of its peer. A close before that could reset the connection,
// and the peer would lose what it was sent last.
const LINGER_MS = 1000;

/** An established stream: hands what happens to a `Connection` of the reactor on to its handler. */
export class StreamLink implements Link, Protocol {
  readonly #core: ManagerCore;
  readonly #owner: ManagerConnection;
  readonly #connection: Connection;
  #offering: Timer | null = null;
  /** Waits for the peer's end, once all is sent. */
  #lingering: Timer | null = null;

  /** @throws as the constructor of `Connection`; the socket is closed then */
  constructor(core: ManagerCore, owner: ManagerConnection, socket: Socket) {
    this.#core = core;
    this.#owner = owner;
    this.#connection = new Connection(core.reactor, socket, this, core.limits);
  }

  get socket(): Socket {
    return this.#connection.socket;
  }

  get bytesIn(): number {
    return this.#connection.bytesIn;
  }

  get bytesOut(): number {
    return this.#connection.bytesOut;
  }

  get writableLength(): number {
    return this.#connection.writableLength;
  }

  send(data: Uint8Array, offset: number, length: number): boolean {
    if (!this.#connection.writable) return false;
    const goesOn = this.#connection.write(data, offset, length);
    if (!goesOn) this.#core.congest(this.#owner);
    this.#core.noteSent(this.#owner);
    return goesOn;
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
    if (this.#owner.recv.length === 0 || this.#offering?.pending === true) return;
    this.#offering = this.#core.reactor.setTimer(0, () => {
      if (isPaused(this.#connection) || this.#owner.recv.length === 0) return;
      this.#owner.tell({ type: "read", bytes: 0 });
      this.#checkRoom();
    });
  }

  drain(): void {
    this.#connection.drain();
    this.#linger();
  }

  end(): void {
    this.#connection.end();
  }

  close(): void {
    this.#connection.close();
  }

  /** @internal Called by the connection. */
  onData(_: Connection, buffer: Uint8Array, offset: number, length: number): number {
    const { recv } = this.#owner;
    recv.take(buffer, offset, length);
    this.#owner.tell({ type: "read", bytes: length });
    recv.keep();
    this.#checkRoom();
    return length;
  }

  /** @internal Called by the connection. */
  onEnd(): void {
    this.#owner.tell({ type: "end" });
    if (!this.#owner.allowHalfOpen) this.#owner.drain();
  }

  /** @internal Called by the connection: bytes that were queued are sent. */
  [onSent](): void {
    this.#core.noteSent(this.#owner);
    this.#linger();
  }

  /** @internal Called by the connection. */
  onDrain(): void {
    this.#core.relieve(this.#owner);
  }

  /** @internal Called by the connection. */
  onClose(_: Connection, error: unknown): void {
    this.#offering?.cancel();
    this.#lingering?.cancel();
    this.#owner.gone(error);
  }

  /** Without room, the rest of a message would be waited for without end. A pause can still end. */
  #checkRoom(): void {
    const { closed } = this.#connection;
    const isFull = this.#owner.recv.length >= this.#core.limits.bufferLimit;
    if (!isFull || closed || isPaused(this.#connection)) return;
    this.#owner.fail(new SystemError(sys.errno.EMSGSIZE, "recv"));
  }

  #linger(): void {
    if (this.#owner.state !== "draining" || this.writableLength > 0) return;
    this.#lingering ??= this.#core.reactor.setTimer(LINGER_MS, () => {
      this.close();
    });
  }
}
