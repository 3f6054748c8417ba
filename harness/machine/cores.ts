import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The processors that this process may run on: `0-2,5` in /proc/self/status. Empty when unknown. */
export function allowedCores(): number[] {
  let status: string;
  try {
    status = readFileSync("/proc/self/status", "utf8");
  } catch {
    return [];
  }
  return parseCores(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "");
}

export function parseCores(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    if (first === undefined || last === undefined || range === "") return [];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Where what is measured runs, and where what puts it under load does. */
export interface Placement {
  /** The processor of what is measured. */
  readonly measured: number;
  /** The processor of the load. */
  readonly load: number;
}

let placement: Placement | null | undefined;

/**
 * Two processors of this process, the last and the first, or `null` when it has only one or there is
 * no taskset(1). POLLUX_BENCH_PIN=no keeps everything where the scheduler puts it.
 */
export function placementOf(): Placement | null {
  placement ??= findPlacement();
  return placement;
}

function findPlacement(): Placement | null {
  const given = process.env["POLLUX_BENCH_PIN"];
  if (given === "no") return null;
  // A cell is pinned itself: its parent has looked, and says so.
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

/** A command line, pinned to a processor. */
export function pinned(command: readonly string[], core: number | undefined): string[] {
  return core === undefined ? [...command] : ["taskset", "-c", String(core), ...command];
}
