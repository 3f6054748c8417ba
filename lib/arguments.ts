import { types } from "node:util";

/** A TypeError with Node's code and wording. */
export function invalidArgType(name: string, expected: string, received: unknown): TypeError {
  const message = `The "${name}" argument must be ${expected}. Received ${describe(received)}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
}

/** A TypeError with Node's code and wording, for an invalid value of the right type. */
export function invalidArgValue(name: string, expected: string, received: unknown): TypeError {
  const message = `The argument "${name}" must be ${expected}. Received ${describe(received)}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

/** A RangeError with Node's code and wording. */
export function outOfRange(name: string, expected: string, received: unknown): RangeError {
  const message = `The value of "${name}" is out of range. It must be ${expected}. Received ${describe(received)}`;
  return Object.assign(new RangeError(message), { code: "ERR_OUT_OF_RANGE" });
}

/** An Error for a call that the object's state does not allow, with Node's code and wording. */
export function invalidState(what: string): Error {
  return Object.assign(new Error(`Invalid state: ${what}`), { code: "ERR_INVALID_STATE" });
}

function describe(value: unknown): string {
  if (typeof value === "string") return `type string ('${value.slice(0, 28)}')`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return `an instance of ${value.constructor?.name ?? "Object"}`;
}

/** Whether it is a Uint8Array, also of another realm (node:vm, jest), where `instanceof` is false. */
export function isBytes(value: unknown): value is Uint8Array {
  return types.isUint8Array(value);
}

/** Checks for a Uint8Array. @throws TypeError: it is something else */
export function checkBytes(value: Uint8Array, name: string): Uint8Array {
  if (!isBytes(value)) throw invalidArgType(name, "a Uint8Array", value);
  return value;
}

/** The bytes of a typed array or a DataView. Not a copy. @throws TypeError: it is something else */
export function checkView(value: unknown, name: string): Uint8Array {
  if (!ArrayBuffer.isView(value)) throw invalidArgType(name, "a TypedArray or a DataView", value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * The `bytes` of an object that stands for a structure; `undefined` if there is none.
 *
 * @throws TypeError: it has none
 */
export function bytesOf(
  value: { readonly bytes: Uint8Array } | null | undefined,
  name: string,
  expected: string,
): Uint8Array | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isBytes(value.bytes)) throw invalidArgType(name, expected, value);
  return value.bytes;
}

/** Checks for an iterable object. @throws TypeError: it is something else */
export function checkIterable<T>(value: Iterable<T>, name: string): Iterable<T> {
  const iterable: unknown = value;
  if (typeof iterable === "object" && iterable !== null && Symbol.iterator in iterable)
    return value;
  throw invalidArgType(name, "iterable", value);
}

/** Checks for an object. @throws TypeError: it is something else */
export function checkObject<T extends object>(value: T, name: string, expected = "an object"): T {
  if (typeof value !== "object" || value === null) throw invalidArgType(name, expected, value);
  return value;
}

/** Checks that `length` bytes from `offset` on are inside of `buffer`. @throws TypeError, RangeError */
export function checkSlice(buffer: Uint8Array, offset: number, length: number): void {
  checkBytes(buffer, "buffer");
  checkInteger(offset, "offset", 0, buffer.length);
  checkInteger(length, "length", 0, buffer.length - offset);
}

/** How many bytes a buffer has from `offset` on. @throws TypeError: not a typed array, or not a number */
export function bytesAfter(buffer: unknown, offset: number): number {
  if (!ArrayBuffer.isView(buffer)) throw invalidArgType("buffer", "a typed array", buffer);
  if (typeof offset !== "number") throw invalidArgType("offset", "a number", offset);
  return buffer.byteLength - offset;
}

/** Checks for an integer from `min` to `max`. @throws TypeError, RangeError */
export function checkInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number", value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw outOfRange(name, `an integer >= ${String(min)} and <= ${String(max)}`, value);
  }
  return value;
}

