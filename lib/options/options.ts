import { checkInteger, invalidArgType } from "../arguments.ts";
import type { Bytes } from "../native/native.ts";
import * as sys from "../sys/index.ts";
import { optionOfOtherSystem } from "./other_systems.ts";
import { unreadable, unwritable } from "./kinds/kind.ts";
import type { AnyOption } from "./option.ts";
import {
  type OptionInput,
  type OptionName,
  OPTIONS,
  type OptionQuery,
  type OptionValue,
  type ReadableOption,
  type WritableOption,
} from "./table.ts";

const MAX_OPTION_BYTES = 2 ** 20;

/** The arguments of {@link getOption} after the descriptor. */
export type GetArguments =
  | readonly [name: OptionName, query?: unknown]
  | readonly [level: number, optname: number, size?: number];

/** The arguments of {@link setOption} after the descriptor. */
export type SetArguments =
  | readonly [name: OptionName, value: unknown]
  | readonly [level: number, optname: number, value: number | Bytes];

function find(name: unknown): AnyOption {
  if (typeof name !== "string") throw invalidArgType("option", "a name or a level", name);
  if (Object.hasOwn(OPTIONS, name)) return OPTIONS[name as OptionName];
  const reason =
    optionOfOtherSystem(name) ?? "pollux has no option of this name; use its level and number";
  const error = new TypeError(
    `The argument "option" must be the name of a Linux socket option. Received '${name.slice(0, 64)}': ${reason}`,
  );
  throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
}

/**
 * Reads a socket option: getsockopt(2). Does not block. By name, the value has the option's own type.
 * By level and number, it is an int, or with `size` a Uint8Array of up to `size` bytes.
 *
 * @param query - for options whose value depends on more than the socket, such as those of SCTP
 * @throws SystemError as {@link sys.getsockopt}. TypeError: not a Linux option, or one that can only
 * be set. RangeError: `size` is not 0 … 2^20
 * @see https://man7.org/linux/man-pages/man2/getsockopt.2.html
 */
export function getOption<N extends ReadableOption>(
  fd: number,
  name: N,
  query?: OptionQuery<N>,
): OptionValue<N>;
export function getOption(fd: number, level: number, optname: number): number;
export function getOption(fd: number, level: number, optname: number, size: number): Uint8Array;
export function getOption(fd: number, ...args: GetArguments): unknown;
export function getOption(fd: number, ...args: GetArguments): unknown {
  const [nameOrLevel, second, size] = args;
  if (typeof nameOrLevel === "number") {
    if (size === undefined) return sys.getsockopt(fd, nameOrLevel, second);
    const bytes = new Uint8Array(checkInteger(size, "size", 0, MAX_OPTION_BYTES));
    return bytes.slice(0, sys.getsockopt(fd, nameOrLevel, second, bytes));
  }
  const { level, optname, kind, access } = find(nameOrLevel);
  if (access === "set") throw unreadable(nameOrLevel);
  return kind.get(fd, level, optname, second, nameOrLevel);
}

/**
 * Sets a socket option: setsockopt(2). Does not block. By name, the value has the option's own type.
 * By level and number, it is an int, or all bytes of the option.
 *
 * @throws SystemError as {@link sys.setsockopt}. TypeError or RangeError: not a Linux option, one
 * that can only be read, or a value that the option does not accept
 * @see https://man7.org/linux/man-pages/man2/setsockopt.2.html
 */
export function setOption<N extends WritableOption>(
  fd: number,
  name: N,
  value: OptionInput<N>,
): void;
export function setOption(fd: number, level: number, optname: number, value: number | Bytes): void;
export function setOption(fd: number, ...args: SetArguments): void;
export function setOption(fd: number, ...args: SetArguments): void {
  const [nameOrLevel, second, value] = args;
  if (typeof nameOrLevel === "number") {
    sys.setsockopt(fd, nameOrLevel, second, value);
    return;
  }
  const { level, optname, kind, access } = find(nameOrLevel);
  if (access === "get") throw unwritable(nameOrLevel);
  kind.set(fd, level, optname, second, nameOrLevel);
}
