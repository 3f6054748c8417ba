import { invalidArgType, invalidArgValue } from "../../arguments.ts";
import { isSystemError } from "../../errors.ts";
import type { Bytes } from "../../native/native.ts";
import * as sys from "../../sys/index.ts";

/**
 * What the value of an option is: how it is asked for and set, and how its bytes become a value of
 * TypeScript.
 *
 * @typeParam Read - what getsockopt(2) answers
 * @typeParam Write - what setsockopt(2) takes
 * @typeParam Query - what the answer depends on, besides the socket
 */
export interface Kind<Read, Write = Read, Query = undefined> {
  /** The type as TypeScript writes it: for error messages, and for docs/options.md. */
  readonly type: string;
  get(fd: number, level: number, optname: number, query: Query | undefined, option: string): Read;
  set(fd: number, level: number, optname: number, value: Write, option: string): void;
}

/** The bytes of a value, in the kernel's layout. */
export interface Codec<Read, Write, Query = undefined> {
  readonly type: string;
  /** How many bytes to offer to getsockopt(2). */
  readonly size: number;
  /** Whether a value may be longer than `size`: then it is asked for again with more room. */
  readonly grows?: boolean;
  /**
   * Absent where the option can only be read.
   *
   * @throws TypeError or RangeError that names `option`, what it takes and what it was given
   */
  encode?(value: Write, option: string): Bytes;
  /** Absent where the option can only be set. */
  decode?(bytes: Uint8Array): Read;
  /** What getsockopt(2) is to find in the memory that it writes to. */
  ask?(query: Query, option: string): Uint8Array;
}

const MAX_SIZE = 2 ** 20;

/** A kind of value that is plain bytes for getsockopt(2) and setsockopt(2). */
export function kind<Read, Write = Read, Query = undefined>(
  codec: Codec<Read, Write, Query>,
): Kind<Read, Write, Query> {
  return {
    type: codec.type,
    get(fd, level, optname, query, option) {
      if (!codec.decode) throw unreadable(option);
      const room = new Uint8Array(codec.size);
      if (query !== undefined && codec.ask) room.set(codec.ask(query, option));
      return codec.decode(
        codec.grows ? readAll(fd, level, optname, room) : readInto(fd, level, optname, room),
      );
    },
    set(fd, level, optname, value, option) {
      if (!codec.encode) throw unwritable(option);
      sys.setsockopt(fd, level, optname, codec.encode(value, option));
    },
  };
}

function readInto(fd: number, level: number, optname: number, room: Uint8Array): Uint8Array {
  return room.subarray(0, sys.getsockopt(fd, level, optname, room));
}

/** Where the kernel cuts, or refuses to, there is one byte too few: until there is one too many. */
function readAll(fd: number, level: number, optname: number, room: Uint8Array): Uint8Array {
  for (let bytes = room; ; bytes = new Uint8Array(bytes.length * 4)) {
    const last = bytes.length >= MAX_SIZE;
    try {
      const length = sys.getsockopt(fd, level, optname, bytes);
      if (length < bytes.length || last) return bytes.subarray(0, length);
    } catch (error) {
      if (last || !isSystemError(error, "ERANGE")) throw error;
    }
  }
}

/** The error for an option that the kernel only takes. */
export function unreadable(option: string): TypeError {
  return invalidArgValue("option", "one that can be read", option);
}

/** The error for an option that the kernel only tells. */
export function unwritable(option: string): TypeError {
  return invalidArgValue("option", "one that can be set", option);
}

/** The value as it is, once it is known to be an object. @throws TypeError that names `type` */
export function checkStructure<T>(value: T, option: string, type: string): T {
  if (typeof value !== "object" || value === null) {
    throw invalidArgType(option, `an object ${type}`, value);
  }
  return value;
}
