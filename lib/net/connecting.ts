import { ADDRCONFIG, lookup as systemLookup } from "node:dns";
import { isIP } from "node:net";
import { nextTick } from "../runtime/timing.ts";
import { orElse } from "./arguments.ts";
import { connectTo, type Destination, failureOf, prepare } from "./attempt.ts";
import {
  checkAttemptTimeout,
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
} from "./defaults.ts";
import {
  badPort,
  blocked,
  invalidFamily,
  invalidIpAddress,
  invalidType,
  invalidValue,
} from "./errors.ts";
import { HappyEyeballs } from "./happy_eyeballs.ts";
import type { ConnectOptions, Lookup, LookupAddress } from "./options.ts";
import type { SocketOptionValues } from "./socket_options.ts";
import type { Transport } from "./transport.ts";

/** The side of a `Socket` that a connection is made for. */
export interface Connectable {
  readonly connecting: boolean;
  readonly isBound: boolean;
  readonly blockList: BlockListLike | undefined;
  readonly socketOptions: SocketOptionValues | undefined;
  /** Where the connection is made; another transport for each of several addresses. */
  transport(): Transport;
  replaceTransport(): Transport;
  emit(event: string, ...args: readonly unknown[]): boolean;
  destroy(error: Error): unknown;
  touch(): void;
  noteHost(host: string): void;
  noteAttempt(address: string): void;
  onConnected(): void;
}

/** What a `net.BlockList` is asked. */
export interface BlockListLike {
  check(address: string, family: "ipv4" | "ipv6"): boolean;
}

const MAX_PORT = 65_535;

/** Connects to a unix socket. */
export function connectToPath(socket: Connectable, options: ConnectOptions): void {
  const { path } = options;
  if (typeof path !== "string") throw invalidType("options.path", "of type string", path);
  connectOnce(socket, destinationOf(socket, options, path, undefined, 0));
}

/** Connects to a host: looks its name up, if it is one. */
export function connectToHost(socket: Connectable, options: ConnectOptions): void {
  const { localAddress, localPort } = options;
  const host = orElse(options.host, "localhost");
  if (typeof host !== "string") throw invalidType("options.host", "of type string", host);
  if (socket.isBound && (localAddress !== undefined || localPort !== undefined)) {
    const reason = "localAddress and localPort cannot be used with an adopted bound socket";
    throw invalidValue("options", options, reason);
  }
  if (localAddress && !isIP(localAddress)) throw invalidIpAddress(localAddress);
  if (localPort && typeof localPort !== "number")
    throw invalidType("options.localPort", "of type number", localPort);
  const port = checkPort(options.port);
  const all = socket.isBound ? false : checkFamilySelection(options.autoSelectFamily);
  const attemptMs =
    options.autoSelectFamilyAttemptTimeout === undefined ||
    options.autoSelectFamilyAttemptTimeout === null
      ? getDefaultAutoSelectFamilyAttemptTimeout()
      : checkAttemptTimeout(
          options.autoSelectFamilyAttemptTimeout,
          "options.autoSelectFamilyAttemptTimeout",
        );
  const family = isIP(host);
  if (family === 4 || family === 6) {
    const to = destinationOf(socket, options, host, port, family);
    const begin = (): void => {
      if (socket.connecting) connectOnce(socket, to);
    };
    if (socket.isBound) begin();
    else nextTick(begin);
    return;
  }
  lookUp(socket, options, host, port, all && !localAddress, attemptMs);
}

function lookUp(
  socket: Connectable,
  options: ConnectOptions,
  host: string,
  port: number,
  mayTryAll: boolean,
  attemptMs: number,
): void {
  const find = lookupOf(options);
  const family = options.family === undefined ? undefined : toDnsFamily(options.family);
  const isOne = family === 4 || family === 6;
  const hints = orElse(options.hints, isOne ? 0 : ADDRCONFIG);
  socket.noteHost(host);
  if (isOne || !mayTryAll) {
    find(host, { family, hints }, (error, address, addressFamily) => {
      socket.emit("lookup", error, address, addressFamily, host);
      if (socket.connecting) onAddress(socket, options, port, error, address, addressFamily);
    });
    return;
  }
  find(host, { family, hints, all: true }, (error, addresses) => {
    if (!socket.connecting) return;
    if (error) {
      socket.emit("lookup", error, undefined, undefined, host);
      failSoon(socket, error);
      return;
    }
    onAddresses(
      socket,
      options,
      port,
      host,
      typeof addresses === "string" ? [] : addresses,
      attemptMs,
    );
  });
}

function onAddress(
  socket: Connectable,
  options: ConnectOptions,
  port: number,
  error: Error | null,
  address: unknown,
  family: unknown,
): void {
  if (error) failSoon(socket, error);
  else if (typeof address !== "string" || !isIP(address))
    failSoon(socket, invalidIpAddress(address));
  else if (family !== 4 && family !== 6)
    failSoon(socket, invalidFamily(family, options.host, options.port));
  else {
    socket.touch();
    connectOnce(socket, destinationOf(socket, options, address, port, family));
  }
}

