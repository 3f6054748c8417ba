import { checkInteger, checkObject, invalidArgType } from "../arguments.ts";
import { checkNonBlocking } from "../errors.ts";
import { type Timespec, limitOf } from "../memory/timespec.ts";
import type { Constant } from "../native/constants.ts";
import type { BufferLists } from "../native/functions.ts";
import { type Bytes, native } from "../native/native.ts";

/** Receives what {@link recvmsg} reports besides the data. Reusable. */
export class MessageHeader {
  /** Receives the sender's address; `null` if it is not needed. */
  name: Bytes | null;
  /** Receives the control messages; with `null` the kernel drops them and sets MSG_CTRUNC. */
  control: Bytes | null;
  /** The lengths and flags that the kernel reports. */
  readonly lengths = new Uint32Array(3);

  constructor(name: Bytes | null = null, control: Bytes | null = null) {
    this.name = name;
    this.control = control;
  }

  /** The full length of the sender's address in bytes, even if it was truncated; 0 if there is none. */
  get nameLength(): number {
    return this.lengths[0]!;
  }

  /** The number of bytes written to `control`. */
  get controlLength(): number {
    return this.lengths[1]!;
  }

  /** MSG_CTRUNC, MSG_EOR, MSG_ERRQUEUE, MSG_OOB, MSG_TRUNC and others. */
  get flags(): number {
    return this.lengths[2]!;
  }
}

/**
 * `recvmsg(sockfd, msg, flags)`: receives into the buffers, in order. Blocks until there is data,
 * unless the socket is non-blocking or `flags` has MSG_DONTWAIT. Received descriptors are in
 * `header.control`; they are open, and the caller closes them.
 *
 * @param iov - at most IOV_MAX buffers
 * @param flags - MSG_… bits; MSG_CMSG_CLOEXEC makes received descriptors close-on-exec
 * @returns the number of bytes, 0 at the end of the stream (or for an empty datagram), or `null` if
 * the call would block
 * @throws SystemError as recv(2); EMSGSIZE. RangeError: too many buffers
 * @see https://man7.org/linux/man-pages/man2/recvmsg.2.html
 */
export function recvmsg(
  sockfd: number,
  iov: readonly Bytes[],
  header: MessageHeader = new MessageHeader(),
  flags: Constant<"MSG"> = 0,
): number | null {
  const { name, control, lengths } = checkObject(header, "header", "a MessageHeader");
  return checkNonBlocking(
    native.recvmsg(sockfd, iov, name, control, lengths, flags),
    "recvmsg",
    sockfd,
  );
}

/**
 * `sendmsg(sockfd, msg, flags)`: sends the buffers as one message; a stream may take only a part.
 * Blocks until there is room, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param iov - at most IOV_MAX buffers
 * @param name - a `struct sockaddr…`, of which the first `namelen` bytes are used; `null` if connected
 * @param control - control messages in the layout of cmsg(3); the first `controllen` bytes are used
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @returns the number of bytes, or `null` if the call would block
 * @throws SystemError as send(2); EINVAL: the socket does not accept these control messages. EPERM:
 * credentials of another process. ETOOMANYREFS: too many descriptors are in flight. RangeError: too
 * many buffers, or a control message that holds pointers
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 */
export function sendmsg(
  sockfd: number,
  iov: readonly Bytes[],
  name: Bytes | null = null,
  control: Bytes | null = null,
  flags: Constant<"MSG"> = 0,
  namelen: number = name?.byteLength ?? 0,
  controllen: number = control?.byteLength ?? 0,
): number | null {
  return checkNonBlocking(
    native.sendmsg(sockfd, iov, name, namelen, control, controllen, flags),
    "sendmsg",
    sockfd,
  );
}

// The layout of a slot, as in native/message.cc.
const INTS_PER_SLOT = 4;
const [LENGTH, NAME_LENGTH, CONTROL_LENGTH, FLAGS] = [0, 1, 2, 3];
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Memory for many messages of {@link recvmmsg} and {@link sendmmsg}, allocated once. Message `i` uses
 * slot `i` of `data`, of `names` (the addresses) and of `control`. {@link setBuffers} gives a message several buffers
 * of its own instead of its slot of `data`.
 */
