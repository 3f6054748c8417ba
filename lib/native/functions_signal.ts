// The functions of signal.cc and signalfd.cc.
import type { Bytes } from "./functions.ts";

export interface SignalFunctions {
  pthread_sigmask(how: number, set: Bytes | null, oldset: Bytes | null): number;
  sigpending(set: Bytes): number;
  sigtimedwait(set: Bytes, info: Bytes, timeoutMs: number | Uint8Array): number;
  tgkill(tgid: number, tid: number, sig: number): number;
  sigqueue(pid: number, sig: number, value: number): number;

  // signalfd.cc
  signalfd(fd: number, mask: Bytes, flags: number): number;
}
