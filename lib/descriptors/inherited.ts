import { fstatSync } from "node:fs";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

// Standard input and output are shared with other processes, and so is their O_NONBLOCK: a program that
// sets it changes what its shell reads with. These calls leave it alone. They do not block, because each
// follows a wait that reported the descriptor as ready, and asks for no more than that report promises.

/** pipe(7): a pipe that is writable takes this many bytes without blocking. */
export const PIPE_BUF = 4096;

/** How an inherited descriptor is written to: a socket, a file that never blocks, or a pipe or terminal. */
export type OutputKind = "socket" | "file" | "pipe";

/** What kind of output a descriptor is. @throws Error EBADF: it is not open */
export function outputKind(fd: number): OutputKind {
  const stat = fstatSync(fd);
  if (stat.isSocket()) return "socket";
  return stat.isFile() ? "file" : "pipe";
}

/**
 * read(2) of a descriptor that is readable. It blocks if another process has taken the bytes meanwhile.
 *
 * @returns the number of bytes; 0 at the end; `null`: nothing is there after all, wait again
 */
export function readReady(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
): number | null {
  return unlessInterrupted(() => sys.read(fd, buffer, offset, length));
}

/**
 * Writes some bytes to a descriptor that is writable. A terminal with room for fewer bytes than it is given
 * blocks until it has shown them.
 *
 * @returns the number of bytes; `null`: there is no room after all, wait again
 * @throws SystemError EPIPE: nobody reads it any more
 */
export function writeReady(
  fd: number,
  kind: OutputKind,
  buffer: Uint8Array,
  offset: number,
  length: number,
): number | null {
  return unlessInterrupted(() => {
    if (kind === "socket") {
      return sys.send(fd, buffer, offset, length, sys.MSG_DONTWAIT | sys.MSG_NOSIGNAL);
    }
    return sys.write(fd, buffer, offset, kind === "file" ? length : Math.min(length, PIPE_BUF));
  });
}

function unlessInterrupted(call: () => number | null): number | null {
  try {
    return call();
  } catch (error) {
    if (isSystemError(error, "EINTR")) return null;
    throw error;
  }
}
