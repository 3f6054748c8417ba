import { bytesAfter, checkInteger } from "../arguments.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import type { Bytes } from "../native/native.ts";
import { statOf } from "../runtime/stat.ts";
import { now, setImmediate } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { Descriptor, fdOf, neverBlocks } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

// A call that blocks in the kernel keeps its thread from ending: `worker.terminate()` and
// `process.exit()` wait for it. So what would block waits here first, for its descriptor and for the
// thread's own event loop, which both wake; then it is tried again, without blocking.

// After room was announced that is too little: the kernel has no event for enough.
const PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;
const NOW = sys.RWF_NOWAIT;

/** Made by the first wait: other systems can import this file, but have nothing to wait with. */
let memory: { readonly fds: sys.PollFds; readonly events: sys.EpollEvents } | null = null;
let loop: Descriptor | null = null;

/** How long a call may wait. */
export interface TimeLimit {
  /** The call that a signal ends (EINTR), as signal(7) says of SO_RCVTIMEO; `null`: none does. */
  readonly syscall: string | null;
  /** Milliseconds that are left. Asked when it has to wait, and not before. */
  leftMs(): number;
}

const forEver: TimeLimit = { syscall: null, leftMs: () => Infinity };

/** Whether O_NONBLOCK is off. */
export function isBlocking(fd: number): boolean {
  return (sys.fcntl(fd, sys.F_GETFL) & sys.O_NONBLOCK) === 0;
}

/**
 * Waits until a descriptor is ready, or has an error. Blocks the JavaScript thread;
 * `worker.terminate()` and `process.exit()` end it.
 *
 * @param interest - POLLIN or POLLOUT
 * @returns `false` if the time passed
 * @throws SystemError EINTR: a signal, in a wait with a limit
 */
export function waitReady(fd: number, interest: number, limit = forEver): boolean {
  for (;;) {
    const isReady = pollOnce(fd, interest, limit);
    if (isReady !== null) return isReady;
  }
}

/** Lets some time pass. Blocks as {@link waitReady}. */
export function pause(ms: number): void {
  waitReady(
    -1,
    0,
    timeLimit(null, () => ms),
  );
}

/** A limit of so many milliseconds, from the first wait on. */
export function timeLimit(syscall: string | null, timeoutMs: () => number): TimeLimit {
  let deadlineMs: number | null = null;
  return {
    syscall,
    leftMs: () => Math.max(0, (deadlineMs ??= now() + timeoutMs()) - now()),
  };
}

/**
 * Calls what takes or gives bytes, which never blocks, until it could. Where the descriptor is
 * non-blocking, once.
 *
 * @param call - returns `null` if it would block
 * @returns `null` if the time passed
 */
export function whenReady<T>(
  fd: number,
  interest: number,
  call: () => T | null,
  limit: TimeLimit = forEver,
): T | null {
  let result = call();
  if (result !== null || !isBlocking(fd)) return result;
  for (let tries = 0; ; tries++) {
    // Room may be there, and too little. What was announced to be read, and is not there, is gone; but a
    // message of the error queue, which only MSG_ERRQUEUE takes, is announced again and again.
    if (tries > 0 && interest === sys.POLLOUT) pause(PAUSE_MS);
    else if (tries >= MAX_ATTEMPTS) pause(Math.min(tries, MAX_PAUSE_MS));
    if (!waitReady(fd, interest, limit)) return null;
    result = call();
    if (result !== null || (tries >= MAX_ATTEMPTS && limit.leftMs() === 0)) return result;
  }
}

/** read(2) of a descriptor that may block. */
export function readWaiting(
  descriptor: Descriptor,
  buffer: Bytes,
  offset?: number,
  length?: number,
): number | null {
  const fd = fdOf(descriptor);
  if (neverBlocks(descriptor)) return sys.read(fd, buffer, offset, length);
  return readvWaiting(fd, "read", [part(buffer, offset, length)]);
}

/** write(2) of a descriptor that may block: then all of it, as the kernel does. */
export function writeWaiting(
  descriptor: Descriptor,
  buffer: Bytes,
  offset?: number,
  length?: number,
): number | null {
  const fd = fdOf(descriptor);
  if (neverBlocks(descriptor)) return sys.write(fd, buffer, offset, length);
  return writevWaiting(fd, "write", [part(buffer, offset, length)]);
}

/** readv(2) of a descriptor that may block. */
export function readvWaiting(
  fd: number,
  syscall: "read" | "readv",
  iov: readonly Bytes[],
  limit?: TimeLimit,
): number | null {
  return orBlocking(
    syscall,
    () => whenReady(fd, sys.POLLIN, () => unlessRegular(fd, sys.preadv2(fd, iov, -1, NOW)), limit),
    () => {
      if (isBlocking(fd)) waitReady(fd, sys.POLLIN);
      return sys.readv(fd, iov);
    },
  );
}

