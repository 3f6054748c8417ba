import { execFileSync } from "node:child_process";
import { accessSync, constants, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fromRoot } from "./paths.ts";

// A compiler that hangs must not hang the run: nothing else interrupts a synchronous setup.
const BUILD_LIMIT_MS = 120_000;

/** Where programs are built: the directory POLLUX_BENCH_PROGRAMS, or else build-bench/ of the package. */
export function buildDirectory(): string {
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

/** Makes {@link buildDirectory}. Throws if other users can write to it. */
export function makeBuildDirectory(): void {
  mkdirSync(buildDirectory(), { recursive: true, mode: 0o700 });
  checkOwner(buildDirectory());
}

/**
 * Calls make in a folder of the package, which builds in {@link buildDirectory}.
 *
 * @param program - the program to build. Default: all of the folder
 * @throws Error make has failed, with its output in `stderr`
 */
export function makeIn(folder: string, program?: string): void {
  makeBuildDirectory();
  // Relative, because make splits paths at spaces, and the path of the checkout may have one.
  const build = relative(fromRoot(folder), buildDirectory());
  const targets = program === undefined ? [] : [`${build}/${program}`];
  compile("make", ["-s", "-C", fromRoot(folder), `BUILD=${build}`, ...targets]);
}

/**
 * Runs a compiler, which prints nothing.
 *
 * @throws Error it has failed, with its output in `stderr`, or takes longer than two minutes
 */
export function compile(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): void {
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  execFileSync(command, args, { ...options, stdio, timeout: BUILD_LIMIT_MS });
}

// Nothing may be run from a directory that others can write to.
function checkOwner(path: string): void {
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.() || (mode & 0o002) !== 0) {
    throw new Error(`${path} can be written to by other users`);
  }
}
