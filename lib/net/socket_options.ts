import { fdOf } from "../descriptors/descriptor.ts";
import { withDetails } from "../errors.ts";
import { setOption } from "../options/options.ts";
import {
  type OptionInput,
  type OptionName,
  OPTIONS,
  type WritableOption,
} from "../options/table.ts";
import type { Socket as NativeSocket } from "../socket/socket.ts";
import { invalidType, invalidValue } from "./errors.ts";

/** Socket options by name, set before bind(2) and connect(2): `{ SO_RCVBUF: 65_536 }`. */
export type SocketOptionValues = { readonly [N in WritableOption]?: OptionInput<N> };

/** Checks the names. @throws TypeError ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE */
export function checkSocketOptions(options: unknown): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null)
    throw invalidType("options.socketOptions", "of type object", options);
  for (const name of Object.keys(options)) {
    if (!isOption(name)) throw invalidValue("options.socketOptions", name, "has no such option");
  }
}

/**
 * Sets each of `options`.
 *
 * @throws of the first that fails: SystemError of setsockopt(2), with the name of the option; TypeError, RangeError: a value
 */
export function setOptions(socket: NativeSocket, options: SocketOptionValues | undefined): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (!isOption(name)) continue;
    withDetails({ reason: name }, () => {
      setOption(fdOf(socket), name, value);
    });
  }
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}
