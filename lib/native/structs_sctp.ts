import type { Struct } from "./structs.ts";

/** The structures of SCTP: options, control messages and notifications. */
export interface SctpStructs {
  readonly sctp_add_streams: Struct<"assoc_id" | "instrms" | "outstrms">;
  readonly sctp_assoc_stats: Struct<
    "assoc_id",
    | "maxrto"
    | "isacks"
    | "osacks"
    | "opackets"
    | "ipackets"
    | "rtxchunks"
    | "outofseqtsns"
    | "idupchunks"
    | "gapcnt"
    | "ouodchunks"
    | "iuodchunks"
    | "oodchunks"
    | "iodchunks"
    | "octrlchunks"
    | "ictrlchunks"
  >;
  readonly sctp_assoc_value: Struct<"assoc_id" | "assoc_value">;
  readonly sctp_assocparams: Struct<
    | "assoc_id"
    | "asocmaxrxt"
    | "number_peer_destinations"
    | "peer_rwnd"
    | "local_rwnd"
    | "cookie_life"
  >;
  readonly sctp_authkeyid: Struct<"assoc_id" | "keynumber">;
  readonly sctp_default_prinfo: Struct<"assoc_id" | "value" | "policy">;
  readonly sctp_event: Struct<"assoc_id" | "type" | "on">;
  readonly sctp_event_subscribe: Struct<
    | "data_io_event"
    | "association_event"
    | "address_event"
    | "send_failure_event"
    | "peer_error_event"
    | "shutdown_event"
    | "partial_delivery_event"
    | "adaptation_layer_event"
    | "authentication_event"
    | "sender_dry_event"
  >;
  readonly sctp_getaddrs: Struct<"assoc_id" | "addr_num">;
  readonly sctp_initmsg: Struct<
    "num_ostreams" | "max_instreams" | "max_attempts" | "max_init_timeo"
  >;
  readonly sctp_paddrinfo: Struct<
    "assoc_id" | "address" | "state" | "cwnd" | "srtt" | "rto" | "mtu"
  >;
  readonly sctp_paddrparams: Struct<
    "assoc_id" | "address" | "hbinterval" | "pathmaxrxt" | "pathmtu" | "sackdelay" | "flags"
  >;
  readonly sctp_prim: Struct<"assoc_id" | "addr">;
  readonly sctp_rtoinfo: Struct<"assoc_id" | "initial" | "max" | "min">;
  readonly sctp_sack_info: Struct<"assoc_id" | "delay" | "freq">;
  readonly sctp_sndinfo: Struct<"sid" | "flags" | "ppid" | "context" | "assoc_id">;
  readonly sctp_sndrcvinfo: Struct<
    "stream" | "ssn" | "flags" | "ppid" | "context" | "timetolive" | "tsn" | "cumtsn" | "assoc_id"
  >;
  readonly sctp_status: Struct<
    | "assoc_id"
    | "state"
    | "rwnd"
    | "unackdata"
    | "penddata"
    | "instrms"
    | "outstrms"
    | "fragmentation_point"
  >;
  readonly sctp_assoc_change: Struct<
    | "type"
    | "flags"
    | "length"
    | "state"
    | "error"
    | "outbound_streams"
    | "inbound_streams"
    | "assoc_id"
  >;
  readonly sctp_paddr_change: Struct<
    "type" | "flags" | "length" | "aaddr" | "state" | "error" | "assoc_id"
  >;
  readonly sctp_shutdown_event: Struct<"type" | "flags" | "length" | "assoc_id">;
}
