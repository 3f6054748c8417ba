import { invalidArgType, invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { readerOf, writeNumbers } from "./fields.ts";
import type {
  RawControlMessage,
  ReceivedControl,
  SctpDestination,
  SctpInit,
  SctpReliability,
  SctpSendInfo,
} from "./messages.ts";

const level = sys.IPPROTO_SCTP;

/** The control messages of SCTP. */
export function encodeSctp(
  message: SctpSendInfo | SctpInit | SctpReliability | SctpDestination,
): RawControlMessage {
  switch (message.type) {
    case "SCTP_INIT":
      return { level, type: sys.SCTP_INIT, data: encodeInit(message) };
    case "SCTP_PRINFO": {
      const { policy, value } = message;
      const data = writeNumbers(sys.structs.sctp_prinfo, [
        ["policy", policy],
        ["value", value],
      ]);
      return { level, type: sys.SCTP_PRINFO, data };
    }
    case "SCTP_DSTADDRV4":
      return { level, type: sys.SCTP_DSTADDRV4, data: encodeAddress(sys.AF_INET, message) };
    case "SCTP_DSTADDRV6":
      return { level, type: sys.SCTP_DSTADDRV6, data: encodeAddress(sys.AF_INET6, message) };
    case "SCTP_SNDINFO":
      return { level, type: sys.SCTP_SNDINFO, data: encodeSendInfo(message) };
  }
}

function encodeSendInfo({ sid, flags, ppid, context, assoc_id }: SctpSendInfo): Uint8Array {
  return writeNumbers(sys.structs.sctp_sndinfo, [
    ["sid", sid],
    ["flags", flags],
    ["ppid", ppid],
    ["context", context],
    ["assoc_id", assoc_id],
  ]);
}

function encodeInit(message: SctpInit): Uint8Array {
  return writeNumbers(sys.structs.sctp_initmsg, [
    ["num_ostreams", message.num_ostreams],
    ["max_instreams", message.max_instreams],
    ["max_attempts", message.max_attempts],
    ["max_init_timeo", message.max_init_timeo],
  ]);
}

function encodeAddress(family: number, { address }: SctpDestination): Uint8Array {
  if (typeof address !== "string") throw invalidArgType("address", "a string", address);
  const bytes = sys.inetPton(family, address);
  if (!bytes) throw invalidArgValue("address", "an address of this family", address);
  return bytes;
}

/** `null`: it stays as it is. */
export function decodeSctp(type: number, data: Uint8Array): ReceivedControl | null {
  if (type !== sys.SCTP_RCVINFO) return null;
  const read = readerOf(sys.structs.sctp_rcvinfo, data);
  if (!read) return null;
  return {
    type: "SCTP_RCVINFO",
    ...{ sid: read("sid"), ssn: read("ssn"), flags: read("flags"), ppid: read("ppid") },
    ...{ tsn: read("tsn"), cumtsn: read("cumtsn"), context: read("context") },
    assoc_id: read("assoc_id"),
  };
}
