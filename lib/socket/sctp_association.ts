import { type Address, kernelBytes } from "../address/address.ts";
import { encodeControl } from "../cmsg/codec.ts";
import { isSystemError } from "../errors.ts";
import { getOption } from "../options/options.ts";
import * as sys from "../sys/index.ts";

const NOTHING = [new Uint8Array(0)];
const GONE = ["EINVAL", "ENOENT", "ENOTCONN", "EPIPE"];

export function isSctp(fd: number): boolean {
  return sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_PROTOCOL) === sys.IPPROTO_SCTP;
}

/** Whether it is a SOCK_SEQPACKET of SCTP, which has many associations on one descriptor. */
export function isOneToMany(fd: number): boolean {
  return isSctp(fd) && sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE) === sys.SOCK_SEQPACKET;
}

/**
 * The id of a one-to-many socket's association with a peer; `null` if there is none. 0 before it begins:
 * many kernels give it its id then.
 */
export function associationWith(fd: number, peer: Address): number | null {
  return unlessGone(() => getOption(fd, "SCTP_GET_PEER_ADDR_INFO", { address: peer }).assoc_id);
}

/** SCTP_ESTABLISHED, SCTP_COOKIE_WAIT …; `null` if the association has ended. */
export function associationState(fd: number, assoc_id: number): number | null {
  return unlessGone(() => getOption(fd, "SCTP_STATUS", { assoc_id }).state);
}

/** Chunks that the peer has not taken yet; 0 if the association has ended. */
export function outstandingChunks(fd: number, assoc_id: number): number {
  const status = unlessGone(() => getOption(fd, "SCTP_STATUS", { assoc_id }));
  return status === null ? 0 : status.unackdata + status.penddata;
}

/** Cancels the attempt to begin an association. */
export function giveUpAssociation(fd: number, peer: Address): void {
  if (isOneToMany(fd)) abortAssociation(fd, peer);
  // It fails with ENOTCONN, but cancels the attempt.
  else unlessGone(() => sys.shutdown(fd, sys.SHUT_RDWR));
}

/** Aborts one association of a one-to-many socket immediately, and tells the peer. */
export function abortAssociation(fd: number, which: number | Address): void {
  const [assoc_id, peer] = typeof which === "number" ? [which, null] : [0, kernelBytes(which)];
  sendFlag(fd, sys.SCTP_ABORT, assoc_id, peer);
}

/** Ends one association of a one-to-many socket when the peer has received all that was sent to it. */
export function shutDownAssociation(fd: number, assoc_id: number): void {
  sendFlag(fd, sys.SCTP_EOF, assoc_id, null);
}

function sendFlag(fd: number, flags: number, assoc_id: number, peer: Uint8Array | null): void {
  const control = encodeControl([{ type: "SCTP_SNDINFO", sid: 0, flags, assoc_id }]);
  unlessGone(() => sys.sendmsg(fd, NOTHING, peer, control, sys.MSG_NOSIGNAL | sys.MSG_DONTWAIT));
}

function unlessGone<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (isSystemError(error, ...GONE)) return null;
    throw error;
  }
}
