import { Address, kernelBytes } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import { Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { errnoOf, failedAt } from "./errors.ts";
import { checkPathLength } from "./listening.ts";
import { toError } from "./loop.ts";
import { localName } from "./names.ts";
import { setOptions, type SocketOptionValues } from "./socket_options.ts";
import type { Transport } from "./transport.ts";

const { EAFNOSUPPORT, EAGAIN, EALREADY, ECONNREFUSED, EINVAL } = sys.errno;

/** Where one attempt connects to, and from. */
export interface Destination {
  /** An address of IP, or the path of a unix socket. */
  readonly address: string;
  readonly port: number | undefined;
  /** 0: a unix socket. */
  readonly family: 0 | 4 | 6;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly socketOptions: SocketOptionValues | undefined;
}

/**
 * Opens the descriptor and binds it, if that is asked for.
 *
 * @returns an error for `socket.destroy`; `null`: it is ready for {@link connectTo}
 */
export function prepare(transport: Transport, to: Destination): Error | null {
  const { localPort } = to;
  const localAddress = to.localAddress ?? (to.family === 6 ? "::" : "0.0.0.0");
  let step = "connect";
  try {
    if (!transport.descriptor) transport.open(openFor(to));
    const { descriptor } = transport;
    if (to.family === 0 || !(descriptor instanceof NativeSocket)) return null;
    if (to.localAddress === undefined && !localPort) return null;
    step = "bind";
    sys.setsockopt(transport.fd, sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
    descriptor.bind({ address: localAddress, port: localPort ?? 0 });
    return null;
  } catch (error) {
    if (!isSystemError(error) || error.syscall === "setsockopt") return toError(error);
    const [address, port] = step === "bind" ? [localAddress, localPort] : [to.address, to.port];
    // As libuv: an address of the other family.
    const errno = error.errno === -EAFNOSUPPORT ? -EINVAL : error.errno;
    return failedAt(errno, step, address, port);
  }
}

/**
 * connect(2), and the wait for its outcome.
 *
 * @param onOutcome - called later, with 0 or -errno
 * @returns an error that connect(2) has at once, and node:net reports at once
 */
export function connectTo(
  transport: Transport,
  to: Destination,
  onOutcome: (errno: number) => void,
): Error | null {
  const errno = transport.connecting ? -EALREADY : begin(transport.fd, to);
  if (errno === 0) {
    transport.awaitConnect(() => {
      onOutcome(outcomeOf(transport.fd));
    });
    return null;
  }
  // As libuv does it: these are outcomes, and come in a later turn.
  if (errno === -ECONNREFUSED || (to.family === 0 && errno !== -EINVAL)) {
    transport.loop.later(() => {
      transport.resource.runInAsyncScope(onOutcome, undefined, errno);
    });
    return null;
  }
  const { address: host, port } = localName(transport.descriptor);
  return failedAt(errno, "connect", to.address, to.port, `${String(host)}:${String(port)}`);
}

/** The error of an attempt that has ended with `errno`. */
export function failureOf(to: Destination, errno: number): Error {
  const { address, port, localAddress, localPort } = to;
  if (!localAddress || !localPort) return failedAt(errno, "connect", address, port);
  const details = `${localAddress}:${String(localPort)}`;
  const error = failedAt(errno, "connect", address, port, details);
  return Object.assign(error, { localAddress, localPort });
}

function openFor(to: Destination): NativeSocket {
  const family = to.family === 0 ? sys.AF_UNIX : to.family === 4 ? sys.AF_INET : sys.AF_INET6;
  const socket = NativeSocket.open(family, sys.SOCK_STREAM);
  try {
    setOptions(socket, to.socketOptions);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** @returns 0: connected or under way; or -errno */
function begin(fd: number, to: Destination): number {
  try {
    if (to.family === 0) checkPathLength(to.address);
    const address =
      to.family === 0 ? { path: to.address } : { address: to.address, port: to.port ?? 0 };
    const result = sys.connect(fd, kernelBytes(Address.from(address)));
    return result === null ? -EAGAIN : 0;
  } catch (error) {
    if (isSystemError(error, "EINTR")) return 0; // the kernel goes on
    if (isSystemError(error)) return error.errno;
    throw error;
  }
}

function outcomeOf(fd: number): number {
  try {
    return -sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_ERROR);
  } catch (error) {
    return errnoOf(error);
  }
}
