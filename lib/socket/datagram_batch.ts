import { Address, type AddressLike, kernelBytes } from "../address/address.ts";
import {
  bytesAfter,
  checkBits,
  checkInteger,
  checkOptions,
  checkSlice,
  outOfRange,
} from "../arguments.ts";
import { decodeControl, encodeControl } from "../cmsg/codec.ts";
import type { ControlMessage, ReceivedControl } from "../cmsg/messages.ts";
import * as sys from "../sys/index.ts";

/** How much room a {@link DatagramBatch} has. */
export interface DatagramBatchOptions {
  /** Datagrams in one call. Default: 64. */
  readonly capacity?: number;
  /** Bytes of data for each. Default: 2048. */
  readonly slotSize?: number;
  /** Bytes of control messages for each. Default: 0, they are dropped. */
  readonly controlSize?: number;
  /**
   * Whether control messages that came in go back with {@link DatagramBatch.send}. With IP_PKTINFO the
   * answers then leave from the addresses that were asked. Default: `false`.
   */
  readonly returnControl?: boolean;
}

/** What a batch needs of a socket. */
export interface BatchSocket {
  /** A descriptor of a datagram socket. */
  readonly fd: number;
}

const { NAME_SIZE } = sys.MessageVector;
const NONE = new Uint8Array();

type Returnable = Extract<
  ReceivedControl,
  { type: "IP_PKTINFO" | "IPV6_PKTINFO" | "IP_TOS" | "IPV6_TCLASS" }
>;

// From where, and how, an answer goes. All else was for us: descriptors are numbers of this process.
function isReturnable(message: ReceivedControl): message is Returnable {
  const { type } = message;
  return (
    type === "IP_PKTINFO" || type === "IPV6_PKTINFO" || type === "IP_TOS" || type === "IPV6_TCLASS"
  );
}

/**
 * Many datagrams in one system call: recvmmsg(2) and sendmmsg(2) over memory that is used again and
 * again. What was received can be sent back as it is, to those who sent it.
 */
export class DatagramBatch {
  readonly #messages: sys.MessageVector;
  readonly #returnControl: boolean;
  #count = 0;
  #control: (readonly ReceivedControl[])[] = [];

  constructor(options: DatagramBatchOptions = {}) {
    const { capacity = 64, slotSize = 2048, controlSize = 0, returnControl = false } = options;
    this.#returnControl = returnControl;
    this.#messages = new sys.MessageVector(capacity, slotSize, controlSize);
  }

  /** How many datagrams there are. */
  get count(): number {
    return this.#count;
  }

  /** How many datagrams there is room for. */
  get capacity(): number {
    return this.#messages.capacity;
  }

  /**
   * recvmmsg(2): replaces what is there by the datagrams that wait, as many as there is room for.
   *
   * @param flags - MSG_… bits; a blocking socket needs MSG_WAITFORONE to return before the batch is full
   * @returns how many came in, or `null` where the call would block
   */
  receive(socket: BatchSocket, flags = 0): number | null {
    const { fd } = checkOptions(socket, "socket");
    const all = checkBits(flags) | sys.MSG_CMSG_CLOEXEC;
    this.clear();
    const messages = this.#messages;
    const count = sys.recvmmsg(fd, messages, 0, messages.capacity, all);
    this.#count = count ?? 0;
    if (messages.controlSize > 0 || (flags & sys.MSG_TRUNC) !== 0) this.#settle();
    this.#trimNames();
    return count;
  }

