import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { invalidFdType, invalidType, outOfRange } from "./errors.ts";
import type { SocketConstructorOptions } from "./options.ts";

/** An open descriptor that a socket takes over. */
export interface Adoption {
  readonly descriptor: Descriptor;
  readonly kind: "socket" | "pipe";
  /** Whether it is bound, but not connected yet. */
  readonly isBound: boolean;
}

/** @internal Where the constructor of `Socket` finds an {@link Adoption} in its options. */
export const ADOPTION = Symbol("pollux.adoption");

/** What a server makes sockets with, and what node:net has without documenting it. */
export interface InternalOptions extends SocketConstructorOptions {
  readonly [ADOPTION]?: Adoption;
  readonly manualStart?: boolean;
  readonly pauseOnCreate?: boolean;
}

/**
 * Takes over the descriptor of the option `fd`.
 *
 * @throws TypeError ERR_INVALID_FD_TYPE: neither a stream socket nor a pipe
 */
export function adoptFd(fd: number): Adoption {
  if (typeof fd !== "number") throw invalidType("fd", "of type number", fd);
  if (!Number.isInteger(fd)) throw outOfRange("fd", "an integer", fd);
  if (fd < 0 || fd > 2 ** 31 - 1) throw outOfRange("fd", `>= 0 && <= ${String(2 ** 31 - 1)}`, fd);
  const kind = kindOf(fd);
  const flags = sys.fcntl(fd, sys.F_GETFL);
  if (!(flags & sys.O_NONBLOCK)) sys.fcntl(fd, sys.F_SETFL, flags | sys.O_NONBLOCK);
  const descriptor = kind === "socket" ? NativeSocket.fromFd(fd) : new Descriptor(fd);
  return { descriptor, kind, isBound: false };
}

function kindOf(fd: number): "socket" | "pipe" {
  try {
    const isStream = sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE) === sys.SOCK_STREAM;
    if (isStream) return "socket";
    throw invalidFdType("UDP");
  } catch (error) {
    if (isSystemError(error, "EBADF")) throw invalidFdType("INVALID");
    if (!isSystemError(error)) throw error;
  }
  const stat = fstatSync(fd);
  if (stat.isFIFO()) return "pipe";
  throw invalidFdType(
    stat.isFile() ? "FILE" : isatty(fd) ? "TTY" : stat.isCharacterDevice() ? "FILE" : "UNKNOWN",
  );
}
