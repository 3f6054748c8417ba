import { checkInteger, checkObject } from "../arguments.ts";
import { checkNonBlocking } from "../errors.ts";
import { type Bytes, native } from "../native/native.ts";

/** What {@link recvmsg} reports besides the data. Can be used again. */
export class MessageHeader {
  /** Receives the sender's address; `null` when it is not needed. */
  name: Bytes | null;
  /** Receives the control messages; `null` drops them, and MSG_CTRUNC is set. */
  control: Bytes | null;
  /** For the kernel's answers. */
  readonly lengths = new Uint32Array(3);

  constructor(name: Bytes | null = null, control: Bytes | null = null) {
    this.name = name;
    this.control = control;
  }

  /** Bytes of the sender's address, also where it was cut off; 0 where there is none. */
  get nameLength(): number {
    return this.lengths[0]!;
  }

  /** How many bytes of `control` were filled. */
  get controlLength(): number {
    return this.lengths[1]!;
  }

  /** MSG_CTRUNC, MSG_EOR, MSG_ERRQUEUE, MSG_OOB, MSG_TRUNC and others. */
  get flags(): number {
    return this.lengths[2]!;
  }
}

/**
 * `recvmsg(sockfd, msg, flags)`: receives into the buffers, one after the other. Blocks until there is
 * something, unless the socket is non-blocking or `flags` has MSG_DONTWAIT. Descriptors that come in
 * are in `header.control`, open, and the caller's to close.
 *
 * @param iov - at most IOV_MAX buffers
 * @param flags - MSG_… bits; MSG_CMSG_CLOEXEC makes descriptors that come in close-on-exec
 * @returns the number of bytes, 0 at the end of the stream (or for an empty datagram), or `null` where
 * the call would block
 * @throws SystemError as recv(2); EMSGSIZE. RangeError: too many buffers
 * @see https://man7.org/linux/man-pages/man2/recvmsg.2.html
 */
export function recvmsg(
  sockfd: number,
  iov: readonly Bytes[],
  header: MessageHeader = new MessageHeader(),
  flags = 0,
): number | null {
  const { name, control, lengths } = checkObject(header, "header", "a MessageHeader");
  return checkNonBlocking(
    native.recvmsg(sockfd, iov, name, control, lengths, flags),
    "recvmsg",
    sockfd,
  );
}

/**
 * `sendmsg(sockfd, msg, flags)`: sends the buffers as one message, on a stream perhaps less. Blocks
 * until there is room, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param iov - at most IOV_MAX buffers
 * @param name - a `struct sockaddr…`, of which the first `namelen` bytes count; `null` on a connection
 * @param control - control messages as cmsg(3) lays them out, of which the first `controllen` bytes count
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @returns the number of bytes, or `null` where the call would block
 * @throws SystemError as send(2); EINVAL: what `control` holds makes no sense here. EPERM: credentials
 * of others. ETOOMANYREFS: too many descriptors are on their way. RangeError: too many buffers, or a
 * control message that holds pointers
 * @see https://man7.org/linux/man-pages/man2/sendmsg.2.html
 */
