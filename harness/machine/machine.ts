import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import { allowedCores } from "./cores.ts";

/** The machine and the software of a run. */
export interface Machine {
  /** The model of the processor. */
  readonly cpu: string;
  /** As `process.arch`: "x64". */
  readonly architecture: string;
  /** How many processors this process may use. */
  readonly cores: number;
  /** The processors of the measured process and of the load. Empty if processes are not pinned. */
  readonly pinned: readonly number[];
  /** Physical memory, in MiB. */
  readonly memoryMiB: number;
  /** The kernel and its release: "Linux 6.18". */
  readonly system: string;
  /** The version of Node.js. */
  readonly node: string;
  /** The version of V8. */
  readonly v8: string;
  /** The version of libuv, or "none". */
  readonly uv: string;
  /** The version of pollux. */
  readonly pollux: string;
  /** The load averages (1, 5 and 15 minutes) before the first measurement. */
  readonly load: string;
}

/**
 * Describes this machine.
 *
 * @param pinned - see {@link Machine.pinned}. Default: the processors that this process may use
 */
export function describeMachine(pinned: readonly number[] = allowedCores()): Machine {
  const { version } = createRequire(import.meta.url)("pollux/package.json") as { version: string };
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    architecture: arch(),
    cores: availableParallelism(),
    pinned,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    uv: process.versions.uv ?? "none",
    pollux: version,
    load: loadAverage(),
  };
}

function loadAverage(): string {
  try {
    return readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
  } catch {
    return "unknown";
  }
}
