import { checkInteger, invalidArgType, outOfRange } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { checkObject, type Kind, kind } from "./kind.ts";
import { growing, readField, struct, writeField } from "./struct.ts";

const { structs } = sys;

/** SO_LINGER. */
export interface Linger {
  /** Whether close(2) waits for the acknowledgement of what was sent. */
  readonly onoff: boolean;
  /** Seconds it waits at most; with 0 the connection is reset. */
  readonly linger: number;
}

const LINGER_TYPE = "{ onoff: boolean; linger: number }";

export const linger: Kind<Linger> = kind({
  type: LINGER_TYPE,
  size: structs.linger.sizeof,
  decode: (bytes) => ({
    onoff: readField(bytes, structs.linger.fields.onoff) !== 0,
    linger: Number(readField(bytes, structs.linger.fields.linger)),
  }),
  encode(value: Linger, option) {
    checkObject(value, option, LINGER_TYPE);
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

/** SO_RCVTIMEO, SO_SNDTIMEO. */
export interface Timeval {
  /** Seconds. */
  readonly sec: number;
  /** Microseconds, below a million. */
  readonly usec: number;
}

const TIMEVAL_TYPE = "{ sec: number; usec: number }";

export const timeval: Kind<Timeval> = kind({
  type: TIMEVAL_TYPE,
  size: structs.timeval.sizeof,
  decode: (bytes) => ({
    sec: Number(readField(bytes, structs.timeval.fields.sec)),
    usec: Number(readField(bytes, structs.timeval.fields.usec)),
  }),
  encode(value: Timeval, option) {
    checkObject(value, option, TIMEVAL_TYPE);
    const bytes = new Uint8Array(structs.timeval.sizeof);
    for (const [name, most] of [
      ["sec", Number.MAX_SAFE_INTEGER],
      ["usec", 999_999],
    ] as const) {
      const field = structs.timeval.fields[name];
      const number = checkInteger(value[name], `${option}.${name}`, 0, most);
      writeField(bytes, field, field.size === 8 ? BigInt(number) : number, `${option}.${name}`);
    }
    return bytes;
  },
});

/** SO_PEERCRED: who opened the other end of a unix socket. */
export const ucred = struct(structs.ucred);

/** SO_TXTIME. */
export const txtime = struct(structs.sock_txtime);

/** TCP_REPAIR_WINDOW. */
export const repairWindow = struct(structs.tcp_repair_window);

/**
 * TCP_INFO: `struct tcp_info`, its fields without "tcpi_". `last_…` are milliseconds, all other times
 * microseconds, the rest bytes, segments and bytes per second. Numbers of 64 bits are bigints. Absent
 * is what this kernel does not tell.
 */
export const tcpInfo = growing(structs.tcp_info, "TcpInfo", [
  ...(["pacing_rate", "max_pacing_rate", "bytes_acked", "bytes_received", "segs_out"] as const),
  ...(["segs_in", "notsent_bytes", "min_rtt", "data_segs_in", "data_segs_out"] as const),
  ...(["delivery_rate", "busy_time", "rwnd_limited", "sndbuf_limited", "delivered"] as const),
  ...(["delivered_ce", "bytes_sent", "bytes_retrans", "dsack_dups", "reord_seen"] as const),
  ...(["rcv_ooopack", "snd_wnd"] as const),
]);

/** MPTCP_INFO: `struct mptcp_info`, its fields without "mptcpi_". */
export const mptcpInfo = growing(structs.mptcp_info, "MptcpInfo", [
  ...(["local_addr_used", "local_addr_max", "csum_enabled"] as const),
]);

/** IP_LOCAL_PORT_RANGE; 0 leaves an end as the system has it. */
export interface PortRange {
  /** The first port. */
  readonly low: number;
  /** The last port. */
  readonly high: number;
}

const PORT_RANGE_TYPE = "{ low: number; high: number }";

export const portRange: Kind<PortRange> = kind({
  type: PORT_RANGE_TYPE,
  size: 4,
  decode(bytes) {
    const [both = 0] = new Uint32Array(bytes.slice().buffer);
    return { low: both & 0xffff, high: both >>> 16 };
  },
  encode(value: PortRange, option) {
    checkObject(value, option, PORT_RANGE_TYPE);
    const low = checkInteger(value.low, `${option}.low`, 0, 0xffff);
    const high = checkInteger(value.high, `${option}.high`, 0, 0xffff);
    return Uint32Array.of(((high << 16) | low) >>> 0);
  },
});

/** ICMP6_FILTER: which of the 256 types of ICMPv6 are let through. */
export const icmp6Filter: Kind<readonly number[]> = kind({
  type: "number[]",
  size: 32,
  decode(bytes) {
    const blocked = new Uint32Array(bytes.slice().buffer);
    return Array.from({ length: 256 }, (_, type) => type).filter(
      (type) => (((blocked[type >> 5] ?? 0) >>> (type & 31)) & 1) === 0,
    );
  },
  encode(value: readonly number[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, "an array of numbers", value);
    const blocked = new Uint32Array(8).fill(0xffff_ffff);
    value.forEach((type: unknown, index) => {
      const number = checkInteger(type, `${option}[${String(index)}]`, 0, 255);
      blocked[number >> 5] = (blocked[number >> 5] ?? 0) & ~(1 << (number & 31));
    });
    return blocked;
  },
});

/** CAN_RAW_FILTER: a frame is taken when `(frame.id & mask) === (id & mask)` for one of them. */
export interface CanFilter {
  readonly id: number;
  readonly mask: number;
}

const CAN_FILTER_TYPE = "{ id: number; mask: number }[]";
const MOST_CAN_FILTERS = 512;

export const canFilters: Kind<readonly CanFilter[]> = kind({
  type: CAN_FILTER_TYPE,
  size: MOST_CAN_FILTERS * structs.can_filter.sizeof,
  decode(bytes) {
    const words = new Uint32Array(bytes.slice().buffer);
    return Array.from({ length: words.length >> 1 }, (_, index) => ({
      id: words[index * 2] ?? 0,
      mask: words[index * 2 + 1] ?? 0,
    }));
  },
  encode(value: readonly CanFilter[], option) {
    if (!Array.isArray(value)) throw invalidArgType(option, `an array ${CAN_FILTER_TYPE}`, value);
    if (value.length > MOST_CAN_FILTERS) {
      throw outOfRange(option, `at most ${String(MOST_CAN_FILTERS)} filters long`, value.length);
    }
    const words = value.flatMap((filter: CanFilter, index) => {
      const name = `${option}[${String(index)}]`;
      checkObject(filter, name, CAN_FILTER_TYPE);
      return [
        checkInteger(filter.id, `${name}.id`, 0, 0xffff_ffff),
        checkInteger(filter.mask, `${name}.mask`, 0, 0xffff_ffff),
      ];
    });
    return Uint32Array.from(words);
  },
});
