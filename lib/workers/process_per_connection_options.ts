import type { AddressLike } from "../address/inputs.ts";
import { aFunction, anInteger, type OptionTable } from "../arguments.ts";
import type { ChildChange } from "./children.ts";
import type { LogStream } from "./starting.ts";
import { SUPERVISOR_OPTIONS } from "./supervisor_options.ts";

/** What a {@link ProcessPerConnection} is started with. */
export interface ProcessPerConnectionOptions {
  /** Where clients connect to. */
  readonly listen: readonly AddressLike[];
  /** How many connections may wait to be accepted, at each address. Default: SOMAXCONN. */
  readonly backlog?: number;
  /** Whether to delete the file of a unix socket that a dead server left. */
  readonly unlinkStale?: boolean;
  /** The most child processes at a time; further connections wait to be accepted. Default: 64. */
  readonly children?: number;
  /** How many children are kept ready for connections to come. Default: 2, or `children` if that is less. */
  readonly spare?: number;
  /** How many connections a child serves, one after the other, before it exits. Default: 1. */
  readonly connectionsPerChild?: number;
  /** For the children, as `WorkerSlot.data`; in JSON. */
  readonly data?: unknown;
  /** Arguments of the child's program. */
  readonly args?: readonly string[];
  /** Milliseconds within which a child has to be ready, and has to take its connection. Default: 10,000. */
  readonly readyMs?: number;
  /** Milliseconds for open connections when the server stops. Default: 5,000. */
  readonly drainMs?: number;
  /** Milliseconds before another start, after a child that failed; doubled up to fifty times as many. Default: 100. */
  readonly pauseMs?: number;
  /** How many children in a row may fail to become ready, before the server ends. Default: 10. */
  readonly maxFailures?: number;
  /** Called whenever the state of a child changes. */
  readonly onChild?: (change: ChildChange) => void;
  /** Called with each line that a child writes. Default: writes it to the same stream, after `[child N] `. */
  readonly onLog?: (child: number, line: string, stream: LogStream) => void;
  /** Called with errors after which service goes on. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
}

const { backlog, unlinkStale, data, args, readyMs, drainMs } = SUPERVISOR_OPTIONS;
const { listen, pauseMs, maxFailures, onLog, onError } = SUPERVISOR_OPTIONS;

/** The table of these options. */
export const PROCESS_OPTIONS: OptionTable<ProcessPerConnectionOptions> = {
  ...{ listen, backlog, unlinkStale, data, args, readyMs, drainMs, pauseMs, maxFailures },
  children: anInteger(1, 65_536),
  spare: anInteger(0, 65_536),
  connectionsPerChild: anInteger(1, 2 ** 31 - 1),
  onChild: aFunction,
  onLog,
  onError,
};
