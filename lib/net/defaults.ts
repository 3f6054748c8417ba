import { getDefaultAutoSelectFamily as nodesDefault } from "node:net";
import { getDefaultAutoSelectFamilyAttemptTimeout as nodesTimeout } from "node:net";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import { invalidType, invalidValue, outOfRange } from "./errors.ts";

/** The shortest time for one attempt, in milliseconds. */
export const MIN_ATTEMPT_MS = 10;

// What the command line says (--network-family-autoselection and its timeout) is Node's own default.
let autoSelectFamily = nodesDefault();
let attemptTimeoutMs = nodesTimeout();
let multiplexer: MultiplexerName | undefined;

/** Whether `connect` tries all addresses of a host, by default. */
export function getDefaultAutoSelectFamily(): boolean {
  return autoSelectFamily;
}

/** Sets whether `connect` tries all addresses of a host, by default. */
export function setDefaultAutoSelectFamily(value: boolean): void {
  if (typeof value !== "boolean") throw invalidType("value", "of type boolean", value);
  autoSelectFamily = value;
}

/** How long one of several addresses is tried alone, by default, in milliseconds. */
export function getDefaultAutoSelectFamilyAttemptTimeout(): number {
  return attemptTimeoutMs;
}

/** Sets how long one of several addresses is tried alone, by default; at least 10 milliseconds. */
export function setDefaultAutoSelectFamilyAttemptTimeout(value: number): void {
  attemptTimeoutMs = checkAttemptTimeout(value, "value");
}

/** @returns milliseconds, at least {@link MIN_ATTEMPT_MS} */
export function checkAttemptTimeout(value: unknown, name: string): number {
  if (typeof value !== "number") throw invalidType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  const max = 2 ** 31 - 1;
  if (value < 1 || value > max) throw outOfRange(name, `>= 1 && <= ${String(max)}`, value);
  return Math.max(value, MIN_ATTEMPT_MS);
}

/**
 * The multiplexer of sockets and servers that name none: what {@link setDefaultMultiplexer} was given, or else the
 * environment variable POLLUX_MULTIPLEXER, or else epoll.
 */
export function getDefaultMultiplexer(): MultiplexerName {
  return (
    multiplexer ??
    checkMultiplexer(process.env["POLLUX_MULTIPLEXER"] ?? "epoll", "POLLUX_MULTIPLEXER")
  );
}

/** Sets the multiplexer of sockets and servers that are made from now on, in this thread. */
export function setDefaultMultiplexer(name: MultiplexerName): void {
  multiplexer = checkMultiplexer(name, "name");
}

/** @throws TypeError ERR_INVALID_ARG_VALUE: there is no multiplexer of this name */
export function checkMultiplexer(name: unknown, what: string): MultiplexerName {
  const known = MULTIPLEXERS.find((multiplexerName) => multiplexerName === name);
  if (known === undefined)
    throw invalidValue(what, name, `must be one of: ${MULTIPLEXERS.join(", ")}`);
  return known;
}
