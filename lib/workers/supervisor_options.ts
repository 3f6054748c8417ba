import type { AddressLike } from "../address/inputs.ts";
import {
  aBoolean,
  aFunction,
  anArray,
  anInteger,
  type Check,
  invalidArgType,
  oneOf,
  type OptionTable,
} from "../arguments.ts";
import { checkSignal } from "../runtime/abort.ts";
import type { Socket } from "../socket/socket.ts";
import { inJson } from "./in_json.ts";
import { type Share, SHARES } from "./share.ts";
import type { WorkerChange } from "./slot.ts";
import type { LogStream } from "./starting.ts";
import type { WorkerKind } from "./worker.ts";

/** What a {@link Supervisor} is started with. */
export interface SupervisorOptions {
  /** How many workers serve at a time. Default: one for each processor. */
  readonly workers?: number;
  /** Processes, or threads of this process. Default: "process". */
  readonly kind?: WorkerKind;
  /** How the workers share connections. Default: "reuseport". */
  readonly share?: Share;
  /** Where clients connect to. */
  readonly listen: readonly AddressLike[];
  /**
   * Sockets that listen already at some of these addresses: from systemd, or from the supervisor before. The
   * supervisor owns them from now on.
   */
  readonly adopted?: readonly Socket[];
  /** How many connections may wait to be accepted, on each socket. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** Whether to delete the file of a unix socket that a dead server left. */
  readonly unlinkStale?: boolean;
  /** For the workers, as `WorkerSlot.data`; in JSON. */
  readonly data?: unknown;
  /** Arguments of the worker's program. */
  readonly args?: readonly string[];
  /** Milliseconds within which a new worker has to be ready. Default: 10,000. */
  readonly readyMs?: number;
  /** Milliseconds for the connections of a worker that stops. Default: 5,000. */
  readonly drainMs?: number;
  /** Milliseconds after which a worker that does not answer is replaced. Default: 10,000. */
  readonly unresponsiveMs?: number;
  /**
   * Milliseconds before a worker is replaced that ended soon after its start; twice as many each time, up to fifty
   * times as many. Default: 100.
   */
  readonly pauseMs?: number;
  /** How often in a row a slot's worker may fail to become ready, before the slot is given up. Default: 10. */
  readonly maxFailures?: number;
  /** Ends the start: what was started is killed, and `start` is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called whenever the state of a worker changes. */
  readonly onWorker?: (change: WorkerChange) => void;
  /** Called with each line that a worker writes. Default: writes it to the same stream, after `[slot N] `. */
  readonly onLog?: (slot: number, line: string, stream: LogStream) => void;
  /** Called with errors after which service goes on. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

const strings = arrayOf("an array of strings", (each) => typeof each === "string");
const sockets = arrayOf(
  "an array of Sockets",
  (each) => typeof (each as Partial<Socket> | null)?.listen === "function",
);

function arrayOf(expected: string, matches: (each: unknown) => boolean): Check {
  return (value, name) => {
    anArray(value, name);
    if (!(value as unknown[]).every(matches)) throw invalidArgType(name, expected, value);
  };
}

/** The table of these options. */
export const SUPERVISOR_OPTIONS: OptionTable<SupervisorOptions> = {
  workers: anInteger(1, 1024),
  kind: oneOf("process", "thread"),
  share: oneOf(...SHARES),
  listen: anArray,
  adopted: sockets,
  backlog: anInteger(0, 2 ** 31 - 1),
  unlinkStale: aBoolean,
  data: inJson,
  args: strings,
  readyMs: anInteger(1, 2 ** 31 - 1),
  drainMs: anInteger(0, 2 ** 31 - 1),
  unresponsiveMs: anInteger(10, 2 ** 31 - 1),
  pauseMs: anInteger(1, 60_000),
  maxFailures: anInteger(1, 2 ** 31 - 1),
  signal: checkSignal,
  onWorker: aFunction,
  onLog: aFunction,
  onError: aFunction,
};
