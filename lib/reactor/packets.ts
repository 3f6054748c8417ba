import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { undetachableMemory } from "./borrowed_memory.ts";
import { type Limits, Outbox } from "./outbox.ts";
import type { Receiver } from "./receiver.ts";
import { isEmpty, recvmsg, trySend } from "./uninterrupted.ts";

// More than a socket sends with the limits of a usual kernel (net.core.wmem_max). Untouched memory costs nothing.
const MAX_MESSAGE = 1024 * 1024;
// Not more: without room for them, the kernel drops descriptors that a client passes.
const CREDENTIALS_SIZE = sys.cmsgSpace(sys.structs.ucred.sizeof);

/** Receives from seqpacket sockets, one message with each call. */
export class PacketReceiver implements Receiver {
  readonly batches = false;
  readonly full = false;
  ended = false;
  #memory: Uint8Array | null = null;
  readonly #header = new sys.MessageHeader(null, new Uint8Array(CREDENTIALS_SIZE));

  /**
   * Prepares a socket. Each of its messages then has its sender's credentials, and the end of the connection has
   * none: recv(2) returns 0 for an empty message as well.
   */
  static prepare(socket: Socket): void {
    socket.setOption(sys.SOL_SOCKET, sys.SO_PASSCRED, 1);
  }

  get memory(): Uint8Array {
    this.#memory ??= undetachableMemory(MAX_MESSAGE);
    return this.#memory;
  }

  /** A handler gets `buffer`: see `Shared.lend`. @returns whether it is this one's memory */
  lend(buffer: Uint8Array): boolean {
    const lent = buffer === this.#memory;
    if (lent) this.#memory = null;
    return lent;
  }

  /** @returns `false`: it is not this one's memory */
  takeBack(buffer: Uint8Array): boolean {
    const isOwn = buffer.length === MAX_MESSAGE;
    if (isOwn) this.#memory = buffer;
    return isOwn;
  }

  /** @returns -EMSGSIZE: there is no room for the message, or it is longer than 1 MiB */
  receive(fd: number, room: number): number | null {
    const flags = sys.MSG_TRUNC | sys.MSG_CMSG_CLOEXEC;
    const received = recvmsg(fd, [this.memory], this.#header, flags);
    this.ended = received === 0 && this.#header.controlLength === 0;
    const isTooLong = received !== null && received > Math.min(room, MAX_MESSAGE);
    return isTooLong ? -sys.errno.EMSGSIZE : received;
  }

  isEmpty(fd: number): boolean {
    return isEmpty(fd, this.memory);
  }

  dropErrors(): number {
    return 0; // those of TCP only
  }
}

/** The messages that were written and that the kernel has not taken yet. Each is sent by a call of its own. */
export class PacketOutbox extends Outbox {
  readonly #lengths: number[] = [];

  override get empty(): boolean {
    return this.#lengths.length === 0;
  }

  override write(fd: number, buffer: Uint8Array, offset: number, length: number): number {
    const result = this.empty ? trySend(fd, buffer, offset, length) : null;
    if (result === null) this.keep(buffer, offset, length);
    else this.taken += Math.max(0, result);
    return result === null ? Math.max(1, length) : Math.min(0, result);
  }

  override keep(buffer: Uint8Array, offset: number, length: number): void {
    super.keep(buffer, offset, length);
    this.#lengths.push(length);
  }

  override flush(fd: number): number {
    for (let [length] = this.#lengths; length !== undefined; [length] = this.#lengths) {
      const result = trySend(fd, this.memory, this.offset, length);
      if (result === null) break;
      if (result < 0) return result;
      this.#lengths.shift();
      this.consume(length);
      this.taken += length;
    }
    return 0;
  }

  override fail(): void {
    super.fail();
    this.#lengths.length = 0;
  }
}

/** The outbox for a connection of this kind. */
export function outboxFor({ packets, highWaterMark, bufferLimit }: Limits): Outbox {
  return new (packets ? PacketOutbox : Outbox)(highWaterMark, bufferLimit);
}