  /**
   * sendmmsg(2), without SIGPIPE: the datagrams from `first` on. Those that came in go back, without
   * their control messages unless `returnControl` was asked for.
   *
   * @returns how many were sent, or `null` where the call would block. Less than there were: call again
   * with a higher `first`, which then throws if it was an error
   */
  send(socket: BatchSocket, first = 0, flags = 0): number | null {
    const count = this.#count - checkInteger(first, "first", 0, this.#count);
    const { fd } = checkOptions(socket, "socket");
    const all = checkBits(flags) | sys.MSG_NOSIGNAL;
    return sys.sendmmsg(fd, this.#messages, first, count, all);
  }

  /**
   * Adds a datagram to send; its bytes are copied.
   *
   * @param address - `undefined`: the peer that the socket is connected to
   * @throws RangeError: the batch is full, or a part is longer than a slot
   */
  add(data: Uint8Array, address?: AddressLike, control?: readonly ControlMessage[]): this {
    const { slotSize, controlSize, capacity } = this.#messages;
    checkSlice(data, 0, bytesAfter(data, 0));
    if (this.#count === capacity) throw outOfRange("count", `at most ${capacity}`, capacity + 1);
    if (data.length > slotSize) throw outOfRange("data", `at most ${slotSize} bytes`, data.length);
    const name = address === undefined ? undefined : kernelBytes(Address.from(address));
    const bytes = control && encodeControl(control);
    const index = this.#count;
    this.#messages.set(index, data.length, name?.length, bytes?.length);
    this.#messages.data.set(data, index * slotSize);
    if (name) this.#messages.names.set(name, index * NAME_SIZE);
    if (bytes) this.#messages.control.set(bytes, index * controlSize);
    this.#count++;
    return this;
  }

  /** The data of a datagram, in place: good until the next call of `receive` or `add`. */
  data(index: number): Uint8Array {
    const { data, slotSize } = this.#messages;
    const length = Math.min(this.#messages.length(this.#check(index)), slotSize);
    return data.subarray(index * slotSize, index * slotSize + length);
  }

  /** Who sent a datagram, or whom it goes to; `null` where there is no address. */
  address(index: number): Address | null {
    const length = this.#messages.nameLength(this.#check(index));
    const from = index * NAME_SIZE;
    return length === 0
      ? null
      : Address.fromKernel(this.#messages.names.subarray(from, from + NAME_SIZE), length);
  }

  /** MSG_… bits of a datagram that came in. */
  flags(index: number): number {
    return this.#messages.flags(this.#check(index));
  }

  /** Whether a datagram was longer than its slot, and the rest of it is lost. */
  truncated(index: number): boolean {
    return (this.flags(index) & sys.MSG_TRUNC) !== 0;
  }

  /** The control messages of a datagram that came in; its descriptors are the caller's to close. */
  control(index: number): readonly ReceivedControl[] {
    return this.#control[this.#check(index)] ?? [];
  }

  /** Forgets all datagrams. */
  clear(): void {
    this.#count = 0;
    this.#control = [];
  }

  // At once, and not when asked for: descriptors among the control messages need an owner.
  #settle(): void {
    const messages = this.#messages;
    const { control, controlSize, slotSize } = messages;
    for (let index = 0; index < this.#count; index++) {
      const length = messages.controlLength(index);
      // Longer than its slot where MSG_TRUNC asked for the whole length.
      const size = Math.min(messages.length(index), slotSize);
      const from = index * controlSize;
      const received =
        length === 0 ? [] : decodeControl(control.subarray(from, from + controlSize), length);
      this.#control.push(received);
      const back = this.#returnControl ? encodeControl(received.filter(isReturnable)) : NONE;
      control.set(back, from);
      messages.set(index, size, messages.nameLength(index), back.length);
    }
  }

  // Of a path that fills sun_path, the kernel reports one byte more than it takes back.
  #trimNames(): void {
    const messages = this.#messages;
    for (let index = 0; index < this.#count; index++) {
      if (messages.nameLength(index) <= sys.SOCKADDR_UN_SIZE) continue;
      const size = Math.min(messages.length(index), messages.slotSize);
      messages.set(index, size, sys.SOCKADDR_UN_SIZE, messages.controlLength(index));
    }
  }

  #check(index: number): number {
    return checkInteger(index, "index", 0, this.#count - 1);
  }
}
