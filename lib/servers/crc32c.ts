// The polynomial of Castagnoli, bits reversed (RFC 9260, appendix A).
const POLYNOMIAL = 0x82f6_3b78;

/** Made by the first checksum: few proxies send one. */
let table: Uint32Array | null = null;

/**
 * The CRC-32C of all bytes so far.
 *
 * @param crc - that of the bytes before; 0 at the start
 */
export function updateCrc32c(crc: number, bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => remainderOf(byte));
  let rest = ~crc;
  for (const byte of bytes) rest = table[(rest ^ byte) & 0xff]! ^ (rest >>> 8);
  return ~rest >>> 0;
}

function remainderOf(byte: number): number {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
}
