import { checkBytes } from "../arguments.ts";
import { whenReady } from "../descriptors/blocking.ts";
import { Descriptor, neverBlocks } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { alignUp } from "../memory/records.ts";
import * as sys from "../sys/index.ts";
import { attributesIn, encodeMessage, messagesIn, type NetlinkMessage, textIn } from "./message.ts";

// For a dump the kernel fills at most 32 KiB of a buffer; a single notification may be longer.
const BUFFER_BYTES = 128 * 1024;
const MAX_DUMPS = 10;
// Messages kept for receive() during requests; the kernel's own queue holds no more.
const MAX_KEPT_MESSAGES = 10_000;

interface Answer {
  readonly messages: NetlinkMessage[];
  /** Whether something changed during the dump, so that entries may be missing. */
  readonly interrupted: boolean;
}

/**
 * Owns a netlink(7) socket that is connected to the kernel, close-on-exec and non-blocking. The kernel
 * answers during send(2) and recv(2), so no method blocks.
 *
 * @see https://man7.org/linux/man-pages/man7/netlink.7.html
 */
export class NetlinkSocket extends Descriptor {
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  /** Messages that arrived during a request and do not answer it. */
  #kept: NetlinkMessage[] = [];
  #overrun = false;
  /** Sequence numbers of requests that failed before all their answers arrived. */
  readonly #abandoned = new Set<number>();
  #seq = 0;
  readonly #port: number;

  /**
   * @param protocol - NETLINK_ROUTE, …
   * @param groups - multicast groups to listen to, one bit each
   * @throws SystemError EPROTONOSUPPORT: no such protocol. EPERM: a group that requires privileges
   */
  constructor(protocol: number, groups = 0) {
    const type = sys.SOCK_RAW | sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK;
    super(
      whereFree(() => sys.socket(sys.AF_NETLINK, type, protocol)),
      undefined,
      true,
    );
    try {
      sys.bind(this.fd, sys.sockaddrNl(0, groups));
      // Connected to the kernel, the socket receives from nobody else.
      sys.connect(this.fd, sys.sockaddrNl(0));
      sys.setsockopt(this.fd, sys.SOL_NETLINK, sys.NETLINK_EXT_ACK, 1);
      this.#port = portOf(this.fd);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Requests all entries of a type. Repeats the request if a change interrupted the dump, at most ten
   * times.
   *
   * With AF_UNSPEC in the payload the kernel dumps one family after the other, and does not report a
   * change between two families. Make one request for each family instead.
   *
   * @param type - RTM_GETLINK, …
   * @param payload - the structure that the request begins with, then the attributes
   * @throws SystemError the kernel's error, with its message as `reason`. EINTR: changes interrupted the
   * dump ten times
   */
  dump(type: number, payload: Uint8Array): NetlinkMessage[] {
    for (let count = 0; count < MAX_DUMPS; count++) {
      const { messages, interrupted } = this.#exchange(type, sys.NLM_F_DUMP, payload);
      if (!interrupted) return messages;
    }
    const reason = "changes interrupted it every time";
    throw new SystemError(sys.errno.EINTR, "netlink", { fd: this.fd, reason });
  }

  /**
   * Sends a request and returns the kernel's answers, without the end mark (NLMSG_DONE or NLMSG_ERROR).
   * Other messages that arrive meanwhile, such as notifications, are kept for {@link receive}. So is an
   * answer after the acknowledgement, which NETLINK_AUDIT sends.
   *
   * @param flags - NLM_F_…; NLM_F_REQUEST is added, and NLM_F_ACK unless it is a dump
   * @throws SystemError the kernel's error (NLMSG_ERROR), with its message as `reason`
   */
  request(type: number, flags: number, payload: Uint8Array): NetlinkMessage[] {
    return this.#exchange(type, flags, payload).messages;
  }

  /**
   * Returns the kept messages, or else those of one recv(2); `null` if there are none.
   *
   * @throws SystemError ENOBUFS: notifications arrived faster than they were read, and some are lost.
   * EBADMSG: a received datagram is not a netlink message, such as those of udev(7); read such a socket
   * with `sys.recv`. EMSGSIZE: a message of more than 128 KiB
   */
  receive(): NetlinkMessage[] | null {
    if (this.#overrun) {
      this.#overrun = false;
      throw new SystemError(sys.errno.ENOBUFS, "recv", { fd: this.fd });
    }
    const kept = this.#kept;
    this.#kept = [];
    return kept.length > 0 ? kept : this.#receiveNew();
  }

  #receiveNew(): NetlinkMessage[] | null {
    const { fd } = this;
    const receive = (): number | null =>
      sys.recv(fd, this.#buffer, 0, BUFFER_BYTES, sys.MSG_TRUNC | sys.MSG_DONTWAIT);
    const length = neverBlocks(this) ? receive() : whenReady(fd, sys.POLLIN, receive);
    if (length === null) return null;
    if (length > BUFFER_BYTES) {
      const reason = `a message of ${String(length)} bytes`;
      throw new SystemError(sys.errno.EMSGSIZE, "recv", { fd: this.fd, reason });
    }
    const { messages, rest } = messagesIn(this.#buffer.slice(0, length));
    if (rest === 0) return messages;
    this.#kept.push(...messages);
    const reason = `${String(rest)} bytes that are not a netlink message`;
    throw new SystemError(sys.errno.EBADMSG, "recv", { fd: this.fd, reason });
  }

  #exchange(type: number, flags: number, payload: Uint8Array): Answer {
    const seq = ++this.#seq;
    const isDump = (flags & sys.NLM_F_DUMP) === sys.NLM_F_DUMP;
    const all = flags | sys.NLM_F_REQUEST | (isDump ? 0 : sys.NLM_F_ACK);
    sys.send(this.fd, encodeMessage(type, all, seq, checkBytes(payload, "payload")));
    const others: NetlinkMessage[] = [];
    this.#abandoned.add(seq);
    try {
      return this.#answer(seq, others);
    } finally {
      this.#keep(others);
    }
  }

  #answer(seq: number, others: NetlinkMessage[]): Answer {
    const messages: NetlinkMessage[] = [];
    let interrupted = false;
    let end: NetlinkMessage | undefined;
    while (!end) {
      for (const message of this.#receiveDuring() ?? this.#silence()) {
        if (!this.#isFor(seq, message)) {
          if (!this.#isLeftOver(message)) others.push(message);
        } else {
          interrupted ||= (message.flags & sys.NLM_F_DUMP_INTR) !== 0;
          if (isEnd(message)) end = message;
          else messages.push(message);
        }
      }
    }
    this.#abandoned.delete(seq);
    this.#check(end);
    return { messages, interrupted };
  }

  /** After an overrun notifications are lost, but the answer still arrives. */
  #receiveDuring(): NetlinkMessage[] | null {
    for (;;) {
      try {
        return this.#receiveNew();
      } catch (error) {
        if (!isSystemError(error, "ENOBUFS")) throw error;
        this.#overrun = true;
      }
    }
  }

  // Notifications that another socket's request causes carry the sequence number of that request. Some
  // protocols leave the port of an answer 0.
  #isFor(seq: number, message: NetlinkMessage): boolean {
    return message.seq === seq && (message.pid === this.#port || message.pid === 0);
  }

  /** Whether `message` answers a request that has already failed. */
  #isLeftOver(message: NetlinkMessage): boolean {
    if (!this.#abandoned.has(message.seq) || !this.#isFor(message.seq, message)) return false;
    if (isEnd(message)) this.#abandoned.delete(message.seq);
    return true;
  }

  #keep(messages: readonly NetlinkMessage[]): void {
    this.#kept.push(...messages);
    if (this.#kept.length <= MAX_KEPT_MESSAGES) return;
    this.#kept = [];
    this.#overrun = true;
  }

  #silence(): never {
    const reason = "the kernel did not answer";
    throw new SystemError(sys.errno.EPROTO, "netlink", { fd: this.fd, reason });
  }

