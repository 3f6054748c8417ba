import { checkBytes } from "../arguments.ts";
import { readNumber, UINT16, writeField } from "./fields.ts";

/** How many bytes the address family takes, with which each `struct sockaddr…` begins. */
export const FAMILY_SIZE: number = UINT16.size;

/** Memory for a `struct sockaddr…` of `size` bytes, with its family filled in. */
export function newSockaddr(family: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  writeField(bytes, UINT16, family, "family");
  return bytes;
}

/** The family of an address; 0, AF_UNSPEC, where there are too few bytes to say. */
export function familyOf(bytes: Uint8Array): number {
  return bytes.length < FAMILY_SIZE ? 0 : readNumber(bytes, UINT16);
}

/** Whether these are at least `size` bytes of an address of this family. */
export function isSockaddr(bytes: Uint8Array, family: number, size: number): boolean {
  return checkBytes(bytes, "bytes").length >= size && familyOf(bytes) === family;
}
