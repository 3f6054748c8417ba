import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import { allowedCores } from "./cores.ts";

/** Where and with what it was measured. */
export interface Machine {
  readonly cpu: string;
  readonly architecture: string;
  readonly cores: number;
  /** On which the measured processes and the load run; empty when they are not pinned. */
  readonly pinned: readonly number[];
  readonly memoryMiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly uv: string;
  readonly pollux: string;
  readonly load: string;
}

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
