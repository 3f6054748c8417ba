import { descriptorOf, type Target } from "./descriptor.ts";
import * as sys from "./sys/index.ts";

/** What F_GETFL says: O_RDWR, O_NONBLOCK, O_ASYNC … */
export function statusFlags(target: Target): number {
  return sys.fcntl(descriptorOf(target), sys.F_GETFL);
}

/** Sets these of O_APPEND, O_ASYNC, O_DIRECT and O_NONBLOCK, and keeps the others. */
export function addStatusFlags(target: Target, flags: number): void {
  change(target, (now) => now | flags);
}

/** Clears these of O_APPEND, O_ASYNC, O_DIRECT and O_NONBLOCK, and keeps the others. */
export function removeStatusFlags(target: Target, flags: number): void {
  change(target, (now) => now & ~flags);
}

function change(target: Target, wanted: (flags: number) => number): void {
  const fd = descriptorOf(target);
  const now = sys.fcntl(fd, sys.F_GETFL);
  if (wanted(now) !== now) sys.fcntl(fd, sys.F_SETFL, wanted(now));
}

/** Whether programs that this process executes go without the descriptor (FD_CLOEXEC). */
export function isCloseOnExec(target: Target): boolean {
  return (sys.fcntl(descriptorOf(target), sys.F_GETFD) & sys.FD_CLOEXEC) !== 0;
}

/** Changes FD_CLOEXEC, and keeps the other flags. */
export function setCloseOnExec(target: Target, closeOnExec: boolean): void {
  const fd = descriptorOf(target);
  const now = sys.fcntl(fd, sys.F_GETFD);
  const wanted = closeOnExec ? now | sys.FD_CLOEXEC : now & ~sys.FD_CLOEXEC;
  if (wanted !== now) sys.fcntl(fd, sys.F_SETFD, wanted);
}

/** Who gets SIGIO (with O_ASYNC) and SIGURG for a descriptor; all but one are undefined. */
export interface SignalOwner {
  readonly pid?: number;
  readonly processGroup?: number;
  /** One thread of this process: gettid(2). */
  readonly thread?: number;
}

/** F_GETOWN_EX: who gets the signals; `null` when nobody does. */
export function signalOwner(target: Target): SignalOwner | null {
  const owner = sys.fcntlOwner(descriptorOf(target), sys.F_GETOWN_EX, new Int32Array(2));
  const [type, id = 0] = owner;
  if (id === 0) return null;
  if (type === sys.F_OWNER_PGRP) return { processGroup: id };
  return type === sys.F_OWNER_TID ? { thread: id } : { pid: id };
}

/** F_SETOWN_EX: sends the signals to a process, a group or a thread; `null`: to nobody. */
export function setSignalOwner(target: Target, owner: SignalOwner | null): void {
  const { pid = 0, processGroup, thread } = owner ?? {};
  const words = Int32Array.of(sys.F_OWNER_PID, pid);
  if (processGroup !== undefined) words.set([sys.F_OWNER_PGRP, processGroup]);
  if (thread !== undefined) words.set([sys.F_OWNER_TID, thread]);
  sys.fcntlOwner(descriptorOf(target), sys.F_SETOWN_EX, words);
}

/** FIONREAD: how many bytes can be read at once; of a datagram socket, those of the first one. */
export function bytesReadable(target: Target): number {
  return sys.ioctlInt(descriptorOf(target), sys.FIONREAD);
}

/** SIOCOUTQ: how many bytes a socket has sent that the peer has not acknowledged, or not read. */
export function bytesUnsent(target: Target): number {
  return sys.ioctlInt(descriptorOf(target), sys.SIOCOUTQ);
}

/** SIOCATMARK: whether a stream was read up to its out-of-band byte. */
export function isAtMark(target: Target): boolean {
  return sys.ioctlInt(descriptorOf(target), sys.SIOCATMARK) !== 0;
}
