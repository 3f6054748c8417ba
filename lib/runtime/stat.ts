import { fstatSync, type Stats, statSync } from "node:fs";

/**
 * `fstat(2)` of any descriptor. Deno's `fstatSync` knows only those that Deno has opened; /proc leads to the same
 * file, and is there only where it is mounted.
 */
export const statOf: (fd: number) => Stats =
  "deno" in process.versions ? (fd) => statSync(`/proc/self/fd/${String(fd)}`) : fstatSync;
