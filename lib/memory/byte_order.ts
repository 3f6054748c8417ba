import { endianness } from "node:os";

/** Whether this machine keeps the lowest byte of a number first. */
export const LITTLE_ENDIAN: boolean = endianness() === "LE";
