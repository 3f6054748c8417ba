import { checkBits, checkInteger, invalidArgValue } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { descriptorOf, type Target } from "./descriptor.ts";

/** What F_GETFL says: O_RDWR, O_NONBLOCK, O_ASYNC … */
export function statusFlags(target: Target): number {
  return sys.fcntl(descriptorOf(target), sys.F_GETFL);
}

/** Sets these of O_APPEND, O_ASYNC, O_DIRECT and O_NONBLOCK, and keeps the others. */
export function addStatusFlags(target: Target, flags: number): void {
  checkBits(flags);
  change(target, (now) => now | flags);
}

/** Clears these of O_APPEND, O_ASYNC, O_DIRECT and O_NONBLOCK, and keeps the others. */
export function removeStatusFlags(target: Target, flags: number): void {
  checkBits(flags);
  change(target, (now) => now & ~flags);
}

function change(target: Target, wanted: (flags: number) => number): void {
  const fd = descriptorOf(target);
  const now = sys.fcntl(fd, sys.F_GETFL);
  if (wanted(now) !== now) sys.fcntl(fd, sys.F_SETFL, wanted(now));
}

/** Whether the descriptor is closed in programs that this process executes (FD_CLOEXEC). */
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

/** Who receives SIGIO (with O_ASYNC) and SIGURG for a descriptor. Exactly one property is set. */
export interface SignalOwner {
  /** A process. */
  readonly pid?: number;
  /** All processes of a group. */
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

/**
 * F_SETOWN_EX: sends the signals to a process, a group or a thread; `null`: to nobody.
 *
 * @throws TypeError: not exactly one of them. RangeError: not the number of one. SystemError ESRCH
 */
export function setSignalOwner(target: Target, owner: SignalOwner | null): void {
  const { pid, processGroup, thread } = owner ?? { pid: 0 };
  const given = [
    { name: "pid", type: sys.F_OWNER_PID, id: pid },
    { name: "processGroup", type: sys.F_OWNER_PGRP, id: processGroup },
    { name: "thread", type: sys.F_OWNER_TID, id: thread },
  ].filter(({ id }) => id !== undefined);
  const [one] = given;
  if (one === undefined || given.length > 1) {
    throw invalidArgValue("owner", "one of { pid }, { processGroup } and { thread }", owner);
  }
  const id = checkInteger(one.id, one.name, 0, 2 ** 31 - 1);
  sys.fcntlOwner(descriptorOf(target), sys.F_SETOWN_EX, Int32Array.of(one.type, id));
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
