import type { ConnectOptions, ListenOptions } from "./options.ts";

/** The arguments of `connect` and `listen` in their one form: options, and the callback. */
export type Normalized<O = ConnectOptions & ListenOptions> = [
  options: O,
  callback: ((...args: unknown[]) => void) | null,
];

const normalized = new WeakSet();

/** Puts the forms `(options, cb)`, `(path, cb)` and `(port, host, cb)` into one. */
export function normalizeArgs(args: readonly unknown[]): Normalized {
  const [first, second] = args;
  const last = args.at(-1);
  const result: Normalized = [
    optionsOf(args.length, first, second),
    isCallback(last) ? last : null,
  ];
  normalized.add(result);
  return result;
}

/** Whether the only argument is what {@link normalizeArgs} returned. */
export function isNormalized(value: unknown): value is Normalized {
  return typeof value === "object" && value !== null && normalized.has(value);
}

/** A number that is not negative, also as text; `false` for others, as node:net has it. */
export function toNumber(value: unknown): number | false {
  const number = Number(value);
  return number >= 0 ? number : false;
}

/** `value`, unless it is left out, "", 0 or `null`: node:net takes all of them for left out. */
export function orElse<T>(value: T | undefined, other: T): T {
  if (value) return value;
  return other;
}

/** Whether it is a path: text that is no number. */
export function isPath(value: unknown): value is string {
  return typeof value === "string" && toNumber(value) === false;
}

function optionsOf(count: number, first: unknown, second: unknown): ConnectOptions & ListenOptions {
  if (count === 0) return {};
  if (isOptions(first)) return first;
  if (isPath(first)) return { path: first };
  const options = { port: first };
  return toOptions(
    typeof second === "string" && count > 1 ? { ...options, host: second } : options,
  );
}

function isOptions(value: unknown): value is ConnectOptions & ListenOptions {
  return typeof value === "object" && value !== null;
}

// The port is checked where it is used: what is wrong with it has an error of its own.
function toOptions(value: object): ConnectOptions & ListenOptions {
  return value;
}

function isCallback(value: unknown): value is (...args: unknown[]) => void {
  return typeof value === "function";
}
