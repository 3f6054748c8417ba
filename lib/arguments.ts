import { types } from "node:util";

/** A TypeError with Node's code and wording. */
export function invalidArgType(name: string, expected: string, received: unknown): TypeError {
  const message = `The "${name}" argument must be ${expected}. Received ${describe(received)}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
}

/** A TypeError with Node's code, for a value of the right type that cannot be meant. */
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

/** Whether it is a Uint8Array, also one of another realm (node:vm, jest), which `instanceof` denies. */
export function isBytes(value: unknown): value is Uint8Array {
  return types.isUint8Array(value);
}

/** A Uint8Array, or the error that says what it is instead. */
export function checkBytes(value: Uint8Array, name: string): Uint8Array {
  if (!isBytes(value)) throw invalidArgType(name, "a Uint8Array", value);
  return value;
}

/** What can be iterated over, or the error that says what it is instead. */
export function checkIterable<T>(value: Iterable<T>, name: string): Iterable<T> {
  const iterable: unknown = value;
  if (typeof iterable === "object" && iterable !== null && Symbol.iterator in iterable)
    return value;
  throw invalidArgType(name, "iterable", value);
}

/** An object, or the error that says what it is instead. */
export function checkObject<T extends object>(value: T, name: string, expected = "an object"): T {
  if (typeof value !== "object" || value === null) throw invalidArgType(name, expected, value);
  return value;
}

/** `length` bytes from `offset` on are inside of `buffer`, or the error that says what is wrong. */
export function checkSlice(buffer: Uint8Array, offset: number, length: number): void {
  checkBytes(buffer, "buffer");
  checkInteger(offset, "offset", 0, buffer.length);
  checkInteger(length, "length", 0, buffer.length - offset);
}

/** How many bytes a buffer has from `offset` on, or the error that says that it is none. */
export function bytesAfter(buffer: unknown, offset: number): number {
  if (!ArrayBuffer.isView(buffer)) throw invalidArgType("buffer", "a typed array", buffer);
  return buffer.byteLength - offset;
}

/** An integer between `min` and `max`, or the error that says what it is instead. */
export function checkInteger(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== "number") throw invalidArgType(name, "a number", value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw outOfRange(name, `an integer >= ${String(min)} and <= ${String(max)}`, value);
  }
  return value;
}

/** Options that were given as an object, or the error that says what they are instead. */
export function checkOptions<T>(options: T, name = "options"): T {
  if (typeof options !== "object" || options === null) {
    throw invalidArgType(name, "an object", options);
  }
  return options;
}

/**
 * Bits that fit a C int, or the error that says what it is instead. For what is OR-ed before it goes to
 * the kernel: JavaScript's operators would cut anything else to fit.
 */
export function checkBits(value: number, name = "flags"): number {
  return (value | 0) === value ? value : checkInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
}

/**
 * Text as the kernel's calls take it, or the error that says why it cannot be: a string in UTF-8, or
 * bytes as they are; neither may contain the null byte at which C would end it.
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
 * An options object, held against the table of what there is. Values that are `undefined` count as left
 * out.
 *
 * @throws TypeError ERR_INVALID_ARG_TYPE: no object. ERR_INVALID_ARG_VALUE: a name that does not exist,
 * with all that do. What the checks of the values throw
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

function unknownOption(name: string, known: readonly string[]): TypeError {
  const message = `The option "${name}" does not exist. There are: ${known.join(", ")}`;
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_VALUE" });
}

/** The error for two options of which only one can be meant. */
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

export const aString: Check = (value, name) => {
  if (typeof value !== "string") throw invalidArgType(name, "a string", value);
};

export const anArray: Check = (value, name) => {
  if (!Array.isArray(value)) throw invalidArgType(name, "an array", value);
};

export const anObject: Check = (value, name) => {
  checkOptions(value, name);
};

/** An AbortSignal, also one of another realm, such as jsdom's. */
export const anAbortSignal: Check = (value, name) => {
  const isSignal =
    typeof value === "object" &&
    value !== null &&
    "aborted" in value &&
    "addEventListener" in value;
  if (!isSignal) throw invalidArgType(name, "an AbortSignal", value);
};

/** Milliseconds: 0, more, or Infinity. */
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

/** MSG_… or other bits that fit a C int. */
export const someBits: Check = (value, name) => {
  checkInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
};
