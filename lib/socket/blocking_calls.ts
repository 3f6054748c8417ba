import { checkBits } from "../arguments.ts";
import {
  inParts,
  isBlocking,
  pause,
  type TimeLimit,
  timeLimit,
  waitReady,
  whenReady,
} from "../descriptors/blocking.ts";
import { Descriptor, neverBlocks } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { getOption } from "../options/options.ts";
import * as sys from "../sys/index.ts";

// MSG_PEEK leaves the data readable, so the kernel has no event for more of it.
const PEEK_MS = 5;

/**
 * Whether a call of a socket may block, as far as the object knows. With MSG_DONTWAIT, MSG_OOB or
 * MSG_ERRQUEUE no call blocks.
 */
export function mayBlock(socket: object, flags: number): boolean {
  return (
    (checkBits(flags) & AT_ONCE) === 0 && !(socket instanceof Descriptor && neverBlocks(socket))
  );
}

const AT_ONCE = sys.MSG_DONTWAIT | sys.MSG_OOB | sys.MSG_ERRQUEUE;

/** Waits up to SO_RCVTIMEO until there is something to receive. `receive` does not block. */
export function receiveWaiting<T>(fd: number, syscall: string, receive: () => T | null): T | null {
  return whenReady(fd, sys.POLLIN, receive, receiveLimit(fd, syscall));
}

/**
 * As {@link receiveWaiting}; with MSG_WAITALL on a stream, until `total` bytes have been received.
 *
 * @param receive - receives after the first `done` bytes, without blocking
 */
export function receiveAllWaiting(
  fd: number,
  syscall: string,
  total: number,
  flags: number,
  receive: (done: number) => number | null,
): number | null {
  let done = receiveWaiting(fd, syscall, () => receive(0));
  if (done === null || (flags & sys.MSG_WAITALL) === 0 || !isStream(fd)) return done;
  const peeks = (flags & sys.MSG_PEEK) !== 0;
  try {
    for (let last = done; last > 0 && done < total && isBlocking(fd);) {
      if (peeks) pause(PEEK_MS);
      const more = peeks ? receive(0) : receiveWaiting(fd, syscall, () => receive(done ?? 0));
      if (more === null) break;
      last = more;
      done = peeks ? more : done + more;
      if (peeks && hasEnded(fd)) break;
    }
  } catch (error) {
    // The next call reports the error.
    if (!isSystemError(error)) throw error;
  }
  return done;
}

/** Waits up to SO_SNDTIMEO until all is sent. `send` sends what follows the first `done` bytes. */
export function sendWaiting(
  fd: number,
  syscall: string,
  total: number,
  send: (done: number) => number | null,
): number | null {
  return inParts(fd, total, send, sendLimit(fd, syscall));
}

/**
 * Waits for a connection to accept, if accept(2) would wait, and up to SO_RCVTIMEO.
 *
 * @returns `false` if the time passed
 */
export function waitToAccept(socket: Descriptor, fd: number): boolean {
  if (neverBlocks(socket) || socket.closed) return true;
  // For a socket that does not listen, accept(2) fails immediately.
  if (sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_ACCEPTCONN) === 0 || !isBlocking(fd)) return true;
  return waitReady(fd, sys.POLLIN, receiveLimit(fd, "accept4"));
}

/** SO_RCVTIMEO. */
export function receiveLimit(fd: number, syscall: string): TimeLimit {
  return timeLimit(syscall, () => limitOf(fd, "SO_RCVTIMEO"));
}

/** SO_SNDTIMEO. */
export function sendLimit(fd: number, syscall: string): TimeLimit {
  return timeLimit(syscall, () => limitOf(fd, "SO_SNDTIMEO"));
}

function limitOf(fd: number, name: "SO_RCVTIMEO" | "SO_SNDTIMEO"): number {
  const { sec, usec } = getOption(fd, name);
  return sec === 0 && usec === 0 ? Infinity : sec * 1000 + usec / 1000;
}

function isStream(fd: number): boolean {
  return sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE) === sys.SOCK_STREAM;
}

/** Whether a peer sends no more. */
function hasEnded(fd: number): boolean {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLRDHUP);
  return sys.poll(fds, 1, 0) > 0;
}
