import type { Address } from "../address/address.ts";
import type { Descriptor, Target } from "../descriptors/descriptor.ts";
import type { RawControlMessage } from "../sys/index.ts";

/** A control message as bytes, for types that are not decoded; its `type` is a number. */
export type { RawControlMessage };

/** SCM_RIGHTS to send: the receiver gets duplicates of the descriptors. */
export interface Rights {
  readonly type: "SCM_RIGHTS";
  /** The descriptors to send; they stay open here. */
  readonly descriptors: readonly Target[];
}

/** SCM_RIGHTS as received: new descriptors of this process, which the receiver closes. */
export interface ReceivedRights {
  readonly type: "SCM_RIGHTS";
  /** The received descriptors. */
  readonly descriptors: readonly Descriptor[];
}

/** SCM_CREDENTIALS: the sending process, checked by the kernel. Received with SO_PASSCRED. */
export interface Credentials {
  readonly type: "SCM_CREDENTIALS";
  /** The process id. */
  readonly pid: number;
  /** The user id. */
  readonly uid: number;
  /** The group id. */
  readonly gid: number;
}

/** SCM_PIDFD: a descriptor of the sending process. Received with SO_PASSPIDFD. */
export interface ProcessDescriptor {
  readonly type: "SCM_PIDFD";
  /** The pidfd; `null`: the process has ended. */
  readonly descriptor: Descriptor | null;
}

/** The time of reception, on the real-time clock. Received with SO_TIMESTAMP or SO_TIMESTAMPNS. */
export interface Timestamp {
  readonly type: "SCM_TIMESTAMP" | "SCM_TIMESTAMPNS";
  /** Nanoseconds since 1970; SCM_TIMESTAMP has whole microseconds. */
  readonly timeNs: bigint;
}

/** SO_RXQ_OVFL: datagrams dropped for lack of room. */
export interface Overflow {
  readonly type: "SO_RXQ_OVFL";
  /** How many, since the socket was opened. */
  readonly dropped: number;
}

/**
 * IP_PKTINFO. Received: the interface and destination of a datagram. Sent back unchanged, it makes the
 * answer leave from the address that the datagram was sent to.
 */
export interface Ipv4PacketInfo {
  readonly type: "IP_PKTINFO";
  /** Index of the interface; 0 lets the kernel choose. */
  readonly ifindex: number;
  /** The local address; when sending, the source address. */
  readonly spec_dst: string;
  /** The destination in the header. Ignored when sending. */
  readonly addr?: string;
}

/** IPV6_PKTINFO: as {@link Ipv4PacketInfo}. Received with IPV6_RECVPKTINFO. */
export interface Ipv6PacketInfo {
  readonly type: "IPV6_PKTINFO";
  /** Received: the destination. Sent: the source address. */
  readonly addr: string;
  /** Index of the interface; 0 lets the kernel choose. */
  readonly ifindex: number;
}

/** One byte of the header. Received with IP_RECVTTL, IPV6_RECVHOPLIMIT, IP_RECVTOS or IPV6_RECVTCLASS. */
export interface HeaderField {
  readonly type: "IP_TTL" | "IPV6_HOPLIMIT" | "IP_TOS" | "IPV6_TCLASS";
  /** 0 … 255. */
  readonly value: number;
}

/** An error of a datagram that was sent, from the error queue. Received with IP_RECVERR or IPV6_RECVERR. */
export interface ExtendedError {
  readonly type: "IP_RECVERR" | "IPV6_RECVERR";
  /** The code, as in `SystemError`: "ECONNREFUSED". */
  readonly code: string;
  /** The number, negative as in `SystemError`. */
  readonly errno: number;
  /** SO_EE_ORIGIN_…: where the error comes from. */
  readonly origin: number;
  /** The type of the ICMP message. */
  readonly icmpType: number;
  /** The code of the ICMP message. */
  readonly icmpCode: number;
  /** The MTU with EMSGSIZE; the first of the acknowledged calls with SO_EE_ORIGIN_ZEROCOPY. */
  readonly info: number;
  /** The last of the acknowledged calls with SO_EE_ORIGIN_ZEROCOPY. */
  readonly data: number;
  /** The sender of the ICMP message; `null` if there was none. */
  readonly offender: Address | null;
}

