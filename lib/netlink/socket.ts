import { Descriptor } from "../descriptors/descriptor.ts";
import { SystemError } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { alignUp } from "../memory/records.ts";
import * as sys from "../sys/index.ts";
import { attributesIn, encodeMessage, messagesIn, type NetlinkMessage, textIn } from "./message.ts";

// The kernel fills at most 32 KiB of what a dump offers it; one notification may be longer.
const BUFFER_SIZE = 128 * 1024;
const MAX_DUMPS = 10;

/**
 * Owns a netlink(7) socket to the kernel, close-on-exec and non-blocking. The kernel answers within
 * send(2) and recv(2), so no request ever waits.
 */
export class NetlinkSocket extends Descriptor {
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #seq = 0;

  /**
   * @param protocol - NETLINK_ROUTE, …
   * @param groups - multicast groups to listen to, one bit each
   * @throws SystemError EPROTONOSUPPORT: no such protocol. EPERM: a group for the privileged
   */
  constructor(protocol: number, groups = 0) {
    super(
      sys.socket(sys.AF_NETLINK, sys.SOCK_RAW | sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK, protocol),
    );
    try {
      sys.bind(this.fd, sys.sockaddrNl(0, groups));
      // Connected to the kernel: it lets nobody else send to this socket.
      sys.connect(this.fd, sys.sockaddrNl(0));
      sys.setsockopt(this.fd, sys.SOL_NETLINK, sys.NETLINK_EXT_ACK, 1);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Asks for all of a kind, and again where a change came between.
   *
   * @param type - RTM_GETLINK, …
   * @param payload - the structure that the request begins with, and attributes
   * @throws SystemError what the kernel answers, with its own words as `reason`
   */
  dump(type: number, payload: Uint8Array): NetlinkMessage[] {
    for (let count = 0; count < MAX_DUMPS; count++) {
      const messages = this.request(type, sys.NLM_F_DUMP, payload);
      if (!messages.some(({ flags }) => flags & sys.NLM_F_DUMP_INTR)) return messages;
    }
    const reason = "changes interrupted it every time";
    throw new SystemError(sys.errno.EINTR, "netlink", { fd: this.fd, reason });
  }

  /**
   * Sends a request and returns what the kernel answers, without the end mark.
   *
   * @param flags - NLM_F_…; NLM_F_REQUEST, and NLM_F_ACK but for dumps, are added
   * @throws SystemError what the kernel answers (NLMSG_ERROR), with its own words as `reason`
   */
  request(type: number, flags: number, payload: Uint8Array): NetlinkMessage[] {
    const seq = ++this.#seq;
    const isDump = (flags & sys.NLM_F_DUMP) === sys.NLM_F_DUMP;
    const all = flags | sys.NLM_F_REQUEST | (isDump ? 0 : sys.NLM_F_ACK);
    sys.send(this.fd, encodeMessage(type, all, seq, payload));
    const answers: NetlinkMessage[] = [];
    for (;;) {
      for (const message of this.receive() ?? this.#silence()) {
        if (message.seq !== seq) continue; // what an earlier request that failed left behind
        if (message.type !== sys.NLMSG_DONE && message.type !== sys.NLMSG_ERROR) {
          answers.push(message);
          continue;
        }
        this.#check(message);
        return answers;
      }
    }
  }

  /**
   * The messages of one recv(2); `null` where there are none yet.
   *
   * @throws SystemError ENOBUFS: notifications came faster than they were read, and some are lost
   */
  receive(): NetlinkMessage[] | null {
    const length = sys.recv(this.fd, this.#buffer, 0, BUFFER_SIZE, sys.MSG_TRUNC);
    if (length === null) return null;
    if (length > BUFFER_SIZE) {
      const reason = `a message of ${String(length)} bytes`;
      throw new SystemError(sys.errno.EMSGSIZE, "recv", { fd: this.fd, reason });
    }
    return messagesIn(this.#buffer.slice(0, length));
  }

  #silence(): never {
    const reason = "the kernel did not answer";
    throw new SystemError(sys.errno.EPROTO, "netlink", { fd: this.fd, reason });
  }

  /** Both end marks begin with 0 or an error. */
  #check({ type, flags, payload }: NetlinkMessage): void {
    const { nlmsgerr, nlmsghdr } = sys.structs;
    const number = payload.length < 4 ? 0 : -readNumber(payload, nlmsgerr.fields.error);
    if (number === 0) return;
    const start = nlmsgerr.fields.error.size;
    // Behind the error of a single request is the request, then what the kernel has to say.
    const request = payload.subarray(start);
    const wholeRequest = flags & sys.NLM_F_CAPPED ? 0 : readNumber(request, nlmsghdr.fields.len);
    const size = Math.max(wholeRequest, nlmsghdr.sizeof);
    const rest = type === sys.NLMSG_DONE ? request : request.subarray(alignUp(size, 4));
    const hasWords = (flags & sys.NLM_F_ACK_TLVS) !== 0;
    const reason = hasWords ? textIn(attributesIn(rest).get(sys.NLMSGERR_ATTR_MSG)) : undefined;
    throw new SystemError(number, "netlink", { fd: this.fd, reason });
  }
}
