import { checkInteger, invalidArgType } from "../../arguments.ts";
import { bytesOf, INT32, INT32_NETWORK, readNumber } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import { type Kind, kind } from "./kind.ts";

/** A network interface, by index or name; with 0 the kernel chooses. */
export type Interface = number | string;

/** The index of an interface. @throws SystemError ENODEV: no interface has this name */
export function interfaceIndex(value: unknown, option: string): number {
  if (typeof value === "string") return sys.ifNametoindex(value);
  if (typeof value !== "number")
    throw invalidArgType(option, "an interface's index or name", value);
  return checkInteger(value, option, 0, 2 ** 31 - 1);
}

/** An interface: read as an index, set by index or name. */
export const ifindex: Kind<number, Interface> = kind({
  type: "number; set with number | string",
  size: INT32.size,
  decode: (bytes) => readNumber(bytes, INT32),
  encode: (value: Interface, option) => bytesOf(INT32, interfaceIndex(value, option), option),
});

/** As {@link ifindex}, for options in network byte order. */
export const ifindexInNetworkOrder: Kind<number, Interface> = kind({
  type: "number; set with number | string",
  size: INT32.size,
  decode: (bytes) => readNumber(bytes, INT32_NETWORK),
  encode: (value: Interface, option) =>
    bytesOf(INT32_NETWORK, interfaceIndex(value, option), option),
});
