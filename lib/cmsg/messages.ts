import type { Address } from "../address/address.ts";
import type { Descriptor, Target } from "../descriptors/descriptor.ts";
import type { RawControlMessage } from "../sys/index.ts";

/** The bytes of a control message that has no type of its own here; `type` is a number then. */
export type { RawControlMessage };

/** SCM_RIGHTS to send: descriptors that the receiver gets duplicates of. */
export interface Rights {
  readonly type: "SCM_RIGHTS";
  /** What to send; it stays open here. */
  readonly descriptors: readonly Target[];
}

/** SCM_RIGHTS as received: descriptors of this process, which the receiver closes. */
export interface ReceivedRights {
  readonly type: "SCM_RIGHTS";
  /** What came in. */
  readonly descriptors: readonly Descriptor[];
}

/** SCM_CREDENTIALS: the sender. The kernel checks them when sent. Received with SO_PASSCRED. */
export interface Credentials {
  readonly type: "SCM_CREDENTIALS";
  /** The process. */
  readonly pid: number;
  /** Its user. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
}

/** SCM_PIDFD: the process that sends, as a descriptor; `null`: there is none. With SO_PASSPIDFD. */
export interface ProcessDescriptor {
  readonly type: "SCM_PIDFD";
  /** The pidfd. */
  readonly descriptor: Descriptor | null;
}

/** When the datagram was received, on the real-time clock. With SO_TIMESTAMP or SO_TIMESTAMPNS. */
export interface Timestamp {
  readonly type: "SCM_TIMESTAMP" | "SCM_TIMESTAMPNS";
  /** Nanoseconds since 1970; SCM_TIMESTAMP has whole microseconds. */
  readonly timeNs: bigint;
}

/** SO_RXQ_OVFL: how many datagrams were dropped for lack of room since the socket was opened. */
export interface Overflow {
  readonly type: "SO_RXQ_OVFL";
  /** How many. */
  readonly dropped: number;
}

/**
 * IP_PKTINFO. Received: where the datagram came in, and whom it was for. Sent as it was received, the
 * answer leaves from the address that was asked.
 */
export interface Ipv4PacketInfo {
  readonly type: "IP_PKTINFO";
  /** Index of the interface; 0 lets the kernel choose. */
  readonly ifindex: number;
  /** The local address: the sender's, of what is sent. */
  readonly spec_dst: string;
  /** The destination in the header. Not looked at when sending. */
  readonly addr?: string;
}

/** IPV6_PKTINFO: as {@link Ipv4PacketInfo}. With IPV6_RECVPKTINFO. */
export interface Ipv6PacketInfo {
  readonly type: "IPV6_PKTINFO";
  /** The destination of what came in; the sender's address of what is sent. */
  readonly addr: string;
  /** Index of the interface; 0 lets the kernel choose. */
  readonly ifindex: number;
}

/** One byte of the header: with IP_RECVTTL, IPV6_RECVHOPLIMIT, IP_RECVTOS, IPV6_RECVTCLASS. */
export interface HeaderField {
  readonly type: "IP_TTL" | "IPV6_HOPLIMIT" | "IP_TOS" | "IPV6_TCLASS";
  /** 0 … 255. */
  readonly value: number;
}

/** What went wrong with something that was sent: from the error queue, with IP_RECVERR. */
export interface ExtendedError {
  readonly type: "IP_RECVERR" | "IPV6_RECVERR";
  /** As `SystemError` has it: "ECONNREFUSED". */
  readonly code: string;
  /** Negative, as `SystemError` has it. */
  readonly errno: number;
  /** SO_EE_ORIGIN_…: who says so. */
  readonly origin: number;
  /** Type and code of the ICMP message. */
  readonly icmpType: number;
  /** See `icmpType`. */
  readonly icmpCode: number;
  /** The MTU with EMSGSIZE; the first of the acknowledged calls with SO_EE_ORIGIN_ZEROCOPY. */
  readonly info: number;
  /** The last of the acknowledged calls with SO_EE_ORIGIN_ZEROCOPY. */
  readonly data: number;
  /** Who sent the ICMP message; `null` where nobody did. */
  readonly offender: Address | null;
}

/**
 * UDP_SEGMENT to send: the kernel cuts the buffer into datagrams of this size. UDP_GRO as received:
 * it has put datagrams of this size together.
 */
export interface SegmentSize {
  readonly type: "UDP_SEGMENT" | "UDP_GRO";
  /** Bytes; the last datagram may have fewer. */
  readonly segmentSize: number;
}

/** SCTP_SNDINFO: how a message is sent. `ppid` goes out as it is: choose its byte order. */
export interface SctpSendInfo {
  readonly type: "SCTP_SNDINFO";
  /** The stream. */
  readonly sid: number;
  /** SCTP_UNORDERED, SCTP_EOF, … Default: 0. */
  readonly flags?: number;
  /** The payload protocol. Default: 0. */
  readonly ppid?: number;
  /** Comes back with an error about this message. Default: 0. */
  readonly context?: number;
  /** The association, on a socket with many. Default: 0. */
  readonly assoc_id?: number;
}

/** SCTP_INIT: how an association begins that the message opens. Fields that are left out are 0. */
export interface SctpInit {
  readonly type: "SCTP_INIT";
  /** How many streams to ask for to send in. Default: the kernel's. */
  readonly num_ostreams?: number;
  /** How many streams the peer may send in. Default: the kernel's. */
  readonly max_instreams?: number;
  /** How often to ask the peer. Default: the kernel's. */
  readonly max_attempts?: number;
  /** Milliseconds. */
  readonly max_init_timeo?: number;
}

/**
 * SCTP_PRINFO: when a message is given up. Not for the message that opens an association: Linux gives it
 * up at once.
 */
export interface SctpReliability {
  readonly type: "SCTP_PRINFO";
  /** SCTP_PR_SCTP_TTL, SCTP_PR_SCTP_RTX, SCTP_PR_SCTP_PRIO or SCTP_PR_SCTP_NONE. */
  readonly policy: number;
  /** Milliseconds, retransmissions or a priority, as `policy` says. */
  readonly value?: number;
}

/** SCTP_DSTADDRV4, SCTP_DSTADDRV6: one more address of the peer that the message opens an association to. */
export interface SctpDestination {
  readonly type: "SCTP_DSTADDRV4" | "SCTP_DSTADDRV6";
  /** The address of the peer to send to. */
  readonly address: string;
}

/** SCTP_RCVINFO: how a message came in. With SCTP_RECVRCVINFO. */
export interface SctpReceiveInfo {
  readonly type: "SCTP_RCVINFO";
  /** The stream, and the number of the message in it. */
  readonly sid: number;
  /** The number of the message in its stream. */
  readonly ssn: number;
  /** SCTP_UNORDERED. */
  readonly flags: number;
  /** The payload protocol, as the peer gave it. */
  readonly ppid: number;
  /** The transmission sequence number of the first part. */
  readonly tsn: number;
  /** The cumulative one, of unordered messages. */
  readonly cumtsn: number;
  /** What SCTP_CONTEXT has set. */
  readonly context: number;
  /** The association. */
  readonly assoc_id: number;
}

/** What can be sent beside the data. */
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

/** What can come in beside the data. */
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
