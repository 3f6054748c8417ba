// A message of another thread: the number of a connection, then its bytes.

/** The size of what precedes the bytes. */
export const HEADER_BYTES = 8;

/** Instead of the number of a connection: all of them. */
export const EVERYONE = 0;

export function headerFor(addressee: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setFloat64(0, addressee);
  return header;
}

export function addresseeOf(message: Uint8Array, offset: number): number {
  return new DataView(message.buffer, message.byteOffset + offset, HEADER_BYTES).getFloat64(0);
}
