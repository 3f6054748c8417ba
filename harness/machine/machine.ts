import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import { allowedCores } from "./cores.ts";

/** Where and with what it was measured. */
export interface Machine {
  /** The model of the processor. */
  readonly cpu: string;
  /** As `process.arch` has it. */
  readonly architecture: string;
  /** How many processors this process may use. */
  readonly cores: number;
  /** On which the measured processes and the load run; empty when they are not pinned. */
  readonly pinned: readonly number[];
  /** Memory in all, in MiB. */
  readonly memoryMiB: number;
  /** Kernel and release. */
  readonly system: string;
  /** Version of Node.js. */
  readonly node: string;
  /** Version of V8. */
  readonly v8: string;
  /** Version of libuv; "none" where there is none. */
  readonly uv: string;
  /** Version of this package. */
  readonly pollux: string;
  /** Load averages of 1, 5 and 15 minutes, before the first measurement. */
  readonly load: string;
}

/** The machine that this process runs on. */
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

/** Before the first measurement, so that a reader sees what else the machine was doing. */
function loadAverage(): string {
  try {
    return readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
  } catch {
    return "unknown";
  }
}