/** Checks that options are an object. @throws TypeError: they are something else */
export function checkOptions<T>(options: T, name = "options"): T {
  if (typeof options !== "object" || options === null) {
    throw invalidArgType(name, "an object", options);
  }
  return options;
}

/**
 * Checks for bits that fit a C int. Call it before other bits are OR-ed in: JavaScript's operators would
 * truncate any other number.
 *
 * @throws TypeError, RangeError
 */
export function checkBits(value: number, name = "flags"): number {
  const isBits = typeof value === "number" && (value | 0) === value;
  return isBits ? value : checkInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
}

/**
 * Text for a call of the kernel: a string as UTF-8, or the bytes themselves. Neither may contain a null byte,
 * which would end it in C.
 *
 * @throws TypeError: something else, or a null byte
 */
export function checkCString(value: string | Uint8Array, name: string): Uint8Array {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  if (!isBytes(bytes)) throw invalidArgType(name, "a string or a Uint8Array", value);
  if (bytes.includes(0)) throw invalidArgValue(name, "free of null bytes", value);
  return bytes;
}

/** Checks one value of an options object. `name` is for the error: "options.backlog". */
export type Check = (value: unknown, name: string) => void;

/**
 * The options that a function takes: every name of `Options`, with the check of its value. A table that
 * lacks a name, or has one too many, does not compile.
 */
export type OptionTable<Options> = { readonly [Name in keyof Options]-?: Check };

/**
 * Checks an options object against the table of existing options. A value of `undefined` counts as left out.
 *
 * @throws TypeError ERR_INVALID_ARG_TYPE: it is not an object. ERR_INVALID_ARG_VALUE: an option that does
 * not exist; the error lists all that do. Also errors of the values' checks
 */
export function readOptions<Options extends object>(
  options: Options,
  table: OptionTable<Options>,
  name = "options",
): Options {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidArgType(name, "an object", options);
  }
  for (const key in options) {
    if (!Object.hasOwn(table, key)) throw unknownOption(`${name}.${key}`, Object.keys(table));
    const value = options[key];
    if (value !== undefined) table[key](value, `${name}.${key}`);
  }
  return options;
}

/** The error for a name that an options object or a structure does not have. */
export function unknownOption(name: string, known: readonly string[]): TypeError {
  const message = `The option "${name}" does not exist. There are: ${known.join(", ")}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

/** The error for two options that contradict each other. */
export function contradiction(first: string, second: string, why: string): TypeError {
  const message = `The options "${first}" and "${second}" contradict each other: ${why}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

/** For a value that is checked where it is used. */
export const anything: Check = () => undefined;

export const aBoolean: Check = (value, name) => {
  if (typeof value !== "boolean") throw invalidArgType(name, "a boolean", value);
};

export const aFunction: Check = (value, name) => {
  if (typeof value !== "function") throw invalidArgType(name, "a function", value);
};

export const anArray: Check = (value, name) => {
  if (!Array.isArray(value)) throw invalidArgType(name, "an array", value);
};

export const anObject: Check = (value, name) => {
  checkOptions(value, name);
};

/** An AbortSignal, also of another realm, such as jsdom's. */
export const anAbortSignal: Check = (value, name) => {
  const isSignal =
    typeof value === "object" &&
    value !== null &&
    "aborted" in value &&
    "addEventListener" in value;
  if (!isSignal) throw invalidArgType(name, "an AbortSignal", value);
};

/** Milliseconds: a number >= 0, or Infinity. */
export const aTimeLimit: Check = (value, name) => {
  if (typeof value !== "number") throw invalidArgType(name, "a number", value);
  if (!(value >= 0)) throw outOfRange(name, ">= 0", value);
};

export const anInteger =
  (min: number, max: number): Check =>
  (value, name) => {
    checkInteger(value, name, min, max);
  };

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value, name) => {
    if (!values.includes(value)) {
      throw invalidArgValue(name, `one of ${values.map(String).join(", ")}`, value);
    }
  };

/** Bits that fit a C int, such as MSG_…. */
export const someBits: Check = (value, name) => {
  checkInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
};