/** writev(2) of a descriptor that may block: then all of it. */
export function writevWaiting(
  fd: number,
  syscall: "write" | "writev",
  iov: readonly Bytes[],
  limit?: TimeLimit,
): number | null {
  const write = (done: number): number | null =>
    unlessRegular(fd, sys.pwritev2(fd, restOf(iov, done), -1, NOW));
  return orBlocking(
    syscall,
    () => inParts(fd, sizeOf(iov), write, limit),
    () => {
      if (isBlocking(fd)) waitReady(fd, sys.POLLOUT);
      return sys.writev(fd, iov);
    },
  );
}

/**
 * Writes as a blocking call does, all of it: in parts, none of which blocks.
 *
 * @param write - writes what comes after so many bytes
 * @returns fewer bytes where the time passes or an error comes between; `null` for none
 */
export function inParts(
  fd: number,
  total: number,
  write: (done: number) => number | null,
  limit: TimeLimit = forEver,
  interest: number = sys.POLLOUT,
): number | null {
  let done = 0;
  try {
    do {
      const written = whenReady(fd, interest, () => write(done), limit);
      if (written === null) return done > 0 ? done : null;
      done += written;
    } while (done < total && isBlocking(fd));
    return done;
  } catch (error) {
    // The next call says what it was.
    if (done > 0 && isSystemError(error)) return done;
    throw error;
  }
}

/** What of these buffers comes after so many bytes. */
export function restOf(iov: readonly Bytes[], done: number): readonly Bytes[] {
  if (done === 0) return iov;
  const rest: Bytes[] = [];
  let skip = done;
  for (const buffer of iov) {
    if (skip < buffer.byteLength) rest.push(part(buffer, skip));
    skip = Math.max(0, skip - buffer.byteLength);
  }
  return rest;
}

/** How many bytes these buffers have. */
export function sizeOf(iov: readonly Bytes[]): number {
  return iov.reduce((size, { byteLength }) => size + byteLength, 0);
}

/** @returns `null` when something else than the time or the descriptor has ended the wait */
function pollOnce(fd: number, interest: number, limit: TimeLimit): boolean | null {
  const leftMs = limit.leftMs();
  memory ??= { fds: new sys.PollFds(2), events: new sys.EpollEvents(1) };
  const { fds, events } = memory;
  fds.set(0, fd, interest);
  fds.set(1, watchLoop()?.fd ?? -1, sys.POLLIN);
  try {
    if (sys.ppoll(fds, 2, leftMs) === 0) return false;
  } catch (error) {
    if (!isSystemError(error, "EINTR")) throw error;
    if (limit.syscall === null || leftMs === Infinity) return null;
    throw new SystemError(sys.errno.EINTR, limit.syscall, { fd });
  }
  if (fds.revents(0) !== 0) return true;
  if (loop) sys.epollWait(loop.fd, events, 0);
  return null;
}

/**
 * The thread's event loop, edge-triggered: an unread message keeps it readable. It stays open until that
 * loop turns: who blocks again and again does not open it each time.
 *
 * @returns `null` without libuv, or where no descriptor is free
 */
function watchLoop(): Descriptor | null {
  if (loop) return loop;
  const loopFd = sys.uvBackendFd();
  if (loopFd === null) return null;
  try {
    const epoll = new Descriptor(whereFree(() => sys.epollCreate1(sys.EPOLL_CLOEXEC)));
    try {
      sys.epollCtl(epoll.fd, sys.EPOLL_CTL_ADD, loopFd, sys.EPOLLIN | sys.EPOLLET);
    } catch (error) {
      epoll.close();
      throw error;
    }
    loop = epoll;
  } catch (error) {
    // EINVAL: more watch the loop than the kernel allows.
    if (isSystemError(error, "EMFILE", "ENFILE", "EINVAL", "ENOSPC")) return null;
    throw error;
  }
  setImmediate(() => {
    loop?.close();
    loop = null;
  }).unref();
  return loop;
}

/**
 * The first, or the second where the kernel does not know RWF_NOWAIT for this descriptor: of several
 * threads that read it, one may then wait in the kernel. A failure names the call that was asked for.
 */
function orBlocking<T>(syscall: string, withoutBlocking: () => T, blocking: () => T): T {
  try {
    try {
      return withoutBlocking();
    } catch (error) {
      if (!isSystemError(error, "EOPNOTSUPP", "ENOTSUP", "ENOSYS")) throw error;
      return blocking();
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SystemError(-error.errno, syscall, { fd: error.fd });
  }
}

/** What is not in memory of a file would block, and poll(2) calls the file ready. */
function unlessRegular(fd: number, result: number | null): number | null {
  if (result !== null) return result;
  const stat = statOf(fd);
  if (!stat.isFile() && !stat.isBlockDevice()) return null;
  throw new SystemError(sys.errno.EOPNOTSUPP, "preadv2", { fd });
}

/** A part of a buffer, as bytes. */
function part(buffer: Bytes, offset = 0, length: number = bytesAfter(buffer, offset)): Uint8Array {
  const available = bytesAfter(buffer, 0);
  checkInteger(offset, "offset", 0, available);
  checkInteger(length, "length", 0, available - offset);
  return new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
}