export class MessageVector {
  /** The maximum number of messages. */
  readonly capacity: number;
  /** The maximum data of one message, in bytes. */
  readonly slotSize: number;
  /** The maximum size of the control messages of one message, in bytes. */
  readonly controlSize: number;
  /** The data: `capacity` slots of `slotSize` bytes. */
  readonly data: Uint8Array;
  /** The addresses: `capacity` slots of {@link NAME_SIZE} bytes. */
  readonly names: Uint8Array;
  /** The control messages: `capacity` slots of `controlSize` bytes. */
  readonly control: Uint8Array;
  /** The lengths in bytes and the flags of each message, {@link length} to {@link flags}. */
  readonly slots: Int32Array;

  #buffers: (readonly Bytes[] | null)[] | null = null;

  /** The size of a slot for an address, in bytes. Any address fits. */
  static readonly NAME_SIZE: number = native.sizeof_sockaddr_storage;

  /**
   * @param capacity - the maximum number of messages, at most IOV_MAX
   * @param slotSize - the maximum data of one message, in bytes
   * @param controlSize - the maximum size of one message's control messages, in bytes
   * @throws RangeError: the memory would exceed 2^31 - 1 bytes, or `capacity` is out of range
   */
  constructor(capacity: number, slotSize: number, controlSize = 0) {
    this.capacity = checkInteger(capacity, "capacity", 1, native.IOV_MAX);
    this.slotSize = checkInteger(slotSize, "slotSize", 0, Math.floor(MAX_BYTES / capacity));
    this.controlSize = checkInteger(
      controlSize,
      "controlSize",
      0,
      Math.floor(MAX_BYTES / capacity),
    );
    this.data = new Uint8Array(capacity * slotSize);
    this.names = new Uint8Array(capacity * MessageVector.NAME_SIZE);
    this.control = new Uint8Array(capacity * controlSize);
    this.slots = new Int32Array(capacity * INTS_PER_SLOT);
  }

  /**
   * The length of the data in bytes: to send, or received. It may exceed `slotSize` if
   * {@link recvmmsg} was called with MSG_TRUNC.
   */
  length(index: number): number {
    return this.#get(index, LENGTH);
  }

  /** The length of the address in bytes; 0: none. */
  nameLength(index: number): number {
    return this.#get(index, NAME_LENGTH);
  }

  /** The length of the control messages in bytes; 0: none. */
  controlLength(index: number): number {
    return this.#get(index, CONTROL_LENGTH);
  }

  /** The MSG_… bits that {@link recvmmsg} reported. */
  flags(index: number): number {
    return this.#get(index, FLAGS);
  }

  /** Sets the lengths of a message to send, in bytes. @throws RangeError: no such slot, or too long */
  set(index: number, length: number, nameLength = 0, controlLength = 0): void {
    const at = checkInteger(index, "index", 0, this.capacity - 1) * INTS_PER_SLOT;
    this.slots[at + LENGTH] = checkInteger(length, "length", 0, this.slotSize);
    this.slots[at + NAME_LENGTH] = checkInteger(
      nameLength,
      "nameLength",
      0,
      MessageVector.NAME_SIZE,
    );
    this.slots[at + CONTROL_LENGTH] = checkInteger(
      controlLength,
      "controlLength",
      0,
      this.controlSize,
    );
  }

