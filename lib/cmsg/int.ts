import { INT32, readNumber } from "../memory/fields.ts";

/** The int that a control message holds; a single byte counts as one. `null` where there is neither. */
export function readInt(data: Uint8Array): number | null {
  if (data.length === 1) return data[0]!;
  return data.length < INT32.size ? null : readNumber(data, INT32);
}
