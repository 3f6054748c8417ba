import { checkInteger, invalidArgType } from "../../arguments.ts";
import { readNumber, writeField, writeNumber } from "../../memory/fields.ts";
import * as sys from "../../sys/index.ts";
import { checkStructure, type Kind, kind } from "./kind.ts";
import { struct } from "./struct.ts";

const { structs } = sys;

/** SO_LINGER: `struct linger`. */
export interface Linger {
  /** Whether close(2) waits until the peer has acknowledged all data. */
  readonly onoff: boolean;
  /** The longest time to wait, in seconds; with 0, close(2) resets the connection. */
  readonly linger: number;
}

const LINGER_TYPE = "{ onoff: boolean; linger: number }";

export const linger: Kind<Linger> = kind({
  type: LINGER_TYPE,
  size: structs.linger.sizeof,
  decode: (bytes) => ({
    onoff: readNumber(bytes, structs.linger.fields.onoff) !== 0,
    linger: readNumber(bytes, structs.linger.fields.linger),
  }),
  encode(value: Linger, option) {
    checkStructure(value, option, LINGER_TYPE);
    if (typeof value.onoff !== "boolean") {
      throw invalidArgType(`${option}.onoff`, "a boolean", value.onoff);
    }
    const seconds = checkInteger(value.linger, `${option}.linger`, 0, 2 ** 31 - 1);
    const bytes = new Uint8Array(structs.linger.sizeof);
    writeField(bytes, structs.linger.fields.onoff, Number(value.onoff), option);
    writeField(bytes, structs.linger.fields.linger, seconds, option);
    return bytes;
  },
});

/** SO_RCVTIMEO, SO_SNDTIMEO: `struct timeval`. */
export interface Timeval {
  /** Seconds. */
  readonly sec: number;
  /** Microseconds, 0 … 999,999. */
  readonly usec: number;
}

const TIMEVAL_TYPE = "{ sec: number; usec: number }";

export const timeval: Kind<Timeval> = kind({
  type: TIMEVAL_TYPE,
  size: structs.timeval.sizeof,
  decode: (bytes) => ({
    sec: readNumber(bytes, structs.timeval.fields.sec),
    usec: readNumber(bytes, structs.timeval.fields.usec),
  }),
  encode(value: Timeval, option) {
    checkStructure(value, option, TIMEVAL_TYPE);
    const bytes = new Uint8Array(structs.timeval.sizeof);
    for (const [name, max] of [
      ["sec", Number.MAX_SAFE_INTEGER],
      ["usec", 999_999],
    ] as const) {
      const field = structs.timeval.fields[name];
      const number = checkInteger(value[name], `${option}.${name}`, 0, max);
      writeNumber(bytes, field, number, `${option}.${name}`);
    }
    return bytes;
  },
});

/** SO_PEERCRED: the process, user and group that opened the peer of a unix socket. */
export const ucred = struct(structs.ucred);

/** SO_TXTIME: `struct sock_txtime`. */
export const txtime = struct(structs.sock_txtime);
