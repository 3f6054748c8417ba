import * as sys from "../sys/index.ts";
import { readerOf, writeNumbers } from "./fields.ts";
import type { RawControlMessage, ReceivedControl, SctpSendInfo } from "./messages.ts";

/** The control messages of SCTP. */
export function encodeSctp(message: SctpSendInfo): RawControlMessage {
  const { sid, flags, ppid, context, assoc_id } = message;
  const data = writeNumbers(sys.structs.sctp_sndinfo, [
    ["sid", sid],
    ["flags", flags],
    ["ppid", ppid],
    ["context", context],
    ["assoc_id", assoc_id],
  ]);
  return { level: sys.IPPROTO_SCTP, type: sys.SCTP_SNDINFO, data };
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
