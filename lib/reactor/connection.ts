import { SystemError, checkInteger, checkSlice, invalidState, isSystemError } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Socket } from "../socket.ts";
import * as sys from "../sys/index.ts";
import { NetworkBuffer } from "./network_buffer.ts";
import type { ConnectionOptions, Protocol } from "./protocol.ts";
import type { Handler, Reactor } from "./reactor.ts";

// Edge-triggered, a busy peer is read so many times before the others have their turn.
const READS_PER_TURN = 16;

/**
 * A stream connection on a {@link Reactor}. Writes go out at once; only what the kernel does not take
 * is kept, and sent when the socket is writable. A peer that does not read is not read from.
 */
export class Connection implements Handler {
  readonly socket: Socket;
  readonly #reactor: Reactor;
  readonly #protocol: Protocol;
  readonly #highWaterMark: number;
  readonly #input: NetworkBuffer;
  readonly #output: NetworkBuffer;
  #interest = READABLE;
  #bytesIn = 0;
  #bytesOut = 0;
  #peerEnded = false;
  #ending = false;
  #ended = false;
  #draining = false;
  #congested = false;
  #inEvent = false;
  #armAgain = false;

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
      this.#highWaterMark = checkInteger(highWaterMark, "highWaterMark", 1, 2 ** 30);
      this.#input = new NetworkBuffer(bufferLimit);
      this.#output = new NetworkBuffer(bufferLimit);
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
    return this.#bytesOut;
  }

  /** Bytes written but not yet taken by the kernel. */
  get pending(): number {
    return this.#output.length;
  }

  get closed(): boolean {
    return this.socket.closed;
  }

  /**
   * Sends bytes, in order; what the kernel does not take now is copied and sent later. A connection
   * that breaks meanwhile is closed, which `onClose` tells.
   *
   * @throws ERR_INVALID_STATE: after {@link end} or when closed. TypeError, RangeError: not a part of
   * `buffer`
   */
  write(buffer: Uint8Array, offset = 0, length = buffer.length - offset): void {
    if (this.#ending || this.closed) throw invalidState("write after end");
    checkSlice(buffer, offset, length);
    try {
      const sent = this.#output.length === 0 ? this.#send(buffer, offset, length) : 0;
      if (sent < length) this.#output.append(buffer, offset + sent, length - sent);
      if (!this.#inEvent) this.#settle();
    } catch (error) {
      this.close(error);
    }
  }

  /** Sends what is pending, then ends this direction (SHUT_WR). Receiving goes on until the peer ends. */
  end(): void {
    if (this.#ending || this.closed) return;
    this.#ending = true;
    if (!this.#inEvent) this.onReady(0);
  }

  /** Answers what has arrived by now, then {@link end}; what arrives later is dropped. */
  drain(): void {
    if (this.#draining || this.closed) return;
    this.#draining = true;
    if (!this.#inEvent) this.onReady(READABLE);
  }

  /** Closes at once; what is pending is lost. */
  close(error: unknown = null): void {
    if (this.closed) return;
    this.#reactor.remove(this.socket);
    this.socket.close();
    this.#input.reset();
    this.#output.reset();
    this.#protocol.onClose?.(this, error);
  }

  /** Called by the reactor. Whatever fails in here ends this connection, and no other. */
  onReady(events: number): void {
    this.#inEvent = true;
    try {
      if (events & WRITABLE) this.#flush();
      if (events & READABLE || this.#draining) this.#receive();
      if (!this.closed) this.#settle();
    } catch (error) {
      this.close(error);
    } finally {
      this.#inEvent = false;
    }
  }

  #receive(): void {
    const { scratch, multiplexer } = this.#reactor;
    const { fd } = this.socket;
    // The protocol may start to drain while it is called.
    for (let read = 0; read < (multiplexer.edge || this.#draining ? READS_PER_TURN : 1); read++) {
      if (!this.#wantsInput()) return;
      // Without room too: nothing may have arrived, or the end.
      const received = sys.recv(fd, scratch, 0, Math.min(scratch.length, this.#input.room || 1));
      if (received === null) {
        if (this.#draining && this.#output.length === 0) this.#ending = true;
        return;
      }
      if (received === 0) {
        this.#peerEnded = true;
        this.#protocol.onEnd(this);
        return;
      }
      this.#bytesIn += received;
      if (received > this.#input.room) throw new SystemError(sys.errno.EMSGSIZE, "recv", { fd });
      this.#deliver(scratch, received);
    }
    this.#armAgain = multiplexer.edge;
  }

  #deliver(scratch: Uint8Array, received: number): void {
    if (this.#draining && this.#ending) return;
    const input = this.#input;
    if (input.length > 0) {
      input.append(scratch, 0, received);
      const used = this.#offer(input.memory, input.offset, input.length);
      if (!this.closed) input.consume(used);
    } else {
      const used = this.#offer(scratch, 0, received);
      if (used < received && !this.closed) input.append(scratch, used, received - used);
    }
  }

  #offer(buffer: Uint8Array, offset: number, length: number): number {
    const used = this.#protocol.onData(this, buffer, offset, length);
    return used === undefined ? length : checkInteger(used, "onData's result", 0, length);
  }

  #flush(): void {
    const output = this.#output;
    while (output.length > 0) {
      const sent = this.#send(output.memory, output.offset, output.length);
      if (sent === 0) return;
      output.consume(sent);
      if (!this.#reactor.multiplexer.edge) return;
    }
  }

  /** @returns how much the kernel took, 0 when it has no room */
  #send(buffer: Uint8Array, offset: number, length: number): number {
    const sent = sys.send(this.socket.fd, buffer, offset, length, sys.MSG_NOSIGNAL) ?? 0;
    this.#bytesOut += sent;
    return sent;
  }

  #wantsInput(): boolean {
    // Half of the mark apart, so that reading is not switched on and off by every segment.
    const mark = this.#congested ? this.#highWaterMark / 2 : this.#highWaterMark;
    this.#congested = this.#output.length >= mark;
    return !this.#peerEnded && !this.#congested && !this.closed;
  }

  #settle(): void {
    if (this.#draining && this.#peerEnded) this.#ending = true;
    if (this.#ending && !this.#ended && this.#output.length === 0) {
      this.#ended = true;
      this.#shutdown();
    }
    if (this.#ended && this.#peerEnded) {
      this.close();
      return;
    }
    const interest = (this.#wantsInput() ? READABLE : 0) | (this.#output.length > 0 ? WRITABLE : 0);
    if (interest === this.#interest && !this.#armAgain) return;
    this.#armAgain = false;
    this.#interest = interest;
    this.#reactor.modify(this.socket, interest);
  }

  #shutdown(): void {
    try {
      this.socket.shutdown(sys.SHUT_WR);
    } catch (error) {
      // The peer has reset the connection: there is no direction left to end.
      if (!isSystemError(error, "ENOTCONN")) throw error;
      this.#peerEnded = true;
    }
  }
}
