import { getSystemErrorMap, getSystemErrorName, inspect } from "node:util";
import { SystemError } from "../errors.ts";

// The errors of node:net: plain errors with the codes and messages that programs compare. Those of the
// library below are SystemErrors, which name more.

/** An error with a code of Node's own, such as ERR_SOCKET_CLOSED. */
function coded<E extends Error>(error: E, code: string): E {
  // As in Node's own: the code stands in the stack, and not in the name.
  const value = `${error.name} [${code}]`;
  Object.defineProperty(error, "name", { value, configurable: true });
  Error.captureStackTrace(error, coded);
  Reflect.deleteProperty(error, "name");
  return Object.assign(error, { code });
}

export const socketClosed = (): Error => coded(new Error("Socket is closed"), "ERR_SOCKET_CLOSED");

export const closedBeforeConnection = (): Error =>
  coded(
    new Error("Socket closed before the connection was established"),
    "ERR_SOCKET_CLOSED_BEFORE_CONNECTION",
  );

export const connectionTimeout = (): Error =>
  coded(new Error("Socket connection timeout"), "ERR_SOCKET_CONNECTION_TIMEOUT");

export const alreadyListens = (): Error =>
  coded(
    new Error("Listen method has been called more than once without closing."),
    "ERR_SERVER_ALREADY_LISTEN",
  );

export const notRunning = (): Error =>
  coded(new Error("Server is not running."), "ERR_SERVER_NOT_RUNNING");

export const invalidHandleType = (): Error =>
  coded(new TypeError("This handle type cannot be sent"), "ERR_INVALID_HANDLE_TYPE");

export const handleAdopted = (): Error =>
  coded(new Error("The handle of this socket was adopted or closed"), "ERR_SOCKET_HANDLE_ADOPTED");

export const invalidFdType = (type: string): Error =>
  coded(new TypeError(`Unsupported fd type: ${type}`), "ERR_INVALID_FD_TYPE");

export const invalidIpAddress = (address: unknown): Error =>
  coded(new TypeError(`Invalid IP address: ${String(address)}`), "ERR_INVALID_IP_ADDRESS");

export const invalidFamily = (family: unknown, host: unknown, port: unknown): Error =>
  Object.assign(
    coded(
      new RangeError(`Invalid address family: ${String(family)} ${String(host)}:${String(port)}`),
      "ERR_INVALID_ADDRESS_FAMILY",
    ),
    { host, port },
  );

export const blocked = (address: string): Error =>
  coded(new Error(`IP(${address}) is blocked by net.BlockList`), "ERR_IP_BLOCKED");

/** @param alternatives - of which one is enough */
export const missingArgs = (...alternatives: string[]): Error => {
  const names = alternatives.map((name) => `"${name}"`).join(" or ");
  return coded(new TypeError(`The ${names} argument must be specified`), "ERR_MISSING_ARGS");
};

export const badPort = (name: string, port: unknown): Error =>
  coded(
    new RangeError(`${name} should be >= 0 and < 65536. Received ${received(port)}.`),
    "ERR_SOCKET_BAD_PORT",
  );

export const invalidType = (name: string, expected: string, value: unknown): TypeError =>
  coded(
    new TypeError(`The ${quotedName(name)} must be ${expected}. Received ${received(value)}`),
    "ERR_INVALID_ARG_TYPE",
  );

export const invalidValue = (name: string, value: unknown, reason = "is invalid"): TypeError => {
  const kind = name.includes(".") ? "property" : "argument";
  const shown = inspect(value).slice(0, 128);
  return coded(
    new TypeError(`The ${kind} '${name}' ${reason}. Received ${shown}`),
    "ERR_INVALID_ARG_VALUE",
  );
};

export const outOfRange = (name: string, range: string, value: unknown): RangeError =>
  coded(
    new RangeError(
      `The value of "${name}" is out of range. It must be ${range}. Received ${grouped(value)}`,
    ),
    "ERR_OUT_OF_RANGE",
  );

/** What a write after the peer's end gives. */
export const endedByPeer = (): Error =>
  Object.assign(new Error("This socket has been ended by the other party"), { code: "EPIPE" });

/** A failed call: `read ECONNRESET`. */
export function failedCall(errno: number, syscall: string): Error {
  const code = getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall });
}

/** A failed call with its address: `connect ECONNREFUSED 127.0.0.1:1`. */
export function failedAt(
  errno: number,
  syscall: string,
  address: string | null | undefined,
  port?: number,
  additional?: string,
): Error {
  const code = getSystemErrorName(errno);
  const at = place(address, port);
  const more = additional === undefined ? "" : ` - Local (${additional})`;
  const error = new Error(`${syscall} ${code}${at && ` ${at}`}${more}`);
  Object.assign(error, { errno, code, syscall, address });
  return port ? Object.assign(error, { port }) : error;
}

/** As {@link failedAt}, with the kernel's words: `listen EADDRINUSE: address already in use :::80`. */
export function failedListen(
  errno: number,
  syscall: string,
  address: string | null | undefined,
  port?: number | null,
): Error {
  const [code, words] = getSystemErrorMap().get(errno) ?? [getSystemErrorName(errno), ""];
  const at = place(address, port);
  const error = new Error(`${syscall} ${code}: ${words}${at && ` ${at}`}`);
  Object.assign(error, { code, errno, syscall, address });
  return port ? Object.assign(error, { port }) : error;
}

/** What `listen` emits: a failed call with where it was meant to listen; what says more itself as it is. */
export function failureToListen(
  error: Error,
  address: string | null | undefined,
  port?: number | null,
): Error {
  if (!(error instanceof SystemError) || error.syscall === "setsockopt") return error;
  return failedListen(error.errno, "listen", address, port);
}

/** All attempts have failed. */
export function allFailed(errors: readonly Error[]): Error {
  const code: unknown = errors[0] && Reflect.get(errors[0], "code");
  return Object.assign(new AggregateError(errors, ""), { code });
}

/** The number of a failed call of the library. @throws what is no failed call */
export function errnoOf(error: unknown): number {
  if (error instanceof SystemError) return error.errno;
  throw error;
}

function place(address: string | null | undefined, port: number | null | undefined): string {
  if (port && port > 0) return `${String(address)}:${String(port)}`;
  return address ?? "";
}

function quotedName(name: string): string {
  return `"${name}" ${name.includes(".") ? "property" : "argument"}`;
}

function grouped(value: unknown): string {
  if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) <= 2 ** 32)
    return inspect(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, "_");
}

function received(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "object") {
    const { name } = value.constructor ?? {};
    return name ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  const text = inspect(value, { colors: false });
  return `type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`;
}
