import { invalidArgType, invalidArgValue, unknownOption } from "../../arguments.ts";
import { isSystemError } from "../../errors.ts";
import type { Bytes } from "../../native/native.ts";
import * as sys from "../../sys/index.ts";

/**
 * The kind of value that an option has: how to read and set it, and how its bytes become a TypeScript
 * value.
 *
 * @typeParam Read - the value that getsockopt(2) returns
 * @typeParam Write - the value that setsockopt(2) accepts
 * @typeParam Query - what the returned value depends on, besides the socket
 */
export interface Kind<Read, Write = Read, Query = undefined> {
  /** The TypeScript type as text, for error messages and docs/options.md. */
  readonly type: string;
  get(fd: number, level: number, optname: number, query: Query | undefined, option: string): Read;
  set(fd: number, level: number, optname: number, value: Write, option: string): void;
}

/** Converts a value to bytes in the kernel's layout, and back. */
export interface Codec<Read, Write, Query = undefined> {
  readonly type: string;
  /** The buffer size for getsockopt(2), in bytes. */
  readonly size: number;
  /** Whether a value may be longer than `size`: it is then read again with a larger buffer. */
  readonly grows?: boolean;
  /**
   * Absent if the option can only be read.
   *
   * @throws TypeError or RangeError that names `option`, the expected value and the received one
   */
  encode?(value: Write, option: string): Bytes;
  /** Absent if the option can only be set. */
  decode?(bytes: Uint8Array): Read;
  /** The initial contents of the buffer for getsockopt(2), if the kernel reads them. */
  encodeQuery?(query: Query, option: string): Uint8Array;
}

const MAX_OPTION_BYTES = 2 ** 20;

/** The kind of an option whose value crosses getsockopt(2) and setsockopt(2) as plain bytes. */
export function kind<Read, Write = Read, Query = undefined>(
  codec: Codec<Read, Write, Query>,
): Kind<Read, Write, Query> {
  return {
    type: codec.type,
    get(fd, level, optname, query, option) {
      if (!codec.decode) throw unreadable(option);
      const buffer = new Uint8Array(codec.size);
      if (query !== undefined) {
        if (!codec.encodeQuery)
          throw invalidArgValue("query", `left out: ${option} has none`, query);
        buffer.set(codec.encodeQuery(query, option));
      }
      return codec.decode(
        codec.grows ? readAll(fd, level, optname, buffer) : readInto(fd, level, optname, buffer),
      );
    },
    set(fd, level, optname, value, option) {
      if (!codec.encode) throw unwritable(option);
      sys.setsockopt(fd, level, optname, codec.encode(value, option));
    },
  };
}

function readInto(fd: number, level: number, optname: number, buffer: Uint8Array): Uint8Array {
  return buffer.subarray(0, sys.getsockopt(fd, level, optname, buffer));
}

/**
 * Enlarges the buffer until it is longer than the value. A value that fills the buffer may have been
 * truncated; for some options the kernel fails with ERANGE instead.
 */
function readAll(fd: number, level: number, optname: number, first: Uint8Array): Uint8Array {
  for (let bytes = first; ; bytes = new Uint8Array(bytes.length * 4)) {
    const last = bytes.length >= MAX_OPTION_BYTES;
    try {
      const length = sys.getsockopt(fd, level, optname, bytes);
      if (length < bytes.length || last) return bytes.subarray(0, length);
    } catch (error) {
      if (last || !isSystemError(error, "ERANGE")) throw error;
    }
  }
}

/** The error for reading an option that can only be set. */
export function unreadable(option: string): TypeError {
  return invalidArgValue("option", "an option that can be read", option);
}

/** The error for setting an option that can only be read. */
export function unwritable(option: string): TypeError {
  return invalidArgValue("option", "an option that can be set", option);
}

/**
 * Returns `value` if it is an object with no other names than those in `type`.
 *
 * @throws TypeError that names `type`, or the names that exist
 */
export function checkStructure<T>(value: T, option: string, type: string): T {
  if (typeof value !== "object" || value === null) {
    throw invalidArgType(option, `an object ${type}`, value);
  }
  for (const name in value) {
    const known = namesIn(type);
    if (!known.includes(name)) throw unknownOption(`${option}.${name}`, known);
  }
  return value;
}

const namesByType = new Map<string, readonly string[]>();

/** The names of the fields in the text of a type: `{ sec: number; usec: number }`. */
function namesIn(type: string): readonly string[] {
  const known = namesByType.get(type);
  if (known) return known;
  const names = [...type.matchAll(/(\w+)\??:/g)].map(([, name = ""]) => name);
  namesByType.set(type, names);
  return names;
}
