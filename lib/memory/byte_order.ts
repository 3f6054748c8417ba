import { endianness } from "node:os";

/** Whether this machine is little-endian. */
export const LITTLE_ENDIAN: boolean = endianness() === "LE";
