import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fromRoot } from "./paths.ts";

const FAILED = "POLLUX_BENCH_NO_PROGRAMS";

const PROGRAMS = ["echo_server", "wait_cost", "calls", "load", "churn", "datagrams"] as const;

export type Program = (typeof PROGRAMS)[number];

/**
 * The path of a program of bench/c, built by {@link buildPrograms}: in the directory
 * POLLUX_BENCH_PROGRAMS, or else in build-bench/ of the package.
 */
export function program(name: Program): string {
  return join(directory(), name);
}

/** With a second thread, as Node.js has: see bench/c/common.h. */
export function threaded(command: readonly string[]): string[] {
  return ["env", "POLLUX_BENCH_THREADS=1", ...command];
}

/**
 * Builds bench/c with make and cc. Where these are missing, what was built before is used; where
 * nothing was, {@link whyNoPrograms} says so.
 */
export function buildPrograms(): void {
  if (process.env[FAILED] !== undefined) return;
  try {
    mkdirSync(directory(), { recursive: true, mode: 0o700 });
    checkOwner(directory());
    // Relative: make takes a path with a space for two, and that of the checkout may have one.
    const build = relative(fromRoot("bench/c"), directory());
    execFileSync("make", ["-s", "-C", fromRoot("bench/c"), `BUILD=${build}`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const reason = whyNoCompiler(error);
    // Programs that do not compile are no reason to skip anything.
    if (reason === undefined) throw error;
    if (!areBuilt()) process.env[FAILED] = reason;
  }
}

export function whyNoPrograms(): string | undefined {
  const failed = process.env[FAILED];
  if (failed !== undefined) return failed;
  return areBuilt() ? undefined : "the C programs of the suite are not built";
}

function areBuilt(): boolean {
  return PROGRAMS.every((name) => existsSync(program(name)));
}

function directory(): string {
  const given = process.env["POLLUX_BENCH_PROGRAMS"];
  if (given !== undefined) return resolve(given);
  try {
    accessSync(fromRoot("."), constants.W_OK);
    return fromRoot("build-bench");
  } catch {
    // Installed for all users: each has a place of their own.
    return join(tmpdir(), `pollux-bench-${String(process.getuid?.())}`);
  }
}

function whyNoCompiler(error: unknown): string | undefined {
  const { code, stderr } = error as { code?: string; stderr?: Buffer };
  const missing = code === "ENOENT" || /not found|No such file/.test(stderr?.toString() ?? "");
  return missing ? "needs make, a C compiler and the headers of libc" : undefined;
}

// What lies in a directory that others may write to must not be run.
function checkOwner(path: string): void {
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.() || (mode & 0o002) !== 0) {
    throw new Error(`${path} belongs to somebody else`);
  }
}
