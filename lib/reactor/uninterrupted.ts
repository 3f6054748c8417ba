import { isSystemError } from "../errors.ts";
import { MAX_ATTEMPTS, classOf } from "../failures/classes.ts";
import * as sys from "../sys/index.ts";

/**
 * `recv` of `sys`, repeated after EINTR. A signal does not interrupt a non-blocking call, but a tracer can.
 *
 * @returns how many bytes, `null` if it would block, or -errno
 */
export function recv(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  size: number,
  flags = 0,
): number | null {
  for (let calls = 1; ; calls++) {
    try {
      return sys.recv(fd, buffer, offset, size, flags);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (calls === MAX_ATTEMPTS || classOf("recv", error.code) !== "retry") return error.errno;
    }
  }
}

/** Whether {@link recv} would block: neither bytes nor the end have arrived. Overwrites the first byte. */
export function isEmpty(fd: number, buffer: Uint8Array): boolean {
  return recv(fd, buffer, 0, 1, sys.MSG_PEEK) === null;
}

/** `send` of `sys` without SIGPIPE, repeated after EINTR. As {@link recv}, but 0 if it would block. */
export function send(fd: number, buffer: Uint8Array, offset: number, size: number): number {
  return trySend(fd, buffer, offset, size) ?? 0;
}

/** As {@link send}, but `null` if it would block: an empty message that was sent is 0. */
export function trySend(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  size: number,
): number | null {
  for (let calls = 1; ; calls++) {
    try {
      return sys.send(fd, buffer, offset, size, sys.MSG_NOSIGNAL);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (calls === MAX_ATTEMPTS || classOf("send", error.code) !== "retry") return error.errno;
    }
  }
}

/** `recvmsg` of `sys`, as {@link recv}. */
export function recvmsg(
  fd: number,
  parts: readonly Uint8Array[],
  header: sys.MessageHeader,
  flags: number,
): number | null {
  for (let calls = 1; ; calls++) {
    try {
      return sys.recvmsg(fd, parts, header, flags);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (calls === MAX_ATTEMPTS || classOf("recv", error.code) !== "retry") return error.errno;
    }
  }
}
