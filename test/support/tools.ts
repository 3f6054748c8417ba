/**
 * Python's interpreter, which vitest.config.ts has looked up: where `python3` is a script that finds
 * one, that costs more than what it runs.
 */
export const PYTHON = process.env["POLLUX_PYTHON"] ?? "python3";

/** Its flags for programs that need the standard library only: reads neither settings nor packages. */
export const BARE = ["-I", "-S"] as const;

/** Without AddressSanitizer's LD_PRELOAD (scripts/test-asan), which is for Node.js alone. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LD_PRELOAD: undefined };
}
