// Workers and processes of their own, for what belongs to a whole environment or process, and what
// a test waits for on the way.
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { openDescriptors } from "../support/descriptors.ts";
import { type Ended, run } from "../support/program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const load = `require(${JSON.stringify(`${root}node_modules/node-gyp-build`)})(${JSON.stringify(root)})`;
const PREAMBLE = `const worker = require("node:worker_threads");\nconst native = ${load};\n`;

/**
 * A worker that has the addon as `native` and `parentPort`, runs `code` and then goes on running.
 */
export function startWorker(code: string, workerData?: number): Worker {
  const forever = "setInterval(() => undefined, 1_000);";
  const ports = "const { parentPort, workerData } = worker;\n";
  return new Worker(`${PREAMBLE}${ports}${code}\n${forever}`, { eval: true, workerData });
}

/** Runs `code`, which has the addon as `native`, in a process of its own. */
export function runScript(code: string, flags: readonly string[] = []): Promise<Ended> {
  return run(process.execPath, ...flags, "-e", `${PREAMBLE}${code}`);
}

/** As {@link runScript}, with at most `most` descriptors at a time. */
export function runLimited(code: string, most: number): Promise<Ended> {
  const limit = `--nofile=${String(most)}:${String(most)}`;
  return run("prlimit", limit, process.execPath, "-e", `${PREAMBLE}${code}`);
}

/** One whole turn of this thread's loop: what was ready has been reported. */
export async function turn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Lets the loop turn until it is so; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

export function threadIds(): string[] {
  return readdirSync("/proc/self/task");
}

/** What the kernel says of one thread in /proc/self/task/…/status. */
export function threadStatus(thread: string, field: string): string {
  const status = readFileSync(`/proc/self/task/${thread}/status`, "latin1");
  return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
}

/** The descriptors of one kind that `open` opens, as /proc names it. */
export function openedBy<T>(kind: string, open: () => T): [result: T, fds: number[]] {
  const before = openDescriptors();
  const result = open();
  const added = Object.entries(openDescriptors()).filter(
    ([fd, target]) => target === kind && !(fd in before),
  );
  return [result, added.map(([fd]) => Number(fd))];
}

/** The counter of an eventfd, without taking it. */
export function counterOf(eventfd: number): number {
  const info = readFileSync(`/proc/self/fdinfo/${String(eventfd)}`, "latin1");
  return Number.parseInt(/^eventfd-count:\s*(\w+)$/m.exec(info)?.[1] ?? "", 16);
}
