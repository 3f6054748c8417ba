import { native } from "../native/native.ts";

export const SCTP_ABORT: number = native.SCTP_ABORT;
export const SCTP_ADAPTATION_INDICATION: number = native.SCTP_ADAPTATION_INDICATION;
export const SCTP_ASSOC_CHANGE: number = native.SCTP_ASSOC_CHANGE;
export const SCTP_CANT_STR_ASSOC: number = native.SCTP_CANT_STR_ASSOC;
export const SCTP_COMM_LOST: number = native.SCTP_COMM_LOST;
export const SCTP_COMM_UP: number = native.SCTP_COMM_UP;
export const SCTP_EOF: number = native.SCTP_EOF;
export const SCTP_PARTIAL_DELIVERY_EVENT: number = native.SCTP_PARTIAL_DELIVERY_EVENT;
export const SCTP_PEER_ADDR_CHANGE: number = native.SCTP_PEER_ADDR_CHANGE;
export const SCTP_REMOTE_ERROR: number = native.SCTP_REMOTE_ERROR;
export const SCTP_RESTART: number = native.SCTP_RESTART;
export const SCTP_SEND_FAILED: number = native.SCTP_SEND_FAILED;
export const SCTP_SHUTDOWN_COMP: number = native.SCTP_SHUTDOWN_COMP;
export const SCTP_SHUTDOWN_EVENT: number = native.SCTP_SHUTDOWN_EVENT;
export const SCTP_UNORDERED: number = native.SCTP_UNORDERED;
