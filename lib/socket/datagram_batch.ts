import { Address, type AddressLike, kernelBytes } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import {
  aBoolean,
  anything,
  bytesAfter,
  checkBits,
  checkInteger,
  checkOptions,
  checkSlice,
  contradiction,
  type OptionTable,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import { decodeControl, encodeControl } from "../cmsg/codec.ts";
import type { ControlMessage, ReceivedControl } from "../cmsg/messages.ts";
import { clearSource, returnControl } from "../cmsg/returned.ts";
import {
  type ControlRoom,
  descriptorsIn,
  ROOM_OPTIONS,
  roomFor,
  withoutUnasked,
} from "../cmsg/room.ts";
import { inParts } from "../descriptors/blocking.ts";
import { isSystemError, SystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { mayBlock, receiveLimit, sendWaiting } from "./blocking_calls.ts";

/** How much room a {@link DatagramBatch} has. */
export interface DatagramBatchOptions extends ControlRoom {
  /** The most datagrams in one call. Default: 64. */
  readonly capacity?: number;
  /** The most bytes of data in each. Default: 2048. */
  readonly slotSize?: number;
  /**
   * Whether {@link DatagramBatch.send} sends received control messages back. With IP_PKTINFO or
   * IPV6_PKTINFO, each answer is then sent from the address that its datagram was sent to; if that is a
   * multicast or broadcast address, from one that the kernel chooses. Default: `false`.
   */
  readonly returnControl?: boolean;
}

// Values without a check are checked where they are used.
const OPTIONS: OptionTable<DatagramBatchOptions> = {
  capacity: anything,
  slotSize: anything,
  ...ROOM_OPTIONS,
  returnControl: aBoolean,
};

/** The part of a socket that a batch uses. */
export interface BatchSocket {
  /** A descriptor of a datagram socket. */
  readonly fd: number;
}

const { NAME_SIZE } = sys.MessageVector;

/** Errors for a source address that cannot be sent from: a network's broadcast, or one that was removed. */
export const NO_SOURCE = ["EINVAL", "ENETUNREACH", "EADDRNOTAVAIL"];

/**
 * Many datagrams in one system call: recvmmsg(2) and sendmmsg(2), over memory that is reused. Received
 * datagrams can be sent back to their senders as they are.
 */
export class DatagramBatch implements Disposable {
  readonly #messages: sys.MessageVector;
  readonly #room: ControlRoom;
  readonly #returnControl: boolean;
  #count = 0;
  #control: (readonly ReceivedControl[])[] = [];
  /** The datagrams whose control messages were requested. */
  readonly #taken = new Set<number>();

  /**
   * @throws TypeError ERR_INVALID_ARG_VALUE: an option or a control message that does not exist, or
   * options that contradict each other. RangeError: a size
   */
  constructor(options: DatagramBatchOptions = {}) {
    const {
      capacity = 64,
      slotSize = 2048,
      returnControl: back = false,
    } = readOptions(options, OPTIONS);
    const controlSize = roomFor(options);
    if (back && controlSize === 0) {
      throw contradiction("returnControl", "controlSize", "there is no room for control messages");
    }
    this.#room = options;
    this.#returnControl = back;
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
   * recvmmsg(2): replaces the content by the datagrams that have arrived, up to the capacity. Closes
   * unclaimed descriptors of the previous batch: those whose {@link control} was not called.
   *
   * @param flags - MSG_… bits; a blocking socket needs MSG_WAITFORONE to return before the batch is full
   * @returns how many were received, or `null` if the call would block
   */
  receive(socket: BatchSocket, flags = 0): number | null {
    const { fd } = checkOptions(socket, "socket");
    const all = checkBits(flags) | sys.MSG_CMSG_CLOEXEC;
    this.clear();
    const messages = this.#messages;
    const count = mayBlock(socket, flags)
      ? this.#receiveWaiting(fd, all)
      : sys.recvmmsg(fd, messages, 0, messages.capacity, all);
    this.#count = count ?? 0;
    if (messages.controlSize > 0) this.#readControl();
    else if ((flags & sys.MSG_TRUNC) !== 0) this.#trimLengths();
    this.#trimNames();
    return count;
  }

  /**
   * sendmmsg(2), without SIGPIPE: the datagrams from `first` on. Received ones go back to their senders,
   * with their control messages only if `returnControl` is set.
   *
   * @returns how many were sent, or `null` if the call would block. If fewer than given: call again with
   * a higher `first`, which throws if there was an error
   * @throws SystemError as {@link sys.sendmmsg}, about the datagram `first`: the error has its `index` and
   * its address
   */
  send(socket: BatchSocket, first = 0, flags = 0): number | null {
    const count = this.#count - checkInteger(first, "first", 0, this.#count);
    const { fd } = checkOptions(socket, "socket");
    const all = checkBits(flags) | sys.MSG_NOSIGNAL;
    const now = all | sys.MSG_DONTWAIT;
    const send = mayBlock(socket, flags)
      ? (): number | null =>
          sendWaiting(fd, "sendmmsg", count, (done) =>
            sys.sendmmsg(fd, this.#messages, first + done, count - done, now),
          )
      : (): number | null => sys.sendmmsg(fd, this.#messages, first, count, all);
    try {
      return send();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const noSource = isSystemError(error, ...NO_SOURCE);
      if (noSource && this.#clearSource(first)) return this.#again(first, send);
      throw this.#about(first, error);
    }
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

  /** The data of a datagram, in place: valid until the next call of `receive` or `add`. */
  data(index: number): Uint8Array {
    const { data, slotSize } = this.#messages;
    const length = Math.min(this.#messages.length(this.#check(index)), slotSize);
    return data.subarray(index * slotSize, index * slotSize + length);
  }

  /** The sender of a received datagram, or the destination of an added one; `null`: no address. */
  address(index: number): Address | null {
    const length = this.#messages.nameLength(this.#check(index));
    const from = index * NAME_SIZE;
    return length === 0
      ? null
      : Address.fromKernel(this.#messages.names.subarray(from, from + NAME_SIZE), length);
  }

  /** MSG_… bits of a received datagram. */
  flags(index: number): number {
    return this.#messages.flags(this.#check(index));
  }

  /** Whether a datagram was longer than its slot; the rest of it is lost. */
  truncated(index: number): boolean {
    return (this.flags(index) & sys.MSG_TRUNC) !== 0;
  }

  /** Whether there was too little room for the control messages of a datagram; some are lost. */
  controlTruncated(index: number): boolean {
    return (this.flags(index) & sys.MSG_CTRUNC) !== 0;
  }

  /** The control messages of a received datagram. The caller closes their descriptors. */
  control(index: number): readonly ReceivedControl[] {
    const control = this.#control[this.#check(index)] ?? [];
    this.#taken.add(index);
    return control;
  }

  /** Removes all datagrams, and closes unclaimed descriptors: those whose {@link control} was not called. */
  clear(): void {
    const untaken = this.#control.filter((_, index) => !this.#taken.has(index));
    this.#count = 0;
    this.#control = [];
    this.#taken.clear();
    for (const messages of untaken) {
      for (const descriptor of descriptorsIn(messages)) descriptor.close();
    }
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  // As recvmmsg(2) on a blocking socket: until the batch is full, or, with MSG_WAITFORONE, has one datagram.
  #receiveWaiting(fd: number, flags: number): number | null {
    const messages = this.#messages;
    const one = (flags & sys.MSG_WAITFORONE) !== 0;
    const limit = receiveLimit(fd, "recvmmsg");
    return inParts(
      fd,
      one ? 1 : messages.capacity,
      (done) =>
        sys.recvmmsg(fd, messages, done, messages.capacity - done, flags | sys.MSG_DONTWAIT),
      limit,
      sys.POLLIN,
    );
  }

  // Immediately, not on request: descriptors in the control messages need an owner.
  #readControl(): void {
    const messages = this.#messages;
    const { control, controlSize } = messages;
    for (let index = 0; index < this.#count; index++) {
      const length = messages.controlLength(index);
      const from = index * controlSize;
      const slot = control.subarray(from, from + controlSize);
      this.#control.push(
        length === 0 ? [] : withoutUnasked(decodeControl(slot, length), this.#room),
      );
      const back = this.#returnControl ? returnControl(slot, length) : 0;
      messages.set(index, this.#size(index), messages.nameLength(index), back);
    }
  }

  #trimLengths(): void {
    for (let index = 0; index < this.#count; index++) {
      this.#messages.set(index, this.#size(index), this.#messages.nameLength(index));
    }
  }

  /** Bytes of data in the slot. With MSG_TRUNC the length of the datagram may be greater. */
  #size(index: number): number {
    return Math.min(this.#messages.length(index), this.#messages.slotSize);
  }

  /** @returns whether a source address was set for the answer */
  #clearSource(index: number): boolean {
    const { control, controlSize } = this.#messages;
    const from = index * controlSize;
    const length = this.#messages.controlLength(index);
    return this.#returnControl && clearSource(control.subarray(from, from + controlSize), length);
  }

  #again(first: number, send: () => number | null): number | null {
    try {
      return send();
    } catch (error) {
      throw isSystemError(error) ? this.#about(first, error) : error;
    }
  }

  #about(index: number, error: SystemError): SystemError {
    const address = index < this.#count ? this.address(index) : null;
    const details = { fd: error.fd, ...(address && detailsOf(address)), index };
    return new SystemError(-error.errno, error.syscall, details);
  }

  // For a path that fills sun_path, the kernel reports one byte more than it accepts.
  #trimNames(): void {
    const messages = this.#messages;
    for (let index = 0; index < this.#count; index++) {
      if (messages.nameLength(index) <= sys.SOCKADDR_UN_SIZE) continue;
      messages.set(index, this.#size(index), sys.SOCKADDR_UN_SIZE, messages.controlLength(index));
    }
  }

  #check(index: number): number {
    return checkInteger(index, "index", 0, this.#count - 1);
  }
}