/**
 * UDP_SEGMENT to send: the kernel splits the buffer into datagrams of this size. UDP_GRO as received: the
 * kernel has joined datagrams of this size.
 */
export interface SegmentSize {
  readonly type: "UDP_SEGMENT" | "UDP_GRO";
  /** Bytes; the last datagram may have fewer. */
  readonly segmentSize: number;
}

/** SCTP_SNDINFO: how a message is sent. */
export interface SctpSendInfo {
  readonly type: "SCTP_SNDINFO";
  /** The stream number. */
  readonly sid: number;
  /** SCTP_UNORDERED, SCTP_EOF, … Default: 0. */
  readonly flags?: number;
  /** The payload protocol, sent without changing its byte order. Default: 0. */
  readonly ppid?: number;
  /** Returned with an error about this message. Default: 0. */
  readonly context?: number;
  /** The association, on a one-to-many socket. Default: 0. */
  readonly assoc_id?: number;
}

/** SCTP_INIT: settings of the association that the message opens. */
export interface SctpInit {
  readonly type: "SCTP_INIT";
  /** The number of outbound streams to request. Default: the kernel's. */
  readonly num_ostreams?: number;
  /** The most inbound streams to accept. Default: the kernel's. */
  readonly max_instreams?: number;
  /** How often to send INIT. Default: the kernel's. */
  readonly max_attempts?: number;
  /** The longest retransmission timeout of INIT, in milliseconds. Default: the kernel's. */
  readonly max_init_timeo?: number;
}

/**
 * SCTP_PRINFO: when a message is abandoned. Do not use it for the message that opens an association: Linux
 * abandons that one immediately.
 */
export interface SctpReliability {
  readonly type: "SCTP_PRINFO";
  /** SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_PRIO or SCTP_PR_SCTP_NONE. */
  readonly policy: number;
  /** Milliseconds, retransmissions or a priority, as `policy` says. */
  readonly value?: number;
}

/** SCTP_DSTADDRV4, SCTP_DSTADDRV6: another address of the peer, for a message that opens an association. */
export interface SctpDestination {
  readonly type: "SCTP_DSTADDRV4" | "SCTP_DSTADDRV6";
  /** The additional address of the peer. */
  readonly address: string;
}

/** SCTP_RCVINFO: how a message was received. Requested with SCTP_RECVRCVINFO. */
export interface SctpReceiveInfo {
  readonly type: "SCTP_RCVINFO";
  /** The stream number. */
  readonly sid: number;
  /** The number of the message in its stream. */
  readonly ssn: number;
  /** SCTP_UNORDERED, or 0. */
  readonly flags: number;
  /** The payload protocol, as the peer sent it. */
  readonly ppid: number;
  /** The transmission sequence number of the first chunk. */
  readonly tsn: number;
  /** The cumulative transmission sequence number, for unordered messages. */
  readonly cumtsn: number;
  /** The value of the option SCTP_CONTEXT. */
  readonly context: number;
  /** The association. */
  readonly assoc_id: number;
}

/** A control message that can be sent. */
export type ControlMessage =
  | Rights
  | Credentials
  | Ipv4PacketInfo
  | Ipv6PacketInfo
  | HeaderField
  | SegmentSize
  | SctpSendInfo
  | SctpInit
  | SctpReliability
  | SctpDestination
  | RawControlMessage;

/** A control message that can be received. */
export type ReceivedControl =
  | ReceivedRights
  | Credentials
  | ProcessDescriptor
  | Timestamp
  | Overflow
  | Ipv4PacketInfo
  | Ipv6PacketInfo
  | HeaderField
  | ExtendedError
  | SegmentSize
  | SctpReceiveInfo
  | RawControlMessage;
