import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The processors that this process may run on (`Cpus_allowed_list` in /proc/self/status). Empty where
 * the kernel does not tell.
 */
export function allowedCores(): number[] {
  let status: string;
  try {
    status = readFileSync("/proc/self/status", "utf8");
  } catch {
    return [];
  }
  return parseCores(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "");
}

/** Reads the kernel's notation for a list of processors: "0-2,5" is 0, 1, 2, 5. */
export function parseCores(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    if (first === undefined || last === undefined || range === "") return [];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Which processor runs what. */
export interface Placement {
  /** The processor of the measured process. */
  readonly measured: number;
  /** The processor of the load generator. */
  readonly load: number;
}

let placement: Placement | null | undefined;

/**
 * Chooses two of the processors that this process may use: the last one for what is measured, the first
 * one for the load. Returns `null` if there is only one processor or no taskset(1), or if the environment
 * variable POLLUX_BENCH_PIN is `no`.
 */
export function placementOf(): Placement | null {
  if (placement === undefined) placement = findPlacement();
  return placement;
}

function findPlacement(): Placement | null {
  const given = process.env["POLLUX_BENCH_PIN"];
  if (given === "no") return null;
  // The process of a cell is pinned to one processor, so its parent passes the list on.
  const cores = given === undefined ? allowedCores() : parseCores(given);
  const [load, measured] = [cores[0], cores.at(-1)];
  if (load === undefined || measured === undefined || load === measured) return null;
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
  } catch {
    return null;
  }
  return { measured, load };
}

/**
 * A command line that runs `command` on one processor.
 *
 * @param core - the number of the processor; `undefined` returns the command as it is
 */
export function pinned(command: readonly string[], core: number | undefined): string[] {
  return core === undefined ? [...command] : ["taskset", "-c", String(core), ...command];
}