function onAddresses(
  socket: Connectable,
  options: ConnectOptions,
  port: number,
  host: string,
  addresses: readonly LookupAddress[],
  attemptMs: number,
): void {
  const usable: Destination[] = [];
  for (const { address, family } of addresses) {
    socket.emit("lookup", null, address, family, host);
    if (!socket.connecting) return;
    const isNew = !usable.some((other) => other.address === address);
    if (isIP(address) && (family === 4 || family === 6) && isNew)
      usable.push(destinationOf(socket, options, address, port, family));
  }
  const [first] = addresses;
  if (usable.length === 0) {
    if (!isIP(first?.address ?? "")) failSoon(socket, invalidIpAddress(first?.address));
    else failSoon(socket, invalidFamily(first?.family, options.host, options.port));
    return;
  }
  const order = alternating(usable);
  const [only] = order;
  socket.touch();
  if (order.length === 1 && only) connectOnce(socket, only);
  else new HappyEyeballs(socket, order, attemptMs).tryNext();
}

/** By turns of both families, beginning with that of the first. */
function alternating(destinations: readonly Destination[]): Destination[] {
  const first = destinations[0]?.family;
  const preferred = destinations.filter(({ family }) => family === first);
  const others = destinations.filter(({ family }) => family !== first);
  const order: Destination[] = [];
  for (let index = 0; index < Math.max(preferred.length, others.length); index++) {
    for (const group of [preferred, others]) {
      const destination = group[index];
      if (destination) order.push(destination);
    }
  }
  return order;
}

function connectOnce(socket: Connectable, to: Destination): void {
  const transport = socket.transport();
  const unprepared = prepare(transport, to);
  if (unprepared) {
    socket.destroy(unprepared);
    return;
  }
  socket.emit("connectionAttempt", to.address, to.port, to.family || undefined);
  if (!socket.connecting) return;
  if (isBlocked(socket, to)) {
    socket.destroy(blocked(to.address));
    return;
  }
  const failed = connectTo(transport, to, (errno) => {
    if (!socket.connecting || socket.transport() !== transport) return;
    if (errno === 0) socket.onConnected();
    else {
      const error = failureOf(to, errno);
      socket.emit("connectionAttemptFailed", to.address, to.port, to.family || undefined, error);
      socket.destroy(error);
    }
  });
  if (failed) socket.destroy(failed);
}

/** Whether the block list of the socket has the address. */
export function isBlocked(socket: Connectable, to: Destination): boolean {
  if (to.family === 0 || socket.blockList === undefined) return false;
  return socket.blockList.check(to.address, to.family === 4 ? "ipv4" : "ipv6");
}

function destinationOf(
  socket: Connectable,
  options: ConnectOptions,
  address: string,
  port: number | undefined,
  family: 0 | 4 | 6,
): Destination {
  const { localAddress, localPort, socketOptions = socket.socketOptions } = options;
  return {
    address,
    port,
    family,
    localAddress: localAddress === "" ? undefined : localAddress,
    localPort,
    socketOptions,
  };
}

/** @throws RangeError ERR_SOCKET_BAD_PORT; TypeError ERR_INVALID_ARG_TYPE */
function checkPort(port: unknown): number {
  if (port === undefined) return 0;
  if (typeof port !== "number" && typeof port !== "string")
    throw invalidType("options.port", "one of type number or string", port);
  return toPort(port, "Port");
}

/** @throws RangeError ERR_SOCKET_BAD_PORT */
export function toPort(port: number | string, name: string): number {
  const number = Number(port);
  const isEmpty = typeof port === "string" && port.trim() === "";
  if (isEmpty || number !== number >>> 0 || number > MAX_PORT) throw badPort(name, port);
  return number;
}

function checkFamilySelection(value: unknown): boolean {
  if (value === undefined || value === null) return getDefaultAutoSelectFamily();
  if (typeof value !== "boolean")
    throw invalidType("options.autoSelectFamily", "of type boolean", value);
  return value;
}

function toDnsFamily(family: unknown): number {
  if (family === "IPv4") return 4;
  if (family === "IPv6") return 6;
  return typeof family === "number" ? family : 0;
}

function lookupOf({ lookup }: ConnectOptions): Lookup {
  // The overloads of `dns.lookup` are what this type puts into one.
  if (lookup === undefined || lookup === null) return systemLookup;
  if (typeof lookup !== "function") throw invalidType("options.lookup", "of type function", lookup);
  return lookup;
}

// `createConnection` calls `connect` before the user can listen to errors.
function failSoon(socket: Connectable, error: Error): void {
  nextTick(() => {
    socket.destroy(error);
  });
}
