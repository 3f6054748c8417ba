import { INT32, readNumber } from "../memory/fields.ts";

/** The int in a control message, which may be a single byte; `null` if it is neither. */
export function readInt(data: Uint8Array): number | null {
  if (data.length === 1) return data[0]!;
  return data.length < INT32.size ? null : readNumber(data, INT32);
}
