import { SystemError, isSystemError } from "../errors.ts";
import { readerOf } from "../memory/structs.ts";
import * as sys from "../sys/index.ts";
import { Socket, type SocketOptions } from "./socket.ts";

/** An association has begun, ended or changed; `state` says which. */
export interface SctpAssociationChange {
  readonly type: "SCTP_ASSOC_CHANGE";
  /** SCTP_COMM_UP, SCTP_COMM_LOST, SCTP_RESTART, SCTP_SHUTDOWN_COMP or SCTP_CANT_STR_ASSOC. */
  readonly state: number;
  /** The error cause sent by the peer; 0: no error. */
  readonly error: number;
  /** The number of outbound streams. */
  readonly outbound_streams: number;
  /** The number of inbound streams. */
  readonly inbound_streams: number;
  /** The association. */
  readonly assoc_id: number;
}

/** The peer will send no more. */
export interface SctpShutdownEvent {
  readonly type: "SCTP_SHUTDOWN_EVENT";
  /** The association. */
  readonly assoc_id: number;
}

/** Any other notification. */
export interface SctpOtherNotification {
  /** The number of SCTP_PEER_ADDR_CHANGE, SCTP_SEND_FAILED, SCTP_REMOTE_ERROR… */
  readonly type: number;
  /** The whole notification, in the kernel's layout. */
  readonly bytes: Uint8Array;
}

/** The result of {@link decodeSctpNotification}. */
export type SctpNotification = SctpAssociationChange | SctpShutdownEvent | SctpOtherNotification;

/**
 * Decodes a notification: a message that was received with MSG_NOTIFICATION in its flags. The option
 * SCTP_EVENTS requests them.
 *
 * @param bytes - the received bytes; if they are cut off, the result has type 0
 * @see https://man7.org/linux/man-pages/man7/sctp.7.html
 */
export function decodeSctpNotification(bytes: Uint8Array): SctpNotification {
  const change = readerOf(sys.structs.sctp_assoc_change, bytes);
  if (change?.("type") === sys.SCTP_ASSOC_CHANGE) {
    return {
      type: "SCTP_ASSOC_CHANGE",
      ...{ state: change("state"), error: change("error"), assoc_id: change("assoc_id") },
      outbound_streams: change("outbound_streams"),
      inbound_streams: change("inbound_streams"),
    };
  }
  const event = readerOf(sys.structs.sctp_shutdown_event, bytes);
  if (event?.("type") === sys.SCTP_SHUTDOWN_EVENT) {
    return { type: "SCTP_SHUTDOWN_EVENT", assoc_id: event("assoc_id") };
  }
  return { type: event?.("type") ?? 0, bytes: new Uint8Array(bytes) };
}

/**
 * Opens an SCTP socket. One-to-one sockets (SOCK_STREAM) are used like those of TCP; a one-to-many socket
 * (SOCK_SEQPACKET) has all its associations on one descriptor.
 *
 * @param family - AF_INET or AF_INET6
 * @throws SystemError EPROTONOSUPPORT, ESOCKTNOSUPPORT: the kernel has no SCTP; the message says so
 */
export function openSctp(family: number, type: number, options?: SocketOptions): Socket {
  try {
    return Socket.open(family, type, sys.IPPROTO_SCTP, options);
  } catch (error) {
    if (!isSystemError(error, "EPROTONOSUPPORT", "ESOCKTNOSUPPORT")) throw error;
    const reason = "this kernel has no SCTP; its module is called sctp";
    throw new SystemError(-error.errno, error.syscall, { reason });
  }
}

/**
 * sctp_peeloff(3): moves one association of a one-to-many socket to a new socket, which is non-blocking and
 * close-on-exec.
 *
 * @param association - its id, from SCTP_RCVINFO or a notification
 * @throws SystemError EINVAL: no such association
 */
export function peelOff(socket: Socket, association: number): Socket {
  const query = { assoc_id: association, flags: sys.SOCK_NONBLOCK };
  const peeled = socket.getOption("SCTP_SOCKOPT_PEELOFF_FLAGS", query);
  return Socket.fromFd(peeled.detach());
}