  /**
   * Gives a message buffers of its own, which take the place of its slot of `data`: received bytes fill them in
   * order, and {@link sendmmsg} sends all of them, whatever {@link set} said of the length. They stay until they are
   * replaced.
   *
   * @param iov - at most IOV_MAX buffers; `null`: the slot of `data` again
   * @throws RangeError: no such slot, or too many buffers. TypeError: not an array of typed arrays
   */
  setBuffers(index: number, iov: readonly Bytes[] | null): void {
    checkInteger(index, "index", 0, this.capacity - 1);
    if (iov !== null && !isVector(iov)) {
      throw invalidArgType("iov", "an array of typed arrays, or null", iov);
    }
    if (iov) checkInteger(iov.length, "iov.length", 0, native.IOV_MAX);
    if (iov) this.#buffers ??= new Array<readonly Bytes[] | null>(this.capacity).fill(null);
    if (this.#buffers) this.#buffers[index] = iov && [...iov];
  }

  /** The buffers of `vlen` messages from `first` on; `null`: none of all messages has its own. */
  buffers(first: number, vlen: number): BufferLists | null {
    return this.#buffers?.slice(first, first + vlen) ?? null;
  }

  #get(index: number, field: number): number {
    if ((index | 0) !== index) checkInteger(index, "index", 0, this.capacity - 1);
    const at = index * INTS_PER_SLOT + field;
    return this.slots[at] ?? checkInteger(index, "index", 0, this.capacity - 1);
  }
}

function isVector(iov: readonly Bytes[]): boolean {
  return Array.isArray(iov) && iov.every((each) => ArrayBuffer.isView(each));
}

function checkVector(messages: MessageVector): MessageVector {
  checkObject(messages, "messages", "a MessageVector");
  if (typeof messages.buffers !== "function")
    throw invalidArgType("messages", "a MessageVector", messages);
  return messages;
}

/**
 * `recvmmsg(sockfd, msgvec, vlen, flags, timeout)`: receives up to `vlen` messages. Blocks until all of
 * them have arrived, unless the socket is non-blocking or `flags` has MSG_DONTWAIT or MSG_WAITFORONE.
 *
 * @param first - the index of the first slot
 * @param flags - MSG_… bits
 * @param timeoutMs - milliseconds; negative or Infinity: no limit. The kernel checks it only after
 * each message: if no further message arrives, the call stays blocked. A {@link Timespec} is passed on as it is,
 * and receives the time that was left
 * @returns the number of messages received, or `null` if the call would block
 * @throws SystemError as recv(2); an error after the first message is reported by the next call. EINVAL: a Timespec
 * that is negative or not normalized
 * @see https://man7.org/linux/man-pages/man2/recvmmsg.2.html
 */
export function recvmmsg(
  sockfd: number,
  messages: MessageVector,
  first = 0,
  vlen: number = checkVector(messages).capacity - first,
  flags: Constant<"MSG"> = 0,
  timeoutMs: number | Timespec = Infinity,
): number | null {
  const { data, slotSize, names, control, controlSize, slots } = checkVector(messages);
  return checkNonBlocking(
    native.recvmmsg(
      ...([
        sockfd,
        messages.buffers(first, vlen),
        data,
        slotSize,
        names,
        control,
        controlSize,
        slots,
      ] as const),
      ...([first, vlen, flags, limitOf(timeoutMs)] as const),
    ),
    "recvmmsg",
    sockfd,
  );
}

/**
 * `sendmmsg(sockfd, msgvec, vlen, flags)`: sends up to `vlen` messages. Blocks until there is room for
 * all of them, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param first - the index of the first slot
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @returns the number of messages sent, or `null` if the call would block
 * @throws SystemError as send(2), if the first message fails. If a later one fails, fewer are sent, and
 * the next call throws. RangeError: a control message that holds pointers
 * @see https://man7.org/linux/man-pages/man2/sendmmsg.2.html
 */
export function sendmmsg(
  sockfd: number,
  messages: MessageVector,
  first = 0,
  vlen: number = checkVector(messages).capacity - first,
  flags: Constant<"MSG"> = 0,
): number | null {
  const { data, slotSize, names, control, controlSize, slots } = checkVector(messages);
  const result = native.sendmmsg(
    ...([
      sockfd,
      messages.buffers(first, vlen),
      data,
      slotSize,
      names,
      control,
      controlSize,
      slots,
    ] as const),
    ...([first, vlen, flags] as const),
  );
  return checkNonBlocking(result, "sendmmsg", sockfd);
}
