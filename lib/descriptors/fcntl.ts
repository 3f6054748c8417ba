import {
  anything,
  checkBits,
  checkInteger,
  invalidArgValue,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { descriptorOf, setNeverBlocks, type Target } from "./descriptor.ts";

/**
 * F_GETFL: reads the status flags, O_RDWR, O_NONBLOCK, O_ASYNC, … Does not block.
 *
 * @throws SystemError EBADF: not open
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */
export function statusFlags(target: Target): number {
  return sys.fcntl(descriptorOf(target), sys.F_GETFL);
}

/**
 * F_SETFL: sets status flags, and keeps the others. Does not block.
 *
 * @param flags - of O_APPEND, O_ASYNC, O_DIRECT and O_NONBLOCK
 * @throws SystemError EBADF: not open. EINVAL, EPERM
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */
export function addStatusFlags(target: Target, flags: number): void {
  checkBits(flags);
  change(target, (now) => now | flags);
}

/** F_SETFL: clears status flags, and keeps the others. As {@link addStatusFlags}. */
export function removeStatusFlags(target: Target, flags: number): void {
  checkBits(flags);
  if ((flags & sys.O_NONBLOCK) !== 0) setNeverBlocks(target, false);
  change(target, (now) => now & ~flags);
}

function change(target: Target, wanted: (flags: number) => number): void {
  const fd = descriptorOf(target);
  const now = sys.fcntl(fd, sys.F_GETFL);
  if (wanted(now) !== now) sys.fcntl(fd, sys.F_SETFL, wanted(now));
}

/** F_GETFD: whether the descriptor is closed by execve(2) (FD_CLOEXEC). @throws SystemError EBADF */
export function isCloseOnExec(target: Target): boolean {
  return (sys.fcntl(descriptorOf(target), sys.F_GETFD) & sys.FD_CLOEXEC) !== 0;
}

/** F_SETFD: sets or clears FD_CLOEXEC, and keeps the other flags. @throws SystemError EBADF */
export function setCloseOnExec(target: Target, closeOnExec: boolean): void {
  const fd = descriptorOf(target);
  const now = sys.fcntl(fd, sys.F_GETFD);
  const wanted = closeOnExec ? now | sys.FD_CLOEXEC : now & ~sys.FD_CLOEXEC;
  if (wanted !== now) sys.fcntl(fd, sys.F_SETFD, wanted);
}

/** Who receives SIGIO (with O_ASYNC) and SIGURG for a descriptor. Exactly one property is set. */
export interface SignalOwner {
  /** The id of a process. */
  readonly pid?: number;
  /** The id of a process group; every process in it gets the signal. */
  readonly processGroup?: number;
  /** The id of a thread of this process, as in gettid(2). */
  readonly thread?: number;
}

// Ids are checked where they are used.
const OWNER: OptionTable<SignalOwner> = {
  pid: anything,
  processGroup: anything,
  thread: anything,
};

/** F_GETOWN_EX: who receives the signals; `null` if nobody does. @throws SystemError EBADF */
export function signalOwner(target: Target): SignalOwner | null {
  const owner = sys.fcntlOwner(descriptorOf(target), sys.F_GETOWN_EX, new Int32Array(2));
  const [type, id = 0] = owner;
  if (id === 0) return null;
  if (type === sys.F_OWNER_PGRP) return { processGroup: id };
  return type === sys.F_OWNER_TID ? { thread: id } : { pid: id };
}

/**
 * F_SETOWN_EX: sends the signals to a process, a group or a thread; with `null` to nobody. Does not
 * block.
 *
 * @throws TypeError: not exactly one property. RangeError: not an id. SystemError EBADF. ESRCH: no such
 * process, group or thread
 * @see https://man7.org/linux/man-pages/man2/F_GETOWN_EX.2const.html
 */
export function setSignalOwner(target: Target, owner: SignalOwner | null): void {
  const { pid, processGroup, thread } = readOptions(owner ?? { pid: 0 }, OWNER, "owner");
  const given = [
    { name: "pid", type: sys.F_OWNER_PID, id: pid },
    { name: "processGroup", type: sys.F_OWNER_PGRP, id: processGroup },
    { name: "thread", type: sys.F_OWNER_TID, id: thread },
  ].filter(({ id }) => id !== undefined);
  const [one] = given;
  if (one === undefined || given.length > 1) {
    throw invalidArgValue(
      "owner",
      "an object with exactly one of pid, processGroup and thread",
      owner,
    );
  }
  const id = checkInteger(one.id, one.name, 0, 2 ** 31 - 1);
  sys.fcntlOwner(descriptorOf(target), sys.F_SETOWN_EX, Int32Array.of(one.type, id));
}

/**
 * FIONREAD: the number of bytes that can be read now; for a datagram socket, the size of the next
 * datagram. Does not block.
 *
 * @throws SystemError EBADF, ENOTTY: not for this descriptor
 */
export function bytesReadable(target: Target): number {
  return sys.ioctlInt(descriptorOf(target), sys.FIONREAD);
}

/**
 * SIOCOUTQ: the number of sent bytes that the peer has not yet acknowledged (TCP) or read (unix). Does
 * not block.
 *
 * @throws SystemError EBADF, ENOTTY: not a socket
 */
export function bytesUnsent(target: Target): number {
  return sys.ioctlInt(descriptorOf(target), sys.SIOCOUTQ);
}

/** SIOCATMARK: whether a stream has been read up to its out-of-band byte. @throws SystemError EBADF, ENOTTY */
export function isAtMark(target: Target): boolean {
  return sys.ioctlInt(descriptorOf(target), sys.SIOCATMARK) !== 0;
}
