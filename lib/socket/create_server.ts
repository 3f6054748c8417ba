import { Address } from "../address/address.ts";
import {
  type Endpoint,
  numericAddress,
  parseEndpoint,
  type Place,
  portOf,
} from "../address/endpoint.ts";
import { FAMILY } from "../address/resolve.ts";
import {
  aBoolean,
  anInteger,
  contradiction,
  invalidArgValue,
  oneOf,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { MAX_ATTEMPTS } from "../failures/classes.ts";
import * as sys from "../sys/index.ts";
import { Socket } from "./socket.ts";

/** How {@link createServers} listens. */
export interface CreateServersOptions {
  /** How many connections may wait to be accepted. Default: SOMAXCONN. */
  readonly backlog?: number | undefined;
  /** SO_REUSEPORT: other sockets that set it as well may share the address. Default: `false`. */
  readonly reusePort?: boolean | undefined;
  /** IPPROTO_…. Default: 0, that of the type. */
  readonly protocol?: number | undefined;
  /** Whether `accept()` blocks. Default: `false`. */
  readonly blocking?: boolean | undefined;
}

/** How {@link createServer} listens. */
export interface CreateServerOptions extends CreateServersOptions {
  /** The family of an endpoint that has no numeric address: AF_INET (default) or AF_INET6. */
  readonly family?: number | undefined;
  /** One socket of IPv6 that takes clients of IPv4 as well, as `::ffff:127.0.0.1`. Default: `false`. */
  readonly dualStack?: boolean | undefined;
  /** SOCK_STREAM or SOCK_SEQPACKET. Default: SOCK_STREAM. */
  readonly type?: number | undefined;
  /** Whether to delete the file of a unix socket that a dead server left: see {@link Socket.bind}. */
  readonly unlinkStale?: boolean | undefined;
}

const SHARED: OptionTable<CreateServersOptions> = {
  backlog: anInteger(0, 2 ** 31 - 1),
  reusePort: aBoolean,
  protocol: anInteger(0, 2 ** 31 - 1),
  blocking: aBoolean,
};
const OPTIONS: OptionTable<CreateServerOptions> = {
  ...SHARED,
  family: FAMILY,
  dualStack: aBoolean,
  type: oneOf(sys.SOCK_STREAM, sys.SOCK_SEQPACKET),
  unlinkStale: aBoolean,
};

const ANY = new Map([
  [sys.AF_INET, "0.0.0.0"],
  [sys.AF_INET6, "::"],
]);
const LOOPBACK = new Map([
  [sys.AF_INET, "127.0.0.1"],
  [sys.AF_INET6, "::1"],
]);
const BOTH = [sys.AF_INET, sys.AF_INET6];
// What a machine without one of the families answers.
const NO_FAMILY = ["EAFNOSUPPORT", "EADDRNOTAVAIL"];

/**
 * A socket that listens: `createServer(":9999", { dualStack: true })`. Sets SO_REUSEADDR, so that a restarted server does
 * not wait for old connections in TIME_WAIT. A socket of IPv6 takes only IPv6, unless it is told otherwise. Does not
 * block; the name of a service is looked up in /etc/services.
 *
 * @param endpoint - a numeric address, a unix address, `localhost`, or no host: any address of this machine. Other names
 * have to be resolved first
 * @returns the socket, which the caller owns
 * @throws SystemError EADDRINUSE, EACCES, EADDRNOTAVAIL… that names the address. EAFNOSUPPORT: no such family here.
 * TypeError: the host is a name, or the options contradict it. RangeError
 */
export function createServer(endpoint: Endpoint, options: CreateServerOptions = {}): Socket {
  const { family = sys.AF_UNSPEC, dualStack = false } = readOptions(options, OPTIONS);
  const place = parseEndpoint(endpoint);
  const isAddress = place instanceof Address;
  const usual = dualStack ? sys.AF_INET6 : sys.AF_INET;
  const local = isAddress ? place : localAddress(place, family === sys.AF_UNSPEC ? usual : family);
  if (family !== sys.AF_UNSPEC && family !== local.family) {
    throw invalidArgValue("options.family", `the family of ${String(local)}`, family);
  }
  if (dualStack && (local.family !== sys.AF_INET6 || local.address === "::1")) {
    const why = "only an address of IPv6 takes both families, and a loopback address takes one";
    const isFamily = family !== sys.AF_UNSPEC && family !== sys.AF_INET6;
    throw contradiction("dualStack", isFamily ? "family" : isAddress ? "address" : "host", why);
  }
  return listenAt(local, { ...options, dualStack });
}

/**
 * Two sockets that listen on one port, for IPv4 and for IPv6. On a machine that has only one of the families, one socket.
 * For port 0 the kernel chooses a port that is free for both. As {@link createServer} otherwise.
 *
 * @param endpoint - no host, or `localhost`
 * @returns the sockets, which the caller owns: first that of IPv4
 * @throws as {@link createServer}; nothing stays open then
 */
export function createServers(endpoint: Endpoint, options: CreateServersOptions = {}): Socket[] {
  readOptions(options, SHARED);
  const place = parseEndpoint(endpoint);
  if (place instanceof Address) {
    throw invalidArgValue("endpoint", "without a host, or with localhost", String(place));
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return listenOnBoth(place, options);
    } catch (error) {
      // The port that one family has chosen is in use by the other.
      const isToRepeat = portOf(place) === 0 && isSystemError(error, "EADDRINUSE");
      if (!isToRepeat || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** Whether this machine has sockets that take IPv4 and IPv6: as `socket.has_dualstack_ipv6()` of Python. */
export function hasDualStackIPv6(): boolean {
  try {
    using socket = Socket.open(sys.AF_INET6, sys.SOCK_STREAM);
    socket.setOption("IPV6_V6ONLY", false);
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** How {@link listenAt} listens: as {@link CreateServerOptions}. `dualStack`: `undefined` is as the system has it. */
export type ListenAtOptions = Omit<CreateServerOptions, "family">;

/** Opens a socket, binds it and listens; closes it when that fails. */
export function listenAt(local: Address, options: ListenAtOptions): Socket {
  const { type = sys.SOCK_STREAM, protocol, blocking = false, dualStack } = options;
  const { backlog, reusePort = false, unlinkStale = false } = options;
  const socket = Socket.open(local.family, type, protocol, { blocking });
  try {
    // A restarted server does not wait for its old connections' TIME_WAIT.
    socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEADDR, 1);
    if (reusePort) socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEPORT, 1);
    if (dualStack !== undefined && local.family === sys.AF_INET6) {
      socket.setOption("IPV6_V6ONLY", !dualStack);
    }
    return socket.bind(local, { unlinkStale }).listen(backlog);
  } catch (error) {
    socket.close();
    throw error;
  }
}

function listenOnBoth(place: Place, options: CreateServersOptions): Socket[] {
  const sockets: Socket[] = [];
  let missing: unknown;
  let port = portOf(place);
  try {
    for (const family of BOTH) {
      const local = localAddress({ ...place, port }, family);
      try {
        const socket = listenAt(local, { ...options, dualStack: false });
        sockets.push(socket);
        port = socket.localAddress.port ?? port;
      } catch (error) {
        if (!isSystemError(error, ...NO_FAMILY)) throw error;
        missing ??= error;
      }
    }
    if (sockets.length === 0) throw missing;
    return sockets;
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
}

function isLocalhost(place: Address | Place): boolean {
  return "host" in place && place.host?.toLowerCase() === "localhost";
}

function localAddress(place: Place, family: number): Address {
  const { host } = place;
  const port = portOf(place);
  // It needed a lookup only because of its port.
  const numeric = numericAddress({ host, port });
  if (numeric) return numeric;
  if (host !== null && !isLocalhost(place)) {
    const expected = "a numeric address, localhost, or left out: resolve other names first";
    throw invalidArgValue("host", expected, host);
  }
  const address = (host === null ? ANY : LOOPBACK).get(family);
  return Address.from({ address: address ?? "", port });
}
