import { invalidArgType, invalidArgValue } from "../../arguments.ts";
import { readerOf, writeNumbers } from "../../memory/structs.ts";
import * as sys from "../../sys/index.ts";
import type {
  RawControlMessage,
  ReceivedControl,
  SctpDestination,
  SctpInit,
  SctpReliability,
  SctpSendInfo,
} from "../messages.ts";

const level = sys.IPPROTO_SCTP;

/** Encodes the control messages of SCTP. */
export function encodeSctp(
  message: SctpSendInfo | SctpInit | SctpReliability | SctpDestination,
): RawControlMessage {
  switch (message.type) {
    case "SCTP_INIT":
      return { level, type: sys.SCTP_INIT, data: encodeInit(message) };
    case "SCTP_PRINFO": {
      const { policy, value = 0 } = message;
      const data = writeNumbers(sys.structs.sctp_prinfo, { policy, value });
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

function encodeSendInfo(message: SctpSendInfo): Uint8Array {
  const { sid, flags = 0, ppid = 0, context = 0, assoc_id = 0 } = message;
  return writeNumbers(sys.structs.sctp_sndinfo, { sid, flags, ppid, context, assoc_id });
}

function encodeInit(message: SctpInit): Uint8Array {
  const { num_ostreams = 0, max_instreams = 0, max_attempts = 0, max_init_timeo = 0 } = message;
  const numbers = { num_ostreams, max_instreams, max_attempts, max_init_timeo };
  return writeNumbers(sys.structs.sctp_initmsg, numbers);
}

function encodeAddress(family: number, { address }: SctpDestination): Uint8Array {
  if (typeof address !== "string") throw invalidArgType("address", "a string", address);
  const bytes = sys.inetPton(family, address);
  if (!bytes) throw invalidArgValue("address", "an address of this family", address);
  return bytes;
}

/** `null`: the type is not known, and stays bytes. */
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