export function sendmsg(
  sockfd: number,
  iov: readonly Bytes[],
  name: Bytes | null = null,
  control: Bytes | null = null,
  flags = 0,
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
const MAX_SIZE = 2 ** 31 - 1;

/**
 * Many messages for {@link recvmmsg} and {@link sendmmsg}, in memory that is allocated once:
 * message `i` has slot `i` of the data, of the names and of the control messages.
 */
export class MessageVector {
  /** How many messages there is room for. */
  readonly capacity: number;
  /** Bytes of data that one message has room for. */
  readonly slotSize: number;
  /** Bytes of control messages that one message has room for. */
  readonly controlSize: number;
  /** Slots of `slotSize` bytes. */
  readonly data: Uint8Array;
  /** Slots of {@link NAME_SIZE} bytes. */
  readonly names: Uint8Array;
  /** Slots of `controlSize` bytes. */
  readonly control: Uint8Array;
  /** For the kernel's answers. */
  readonly slots: Int32Array;

  /** Bytes of an address that one message has room for: any address fits. */
  static readonly NAME_SIZE: number = native.sizeof_sockaddr_storage;

  /**
   * @param capacity - messages, at most IOV_MAX
   * @param slotSize - bytes of data for each
   * @param controlSize - bytes of control messages for each
   */
  constructor(capacity: number, slotSize: number, controlSize = 0) {
    this.capacity = checkInteger(capacity, "capacity", 1, native.IOV_MAX);
    this.slotSize = checkInteger(slotSize, "slotSize", 0, Math.floor(MAX_SIZE / capacity));
    this.controlSize = checkInteger(controlSize, "controlSize", 0, Math.floor(MAX_SIZE / capacity));
    this.data = new Uint8Array(capacity * slotSize);
    this.names = new Uint8Array(capacity * MessageVector.NAME_SIZE);
    this.control = new Uint8Array(capacity * controlSize);
    this.slots = new Int32Array(capacity * INTS_PER_SLOT);
  }

  /**
   * Bytes of data: what to send, or what came in. That may exceed `slotSize` with MSG_TRUNC among the
   * flags of {@link recvmmsg}.
   */
  length(index: number): number {
    return this.#get(index, LENGTH);
  }

  /** Bytes of the address; 0: none. */
  nameLength(index: number): number {
    return this.#get(index, NAME_LENGTH);
  }

  /** Bytes of control messages; 0: none. */
  controlLength(index: number): number {
    return this.#get(index, CONTROL_LENGTH);
  }

  /** MSG_… bits that {@link recvmmsg} found. */
  flags(index: number): number {
    return this.#get(index, FLAGS);
  }

  /** Sets the lengths of a message to send. */
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

  #get(index: number, field: number): number {
    if ((index | 0) !== index) checkInteger(index, "index", 0, this.capacity - 1);
    const at = index * INTS_PER_SLOT + field;
    return this.slots[at] ?? checkInteger(index, "index", 0, this.capacity - 1);
  }
}

function checkVector(messages: MessageVector): MessageVector {
  return checkObject(messages, "messages", "a MessageVector");
}

/**
 * `recvmmsg(sockfd, msgvec, vlen, flags, timeout)`: receives up to `vlen` messages. Blocks until all of
 * them came in, unless the socket is non-blocking or `flags` has MSG_DONTWAIT or MSG_WAITFORONE.
 *
 * @param first - the slot to begin with
 * @param flags - MSG_… bits
 * @param timeoutMs - milliseconds; negative or Infinity: without limit. The kernel looks at it only
 * after each message: without another one the call stays blocked
 * @returns how many messages came in, or `null` where the call would block
 * @throws SystemError as recv(2); an error after the first message waits for the next call
 * @see https://man7.org/linux/man-pages/man2/recvmmsg.2.html
 */
export function recvmmsg(
  sockfd: number,
  messages: MessageVector,
  first = 0,
  vlen: number = checkVector(messages).capacity - first,
  flags = 0,
  timeoutMs = Infinity,
): number | null {
  const { data, slotSize, names, control, controlSize, slots } = checkVector(messages);
  return checkNonBlocking(
    native.recvmmsg(
      ...([sockfd, data, slotSize, names, control, controlSize, slots] as const),
      ...([first, vlen, flags, timeoutMs] as const),
    ),
    "recvmmsg",
    sockfd,
  );
}

/**
 * `sendmmsg(sockfd, msgvec, vlen, flags)`: sends up to `vlen` messages. Blocks until there is room for
 * all of them, unless the socket is non-blocking or `flags` has MSG_DONTWAIT.
 *
 * @param first - the slot to begin with
 * @param flags - MSG_… bits; with MSG_NOSIGNAL a broken connection raises no SIGPIPE
 * @returns how many messages were sent, or `null` where the call would block
 * @throws SystemError as send(2), where it is about the first message; else fewer are sent, and the next
 * call throws. RangeError: a control message that holds pointers
 * @see https://man7.org/linux/man-pages/man2/sendmmsg.2.html
 */
export function sendmmsg(
  sockfd: number,
  messages: MessageVector,
  first = 0,
  vlen: number = checkVector(messages).capacity - first,
  flags = 0,
): number | null {
  const { data, slotSize, names, control, controlSize, slots } = checkVector(messages);
  const result = native.sendmmsg(
    ...([sockfd, data, slotSize, names, control, controlSize, slots] as const),
    ...([first, vlen, flags] as const),
  );
  return checkNonBlocking(result, "sendmmsg", sockfd);
}
