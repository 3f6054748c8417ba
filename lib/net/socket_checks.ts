import { checkBlockList } from "./block_list.ts";
import { invalidType, invalidValue, outOfRange } from "./errors.ts";
import { checkSocketOptions } from "./socket_options.ts";

const MAX_SERVICE = 255;

/** Checks the options of `new Socket()`, in the order that node:net does. @throws TypeError, RangeError */
export function checkSocketConstructor(options: object): void {
  for (const mode of ["objectMode", "readableObjectMode", "writableObjectMode"] as const) {
    const value: unknown = Reflect.get(options, mode);
    if (value) throw invalidValue(`options.${mode}`, value, "is not supported");
  }
  checkDelay(options);
  const service: unknown = Reflect.get(options, "typeOfService");
  if (service !== undefined) checkTypeOfService(service, "options.typeOfService");
  checkBlockList(Reflect.get(options, "blockList"));
  checkSocketOptions(Reflect.get(options, "socketOptions"));
}

/** @throws TypeError ERR_INVALID_ARG_TYPE: `keepAliveInitialDelay` is no number */
export function checkDelay(options: object): void {
  const delay: unknown = Reflect.get(options, "keepAliveInitialDelay");
  if (delay !== undefined && typeof delay !== "number")
    throw invalidType("options.keepAliveInitialDelay", "of type number", delay);
}

/** @throws TypeError, RangeError: it is no integer from 0 to 255 */
export function checkTypeOfService(value: unknown, name: string): number {
  if (typeof value !== "number" || Number.isNaN(value))
    throw invalidType(name, "of type number", value);
  if (!Number.isInteger(value)) throw outOfRange(name, "an integer", value);
  if (value < 0 || value > MAX_SERVICE)
    throw outOfRange(name, `>= 0 && <= ${String(MAX_SERVICE)}`, value);
  return value;
}

/** @throws TypeError ERR_INVALID_ARG_TYPE: it is no function */
export function checkCallback(callback: unknown): void {
  if (typeof callback !== "function") throw invalidType("callback", "of type function", callback);
}
