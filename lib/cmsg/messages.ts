import type { Address } from "../address/address.ts";
import type { Descriptor, Target } from "../descriptors/descriptor.ts";
import type { RawControlInput, RawControlMessage } from "../sys/index.ts";

/** A control message as bytes, for types that are not decoded; its `type` is a number. */
export type { RawControlInput, RawControlMessage };

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

/**
 * SCM_TIMESTAMPING: when a packet was received or, on the error queue, sent. Received with SO_TIMESTAMPING. Each time is in
 * nanoseconds, and `null` if it was not taken.
 */
export interface Timestamps {
  readonly type: "SCM_TIMESTAMPING";
  /** By the kernel, since 1970 on the real-time clock. Requested with SOF_TIMESTAMPING_SOFTWARE. */
  readonly softwareNs: bigint | null;
  /** By the device, converted to system time. Only old kernels have it (SOF_TIMESTAMPING_SYS_HARDWARE). */
  readonly legacyNs: bigint | null;
  /** By the device, on a clock of its own. Requested with SOF_TIMESTAMPING_RAW_HARDWARE. */
  readonly hardwareNs: bigint | null;
}

/** SCM_TXTIME to send: when the packet leaves. For a socket with SO_TXTIME, and a queueing discipline that knows it. */
export interface TransmitTime {
  readonly type: "SCM_TXTIME";
  /** Nanoseconds on the clock of SO_TXTIME. */
  readonly timeNs: bigint;
}

/** SCM_SECURITY: the security context of the sender, such as SELinux's. Received with SO_PASSSEC or IP_PASSSEC. */
export interface SecurityContext {
  readonly type: "SCM_SECURITY";
  /** The context as text. */
  readonly context: string;
}

/** The destination of a datagram before a firewall redirected it. Received with IP_RECVORIGDSTADDR or IPV6_RECVORIGDSTADDR. */
export interface OriginalDestination {
  readonly type: "IP_ORIGDSTADDR" | "IPV6_ORIGDSTADDR";
  /** The address and the port. */
  readonly address: Address;
}

/** The type of a TLS record, on a socket with kernel TLS: TLS_SET_RECORD_TYPE to send, TLS_GET_RECORD_TYPE as received. */
export interface TlsRecordType {
  readonly type: "TLS_SET_RECORD_TYPE" | "TLS_GET_RECORD_TYPE";
  /** As in RFC 8446: 21 is an alert, 22 handshake, 23 application data. */
  readonly recordType: number;
}

/** ALG_SET_OP to send to an AF_ALG socket: what to do with the data. */
export interface AlgorithmOperation {
  readonly type: "ALG_SET_OP";
  /** ALG_OP_ENCRYPT or ALG_OP_DECRYPT. */
  readonly op: number;
}

/** ALG_SET_IV to send to an AF_ALG socket: the initialization vector. */
export interface InitializationVector {
  readonly type: "ALG_SET_IV";
  /** As long as the algorithm requires. */
  readonly iv: NodeJS.ArrayBufferView;
}

/** ALG_SET_AEAD_ASSOCLEN to send to an AF_ALG socket: how much of the data is only authenticated. */
export interface AssociatedData {
  readonly type: "ALG_SET_AEAD_ASSOCLEN";
  /** Bytes at the start of the data. */
  readonly sizeBytes: number;
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

/**
 * MSG_ZEROCOPY: the kernel no longer uses the memory of some calls of send(2), which may be changed now. From the error
 * queue (MSG_ERRQUEUE), of a socket with SO_ZEROCOPY. The calls with MSG_ZEROCOPY are counted from 0 on, up to 2^32 - 1.
 */
export interface ZeroCopyCompletion {
  readonly type: "MSG_ZEROCOPY";
  /** The first call that has completed. */
  readonly from: number;
  /** The last call that has completed, included. Below `from` after the counter began again. */
  readonly to: number;
  /** Whether the kernel has copied the data after all: MSG_ZEROCOPY then costs more than it saves. */
  readonly copied: boolean;
}

/** Which point a packet that was sent has reached: SCM_TSTAMP_… . */
export type TimestampStage = "sent" | "scheduled" | "acknowledged" | "completed";

/**
 * What a {@link Timestamps} in the same message of the error queue is the time of. Requested with
 * SOF_TIMESTAMPING_TX_….
 */
export interface TimestampPoint {
  readonly type: "SO_EE_ORIGIN_TIMESTAMPING";
  /** SCM_TSTAMP_SND, _SCHED, _ACK or _COMPLETION; `null`: another one. */
  readonly stage: TimestampStage | null;
  /** `ee_info`: the number of the stage. */
  readonly info: number;
  /**
   * `ee_data`. With SOF_TIMESTAMPING_OPT_ID, which packet it is: datagrams are counted from 0 on, and for a stream it is
   * the last byte of the call. Else 0.
   */
  readonly id: number;
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
  /** `ee_info`: the MTU with EMSGSIZE; with SO_EE_ORIGIN_TXTIME the lower half of the time that was missed. */
  readonly info: number;
  /** `ee_data`: with SO_EE_ORIGIN_TXTIME the upper half of that time. */
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
  | TransmitTime
  | TlsRecordType
  | AlgorithmOperation
  | InitializationVector
  | AssociatedData
  | RawControlInput;

/** A control message that can be received. */
export type ReceivedControl =
  | ReceivedRights
  | Credentials
  | ProcessDescriptor
  | Timestamp
  | Timestamps
  | TimestampPoint
  | ZeroCopyCompletion
  | SecurityContext
  | OriginalDestination
  | TlsRecordType
  | Overflow
  | Ipv4PacketInfo
  | Ipv6PacketInfo
  | HeaderField
  | ExtendedError
  | SegmentSize
  | SctpReceiveInfo
  | RawControlMessage;
