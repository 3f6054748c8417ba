import { invalidArgValue, checkInteger } from "../../arguments.ts";
import * as sys from "../../sys/index.ts";
import type { RawControlMessage, TlsRecordType } from "../messages.ts";

const MAX_BYTE = 255;

/** Encodes the control message of kernel TLS. */
export function encodeTls({ type, recordType }: TlsRecordType): RawControlMessage {
  if (type !== "TLS_SET_RECORD_TYPE") throw invalidArgValue("type", "one that can be sent", type);
  const data = Uint8Array.of(checkInteger(recordType, "recordType", 0, MAX_BYTE));
  return { level: sys.SOL_TLS, type: sys.TLS_SET_RECORD_TYPE, data };
}

/** `null`: the type is not known, and stays bytes. */
export function decodeTls(type: number, data: Uint8Array): TlsRecordType | null {
  const [recordType] = data;
  if (type !== sys.TLS_GET_RECORD_TYPE || recordType === undefined) return null;
  return { type: "TLS_GET_RECORD_TYPE", recordType };
}