  /** Throws the error of an end mark. Both end marks begin with 0 or an error number. */
  #check({ type, flags, payload }: NetlinkMessage): void {
    const { nlmsgerr, nlmsghdr } = sys.structs;
    const { error } = nlmsgerr.fields;
    const number = payload.length < error.size ? 0 : -readNumber(payload, error);
    if (number === 0) return;
    // For a single request, the error is followed by the request, then by the kernel's message.
    const request = payload.subarray(error.size);
    const isCapped = (flags & sys.NLM_F_CAPPED) !== 0 || request.length < nlmsghdr.sizeof;
    const wholeRequest = isCapped ? 0 : readNumber(request, nlmsghdr.fields.len);
    const size = alignUp(Math.max(wholeRequest, nlmsghdr.sizeof), sys.NLMSG_ALIGNTO);
    const rest = type === sys.NLMSG_DONE ? request : request.subarray(size);
    const hasWords = (flags & sys.NLM_F_ACK_TLVS) !== 0;
    const reason = hasWords ? textIn(attributesIn(rest).get(sys.NLMSGERR_ATTR_MSG)) : undefined;
    throw new SystemError(number, "netlink", { fd: this.fd, reason });
  }
}

/** Whether this is the last answer to a request. */
function isEnd({ type }: NetlinkMessage): boolean {
  return type === sys.NLMSG_DONE || type === sys.NLMSG_ERROR;
}

/** The port that bind(2) chose. */
function portOf(fd: number): number {
  const address = new Uint8Array(sys.structs.sockaddr_nl.sizeof);
  sys.getsockname(fd, address, new Uint32Array(1));
  return sys.readSockaddrNl(address)?.pid ?? 0;
}
