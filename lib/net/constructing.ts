import type { DuplexOptions } from "node:stream";
import { ADOPTION, type Adoption, adoptFd, type InternalOptions } from "./adoption.ts";
import { BoundSocket, takeBound } from "./bound_socket.ts";
import type { OnReadOptions, SocketConstructorOptions } from "./options.ts";
import { checkSocketConstructor } from "./socket_checks.ts";
import { type KeepAlive, toSeconds } from "./tuning.ts";

export function readOptions(
  options: SocketConstructorOptions | number | undefined,
): InternalOptions {
  if (isInternal(options)) return options;
  const all = typeof options === "number" ? { fd: options } : { ...options };
  checkSocketConstructor(all);
  return all;
}

export function streamOptions(options: InternalOptions): DuplexOptions {
  if (options[ADOPTION]) return acceptedOptions(options);
  return {
    ...options,
    // An aborted one would destroy a socket that is half made: see initialise().
    signal: undefined,
    allowHalfOpen: Boolean(options.allowHalfOpen),
    // "close" comes after the descriptor was closed.
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  };
}

export function keepAliveOf(options: SocketConstructorOptions): KeepAlive {
  const enabled = Boolean(options.keepAlive);
  const delay = toSeconds(options.keepAliveInitialDelay);
  return { enabled, delay, interval: undefined, count: undefined };
}

/** The descriptor that the options bring along. */
export function adoptionIn(options: InternalOptions): Adoption | null {
  const { fd, [ADOPTION]: given } = options;
  return given ?? (fd === undefined ? boundIn(options) : adoptFd(fd));
}

function boundIn(options: object): Adoption | null {
  const handle: unknown = Reflect.get(options, "handle");
  if (!(handle instanceof BoundSocket)) return null;
  return { descriptor: takeBound(handle).native, kind: "socket", isBound: true };
}

// As node:net has it: what is wrong is ignored.
export function isOnRead(onread: OnReadOptions | null | undefined): onread is OnReadOptions {
  if (typeof onread !== "object" || onread === null) return false;
  const isMemory = onread.buffer instanceof Uint8Array || typeof onread.buffer === "function";
  return isMemory && typeof onread.callback === "function";
}

// What a server gives is right, and always of the same shape, which makes it fast.
function acceptedOptions(options: InternalOptions): DuplexOptions {
  return {
    allowHalfOpen: options.allowHalfOpen === true,
    readableHighWaterMark: options.readableHighWaterMark,
    writableHighWaterMark: options.writableHighWaterMark,
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  };
}

function isInternal(options: unknown): options is InternalOptions {
  return typeof options === "object" && options !== null && ADOPTION in options;
}
