import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** `recv` of `sys`, again after EINTR: not blocking, it should not be interrupted, but a tracer can do it. */
export function recv(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  size: number,
  flags = 0,
): number | null {
  for (;;) {
    try {
      return sys.recv(fd, buffer, offset, size, flags);
    } catch (error) {
      if (!isSystemError(error, "EINTR")) throw error;
    }
  }
}

/** Whether {@link recv} would block: neither bytes nor the end have arrived. Overwrites a byte. */
export function isEmpty(fd: number, buffer: Uint8Array): boolean {
  return recv(fd, buffer, 0, 1, sys.MSG_PEEK) === null;
}

/** `send` of `sys` without SIGPIPE, again after EINTR. */
export function send(fd: number, buffer: Uint8Array, offset: number, size: number): number | null {
  for (;;) {
    try {
      return sys.send(fd, buffer, offset, size, sys.MSG_NOSIGNAL);
    } catch (error) {
      if (!isSystemError(error, "EINTR")) throw error;
    }
  }
}
