/** Changes bytes in place: `length` of them from `offset`. */
export type Transform = (buffer: Uint8Array, offset: number, length: number) => void;

/** The names of the transforms of an {@link EchoServer}. */
export const TRANSFORMS = ["none", "upper"] as const;

/** One of {@link TRANSFORMS}. */
export type TransformName = (typeof TRANSFORMS)[number];

const LOWER_A = 0x61;
const LOWER_Z = 0x7a;
const CASE_BIT = 0x20;

/** a … z become A … Z; every other byte stays as it is. */
export function upper(buffer: Uint8Array, offset: number, length: number): void {
  for (let index = offset; index < offset + length; index++) {
    const byte = buffer[index]!;
    if (byte >= LOWER_A && byte <= LOWER_Z) buffer[index] = byte ^ CASE_BIT;
  }
}
