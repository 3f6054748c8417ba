import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fromRoot } from "./paths.ts";

const FAILED = "POLLUX_BENCH_NO_PROGRAMS";

// A compiler that hangs must not hang the run: nothing else interrupts a synchronous setup.
const BUILD_LIMIT_MS = 120_000;

const PROGRAMS = [
  "echo_server",
  "wait_cost",
  "calls",
  "load",
  "fixed_rate",
  "churn",
  "http_load",
  "datagrams",
  "herd",
] as const;

/** The name of a program of bench/c. */
export type Program = (typeof PROGRAMS)[number];

/**
 * The path of a program of bench/c, built by {@link buildPrograms}: in the directory
 * POLLUX_BENCH_PROGRAMS, or else in build-bench/ of the package.
 */
export function program(name: Program): string {
  return join(directory(), name);
}

/** The command with a second thread, because Node.js has several: see bench/c/common.h. */
export function threaded(command: readonly string[]): string[] {
  return ["env", "POLLUX_BENCH_THREADS=1", ...command];
}

/**
 * Builds bench/c with make and cc. If these are missing, programs that were built earlier are used; if
 * there are none, {@link whyNoPrograms} tells.
 *
 * @throws Error the programs do not compile
 */
export function buildPrograms(): void {
  if (process.env[FAILED] !== undefined) return;
  try {
    mkdirSync(directory(), { recursive: true, mode: 0o700 });
    checkOwner(directory());
    // Relative, because make splits paths at spaces, and the path of the checkout may have one.
    const build = relative(fromRoot("bench/c"), directory());
    execFileSync("make", ["-s", "-C", fromRoot("bench/c"), `BUILD=${build}`], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: BUILD_LIMIT_MS,
    });
  } catch (error) {
    const reason = whyNoCompiler(error);
    // A program that does not compile is an error, not a reason to skip cells.
    if (reason === undefined) throw error;
    if (!areBuilt()) process.env[FAILED] = reason;
  }
}

/** The reason why the programs cannot be used; `undefined` if they can. */
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
    // The package is installed for all users, who cannot write to it: each builds in a directory of their own.
    return join(tmpdir(), `pollux-bench-${String(process.getuid?.())}`);
  }
}

function whyNoCompiler(error: unknown): string | undefined {
  const { code, stderr } = error as { code?: string; stderr?: Buffer };
  const missing = code === "ENOENT" || /not found|No such file/.test(stderr?.toString() ?? "");
  return missing ? "needs make, a C compiler and the headers of libc" : undefined;
}

// Nothing may be run from a directory that others can write to.
function checkOwner(path: string): void {
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.() || (mode & 0o002) !== 0) {
    throw new Error(`${path} can be written to by other users`);
  }
}
