import { checkBytes } from "../arguments.ts";
import { readNumber, UINT16, writeField } from "./fields.ts";

/** The size of the address family, in bytes. Every `struct sockaddr…` begins with it. */
export const FAMILY_SIZE: number = UINT16.size;

/** A new `struct sockaddr…` of `size` bytes, with its family filled in. */
export function newSockaddr(family: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  writeField(bytes, UINT16, family, "family");
  return bytes;
}

/** The family of an address; 0 (AF_UNSPEC) if there are too few bytes. */
export function familyOf(bytes: Uint8Array): number {
  return bytes.length < FAMILY_SIZE ? 0 : readNumber(bytes, UINT16);
}

/** Whether `bytes` is an address of this family and has at least `size` bytes. */
export function isSockaddr(bytes: Uint8Array, family: number, size: number): boolean {
  return checkBytes(bytes, "bytes").length >= size && familyOf(bytes) === family;
}
