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

/** Whether one descriptor has all its associations: a SOCK_SEQPACKET of SCTP. */
export function isOneToMany(fd: number): boolean {
  return isSctp(fd) && sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE) === sys.SOCK_SEQPACKET;
}

/**
 * The association of a one-to-many socket with a peer; `null` where there is none. 0 where it has not
 * begun yet: on many kernels it gets its id then.
 */
export function associationWith(fd: number, peer: Address): number | null {
  return unlessGone(() => getOption(fd, "SCTP_GET_PEER_ADDR_INFO", { address: peer }).assoc_id);
}

/** SCTP_ESTABLISHED, SCTP_COOKIE_WAIT …; `null` where the association is gone. */
export function associationState(fd: number, assoc_id: number): number | null {
  return unlessGone(() => getOption(fd, "SCTP_STATUS", { assoc_id }).state);
}

/** Chunks that the peer has not taken yet; 0 where the association is gone. */
export function outstandingChunks(fd: number, assoc_id: number): number {
  const status = unlessGone(() => getOption(fd, "SCTP_STATUS", { assoc_id }));
  return status === null ? 0 : status.unackdata + status.penddata;
}

/** Stops the kernel from trying to begin an association. */
export function giveUpAssociation(fd: number, peer: Address): void {
  if (isOneToMany(fd)) abortAssociation(fd, peer);
  // ENOTCONN, and yet it is done.
  else unlessGone(() => sys.shutdown(fd, sys.SHUT_RDWR));
}

/** Ends an association of many at once, of which the peer is told. */
export function abortAssociation(fd: number, which: number | Address): void {
  const [assoc_id, peer] = typeof which === "number" ? [which, null] : [0, kernelBytes(which)];
  sendFlag(fd, sys.SCTP_ABORT, assoc_id, peer);
}

/** Ends an association of many when the peer has all that was sent to it. */
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
