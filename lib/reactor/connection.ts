import { checkSlice, invalidState } from "../arguments.ts";
import { SystemError, check } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import type { ConnectionOptions, Protocol } from "./protocol.ts";
import type { Handler, Reactor } from "./reactor.ts";
import { MESSAGE_SIZE, READS_PER_TURN } from "./small_messages.ts";

const { EAGAIN } = sys.errno;

/**
 * A stream connection on a {@link Reactor}. Writes go out at once; only what the kernel does not take
 * is kept, and sent when the socket is writable. A peer that does not read is not read from.
 */
export class Connection implements Handler {
  readonly socket: Socket;
  readonly #reactor: Reactor;
  readonly #protocol: Protocol;
  readonly #input: Inbox;
  readonly #output: Outbox;
  #interest = READABLE;
  #bytesIn = 0;
  #peerEnded = false;
  #ending = false;
  #ended = false;
  #draining = false;
  #inEvent = false;
  #armAgain = false;
  /** What came last filled a slot of the batches: single calls with more room do better. */
  #bulky = false;
  /** A batch is to receive for it, or has received. */
  #noted = false;
  /** Nothing is kept and nothing ends: small messages go by batches, and leave nothing to settle. */
  #settled = false;

  /**
   * @param socket - non-blocking; belongs to the connection from now on
   * @throws as `reactor.add`; RangeError: an option. The socket is closed then
   */
  constructor(
    reactor: Reactor,
    socket: Socket,
    protocol: Protocol,
    { highWaterMark = 64 * 1024, bufferLimit = 1024 * 1024 }: ConnectionOptions = {},
  ) {
    this.#reactor = reactor;
    this.socket = socket;
    this.#protocol = protocol;
    try {
      this.#input = new Inbox(bufferLimit);
      this.#output = new Outbox(bufferLimit, highWaterMark);
      reactor.add(socket, this.#interest, this);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Bytes received so far. */
  get bytesIn(): number {
    return this.#bytesIn;
  }

  /** Bytes that the kernel has taken so far. */
  get bytesOut(): number {
    return this.#output.taken;
  }

  /** Bytes written but not yet taken by the kernel. */
  get pending(): number {
    return this.#output.length + this.#output.batched;
  }

  get closed(): boolean {
    return this.socket.closed;
  }

  /**
   * Sends bytes, in order; what the kernel does not take now is copied and sent later. A connection
   * that breaks is closed, which `onClose` tells. Leave bytes of `onData`'s buffer as they are.
   *
   * @throws ERR_INVALID_STATE: after {@link end} or when closed. TypeError, RangeError: not a part of
   * `buffer`
   */
  write(buffer: Uint8Array, offset = 0, length = buffer.length - offset): void {
    if (this.#ending || this.closed) throw invalidState("write after end");
    checkSlice(buffer, offset, length);
    const { transfers } = this.#reactor;
    if (this.#settled && this.#output.batched === 0 && length > 0 && transfers.holds(buffer)) {
      this.#output.batched = length;
      transfers.send(this, offset, length);
      return;
    }
    if (this.#output.batched > 0) transfers.flush();
    if (this.closed) return;
    this.#settled = false;
    try {
      this.#output.write(this.socket, buffer, offset, length);
      if (!this.#inEvent) this.#settle();
    } catch (error) {
      this.close(error);
    }
  }

  /** Sends what is pending, then ends this direction (SHUT_WR). Receiving goes on until the peer ends. */
  end(): void {
    if (this.#ending || this.closed) return;
    this.#ending = true;
    this.#settled = false;
    if (!this.#inEvent) this.onReady(0);
  }

  /** Answers what has arrived by now, then {@link end}; what arrives later is dropped. */
  drain(): void {
    if (this.#draining || this.closed) return;
    this.#draining = true;
    this.#settled = false;
    if (!this.#inEvent) this.onReady(READABLE);
  }

  /** Closes at once; what the kernel does not take now is lost. */
  close(error: unknown = null): void {
    if (this.#output.batched > 0) this.#reactor.transfers.flush();
    if (this.closed) return;
    this.#reactor.remove(this.socket);
    this.socket.close();
    this.#input.reset();
    this.#output.reset();
    this.#protocol.onClose?.(this, error);
  }

  /** Called by the reactor. Whatever fails in here ends this connection, and no other. */
  onReady(events: number): void {
    if (events === READABLE && this.#settled && !this.#noted) {
      this.#noted = true;
      if (this.#reactor.transfers.receive(this)) return;
      this.#noted = false;
    }
    this.#settled = false;
    this.#attempt(() => {
      if (events & WRITABLE) this.#output.flush(this.socket, this.#reactor.multiplexer.edge);
      // What a batch has received comes first, and lets a connection that drains read on.
      if ((events & READABLE || this.#draining) && !this.#noted) this.#receive();
    });
  }

  /** Called by the batches with the answer of recv(2), and where the bytes are. */
  onReceived(result: number, buffer: Uint8Array, offset: number, room: number): void {
    this.#noted = false;
    if (this.closed) return;
    if (result !== -EAGAIN) {
      this.#attempt(() => {
        if (result < 0) check(result, "recv", this.socket.fd);
        this.#bulky = result === room;
        this.#settled &&= !this.#bulky;
        this.#take(result, buffer, offset);
      });
    }
    if (this.#draining) this.onReady(READABLE);
  }

  /** Called by the batches with the answer of send(2) to what was written. No handler runs in here. */
  onSent(result: number, buffer: Uint8Array, offset: number, length: number): void {
    if (result !== length) this.#settled = false;
    if (!this.closed) this.#output.onSent(result, buffer, offset, length);
  }

  /** Called by the batches when they have told all of them. */
  afterSent(): void {
    if (this.#output.failure !== null) this.close(this.#output.failure);
    else if (!this.#inEvent) this.#settle();
  }

  #attempt(step: () => void): void {
    this.#inEvent = true;
    try {
      step();
      this.#settle();
    } catch (error) {
      this.close(error);
    } finally {
      this.#inEvent = false;
    }
  }

  #receive(): void {
    const { scratch, multiplexer } = this.#reactor;
    const { fd } = this.socket;
    const enough = this.#bytesIn + scratch.length;
    // The protocol may start to drain while it is called.
    for (let read = 0; read < (multiplexer.edge || this.#draining ? READS_PER_TURN : 1); read++) {
      if (!this.#wantsInput()) return;
      if (this.#bytesIn >= enough) break;
      // Without room too: nothing may have arrived, or the end.
      const received = sys.recv(fd, scratch, 0, Math.min(scratch.length, this.#input.room || 1));
      if (received === null) {
        if (this.#draining && this.#output.length === 0) this.#ending = true;
        return;
      }
      if (received > this.#input.room) throw new SystemError(sys.errno.EMSGSIZE, "recv", { fd });
      this.#bulky = received > MESSAGE_SIZE;
      this.#take(received, scratch, 0);
      if (received === 0) return;
    }
    this.#armAgain = multiplexer.edge;
  }

  /** @param received - how many bytes there are; 0: the peer will send no more */
  #take(received: number, buffer: Uint8Array, offset: number): void {
    if (this.#peerEnded) return;
    this.#bytesIn += received;
    if (received === 0) {
      this.#peerEnded = true;
      this.#settled = false;
      this.#protocol.onEnd(this);
      return;
    }
    if (this.#draining && this.#ending) return;
    this.#input.offer(this, this.#protocol, buffer, offset, received);
    this.#settled &&= this.#input.length === 0;
  }

  #wantsInput(): boolean {
    return !this.#peerEnded && !this.#output.isCongested() && !this.closed;
  }

  /** Brings what is watched, and the end, in line with what has happened. */
  #settle(): void {
    if (this.#settled || this.closed) return;
    if (this.#draining && this.#peerEnded) this.#ending = true;
    if (this.#ending && !this.#ended && this.pending === 0) {
      this.#ended = true;
      if (!this.#output.end(this.socket)) this.#peerEnded = true;
    }
    if (this.#ended && this.#peerEnded) {
      this.close();
      return;
    }
    const interest = (this.#wantsInput() ? READABLE : 0) | (this.#output.length > 0 ? WRITABLE : 0);
    const busy = this.#ending || this.#draining || this.#bulky || this.#reactor.multiplexer.edge;
    const { length, room } = this.#input;
    this.#settled = interest === READABLE && !busy && length === 0 && room >= MESSAGE_SIZE;
    if (interest === this.#interest && !this.#armAgain) return;
    this.#armAgain = false;
    this.#interest = interest;
    this.#reactor.modify(this.socket, interest);
  }
}
