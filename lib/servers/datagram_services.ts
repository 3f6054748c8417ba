import { chargenText } from "./chargen_text.ts";
import { daytimeText } from "./daytime_text.ts";
import type { Service } from "./services.ts";

/**
 * Writes the answer to one datagram over it, from `offset` on.
 *
 * @param length - of the datagram, in bytes
 * @param room - the maximum length of the answer
 * @returns the length of the answer
 */
export type DatagramService = (
  data: Uint8Array,
  offset: number,
  length: number,
  room: number,
) => number;

const MAX_CHARGEN = 512;
const CHARGEN = chargenText(MAX_CHARGEN);

/** The UDP forms of RFC 862, 863, 864 and 867. `null`: no datagram is answered. */
export const DATAGRAM_SERVICES: Readonly<Record<Service, DatagramService | null>> = {
  echo: (_data, _offset, length) => length,
  discard: null,
  // The datagram does not matter, and the length is random: 0 to 512 characters.
  chargen(data, offset, _length, room) {
    const length = Math.floor(Math.random() * (Math.min(MAX_CHARGEN, room) + 1));
    data.set(CHARGEN.subarray(0, length), offset);
    return length;
  },
  daytime(data, offset, _length, room) {
    const text = Buffer.from(daytimeText()).subarray(0, room);
    data.set(text, offset);
    return text.length;
  },
};
