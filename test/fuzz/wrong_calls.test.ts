import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";

const RUNS = "10000";
const CHILDREN = 4;
const CHILD_LIMIT_MS = 600_000;
const seed = process.env["POLLUX_FUZZ_SEED"] ?? String(Date.now() % 2 ** 31);
const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const declarations = [
  "functions.ts",
  "functions_io_uring.ts",
  "functions_ioctl.ts",
  "functions_netdb.ts",
  "functions_signal.ts",
]
  .map((file) => readFileSync(new URL(`../../lib/native/${file}`, import.meta.url), "utf8"))
  .join("")
  .replaceAll("() => void", "Callback");
const functions = Object.entries(native).flatMap(([name, value]) =>
  typeof value === "function" ? [name] : [],
);

/** As lib/native/functions.ts declares it. */
function parameterCount(name: string): number {
  const found = new RegExp(`^ {2}${name}\\(([^)]*)\\):`, "m").exec(declarations);
  return (found?.[1] ?? "").split(":").length - 1;
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly signal?: string;
  readonly code?: number;
}

/** Runs a child to its end. */
async function runChild(names: readonly string[]): Promise<Outcome> {
  const args = [child, seed, RUNS, ...names];
  try {
    return await promisify(execFile)(process.execPath, args, { timeout: CHILD_LIMIT_MS });
  } catch (error) {
    return error as Outcome;
  }
}

/**
 * What became of each function: `null`, or what the child said and which signal killed it. A child
 * takes one after the other; where one of them ends it, a new child goes on with the next.
 */
async function fuzz(names: readonly string[]): Promise<Map<string, string | null>> {
  const outcomes = new Map<string, string | null>();
  while (outcomes.size < names.length) {
    const rest = names.slice(outcomes.size);
    const { stdout, stderr, signal, code } = await runChild(rest);
    const withstood = stdout.split("\n").slice(0, -1);
    for (const name of withstood) outcomes.set(name, null);
    const failed = rest[withstood.length];
    const end = `POLLUX_FUZZ_SEED=${seed}, signal ${String(signal)}, status ${String(code)}`;
    if (failed) outcomes.set(failed, `${end}\n${stderr}`);
  }
  return outcomes;
}

describe(`${RUNS} wrong calls (POLLUX_FUZZ_SEED=${seed})`, () => {
  it("are described for every function of the addon, with the parameters that it declares", () => {
    const described: unknown = JSON.parse(execFileSync(process.execPath, [child]).toString());

    expect(described).toEqual(
      Object.fromEntries(functions.map((name) => [name, parameterCount(name)])),
    );
  });

  // A child for every so many: it costs more to start one than to call one function.
  const groups = Array.from({ length: CHILDREN }, (_, group) =>
    functions.filter((_name, index) => index % CHILDREN === group),
  );
  const children: Promise<Map<string, string | null>>[] = [];

  beforeAll(() => {
    children.push(...groups.map((names) => fuzz(names)));
  });

  it.concurrent.each(functions)(
    "of %s neither crash, nor succeed, nor write outside of their memory",
    async (name) => {
      const outcome = await children[functions.indexOf(name) % CHILDREN];

      expect(outcome?.get(name)).toBeNull();
    },
    1_200_000,
  );
});
