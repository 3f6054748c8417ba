import type { Share } from "./share.ts";

/** The variable with the number of a worker's control socket. */
export const CONTROL_FD = "POLLUX_WORKER_FD";

/** The variable with the process id of a worker's supervisor. */
export const SUPERVISOR_PID = "POLLUX_SUPERVISOR_PID";

/** SCM_MAX_FD of the kernel: the most descriptors in a message. */
export const MAX_DESCRIPTORS = 253;

/** Counters of a worker: numbers, also in objects. */
export interface Totals {
  /** A counter, or several under one name. */
  readonly [name: string]: number | Totals;
}

/** The first message to a worker. The listening sockets come with it. */
export interface Start {
  readonly type: "start";
  readonly slot: number;
  readonly share: Share;
  /** For each address, how many of the sockets belong to it; none if connections are passed. */
  readonly sockets: readonly number[];
  /** How many locks come after the sockets. */
  readonly locks: number;
  /** For each address, a `struct sockaddr…` in hexadecimal. */
  readonly addresses: readonly string[];
  readonly data: unknown;
  /** The worker ends by itself after so many passed connections. */
  readonly connections?: number;
}

/** What a supervisor tells a worker. */
export type ToWorker =
  | Start
  /** More listening sockets, and then locks: one message has room for {@link MAX_DESCRIPTORS}. */
  | { readonly type: "more" }
  /** To be answered with "pong". */
  | { readonly type: "ping" }
  /** `leave`: connections that wait to be accepted stay for other workers. */
  | { readonly type: "stop"; readonly drainMs: number; readonly queue: "leave" | "accept" }
  /** A connection comes with it, accepted at the address of this index. To be answered with "taken". */
  | { readonly type: "connection"; readonly id: number; readonly index: number };

/** What a worker tells its supervisor. */
export type FromWorker =
  /** It has begun, and wants its first message. Before, nothing that it could keep open is sent to it. */
  | { readonly type: "hello" }
  | { readonly type: "ready" }
  | { readonly type: "pong"; readonly totals: Totals }
  /** The worker has the connection, or none came, for example because no descriptor was free. */
  | { readonly type: "taken"; readonly id: number; readonly missing: boolean }
  /** A connection that was passed has ended. */
  | { readonly type: "ended" }
  | { readonly type: "stopped"; readonly totals: Totals };

/**
 * The sum of counters of workers that have ended and of those that serve. What was open ended with its worker, and
 * the most that was open at a time is not a sum over times.
 */
export function withPast(past: Totals, current: Totals): Totals {
  const result: Record<string, number | Totals> = { ...sum([past, current]) };
  if ("open" in result) result["open"] = current["open"] ?? 0;
  if ("peakOpen" in result) {
    result["peakOpen"] = Math.max(Number(past["peakOpen"] ?? 0), Number(current["peakOpen"] ?? 0));
  }
  return result;
}

/** The sum of counters. What is none, such as a number that JSON has no form for, is left out. */
export function sum(all: readonly unknown[]): Totals {
  const result: Record<string, number | Totals> = {};
  for (const totals of all) {
    if (typeof totals !== "object" || totals === null) continue;
    for (const [name, value] of Object.entries(totals) as [string, unknown][]) {
      const before = result[name];
      if (typeof value === "number") {
        if (!Number.isFinite(value)) continue;
        result[name] = (typeof before === "number" ? before : 0) + value;
      } else if (typeof value === "object" && value !== null) {
        result[name] = sum([before, value]);
      }
    }
  }
  return result;
}
