import type { Address } from "../address/address.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** One end of a connection, as `socket.address()` returns it. Empty for unix sockets and pipes. */
export interface SocketName {
  readonly address?: string;
  readonly family?: "IPv4" | "IPv6";
  readonly port?: number;
}

/** getsockname(2); `{}` if there is none. */
export function localName(descriptor: Descriptor | null): SocketName {
  return nameOf(descriptor, (socket) => socket.localAddress);
}

/** getpeername(2); `{}` if there is none. */
export function peerName(descriptor: Descriptor | null): SocketName {
  return nameOf(descriptor, (socket) => socket.remoteAddress);
}

/** In the order of the keys that node:net has. */
export function nameFrom(address: Address): SocketName {
  const { family, port, address: text } = address;
  if (family !== sys.AF_INET && family !== sys.AF_INET6) return {};
  if (text === undefined || port === undefined) return {};
  return { address: text, family: family === sys.AF_INET ? "IPv4" : "IPv6", port };
}

function nameOf(
  descriptor: Descriptor | null,
  read: (socket: NativeSocket) => Address,
): SocketName {
  if (!(descriptor instanceof NativeSocket)) return {};
  try {
    return nameFrom(read(descriptor));
  } catch (error) {
    if (isSystemError(error)) return {};
    throw error;
  }
}
