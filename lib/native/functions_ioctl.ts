import type { Bytes } from "./functions.ts";

/** The functions of ioctl.cc. */
export interface IoctlFunctions {
  ioctl(fd: number, op: number, argp: Bytes): number;
  ioctl_size(op: number): number;
  ioctl_gets_zeros(op: number): boolean;
  ioctl_ifconf(fd: number, req: Bytes): number;
}
