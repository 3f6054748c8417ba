import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";

const RUNS = "10000";
const seed = process.env["POLLUX_FUZZ_SEED"] ?? String(Date.now() % 2 ** 31);
const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const declarations = readFileSync(
  new URL("../../lib/native/functions.ts", import.meta.url),
  "utf8",
).replaceAll("() => void", "Callback");
const functions = Object.entries(native).flatMap(([name, value]) =>
  typeof value === "function" ? [name] : [],
);

/** As lib/native/functions.ts declares it. */
function parameterCount(name: string): number {
  const found = new RegExp(`^ {2}${name}\\(([^)]*)\\):`, "m").exec(declarations);
  return (found?.[1] ?? "").split(":").length - 1;
}

/** How the child ends: `null`, or what it says and which signal killed it. */
async function fuzz(name: string): Promise<string | null> {
  try {
    await promisify(execFile)(process.execPath, [child, name, seed, RUNS], { timeout: 300_000 });
    return null;
  } catch (error) {
    const { stderr, signal, code } = error as { stderr: string; signal: string; code: number };
    return `POLLUX_FUZZ_SEED=${seed}, signal ${signal}, status ${String(code)}\n${stderr}`;
  }
}

describe(`${RUNS} wrong calls (POLLUX_FUZZ_SEED=${seed})`, () => {
  it("are described for every function of the addon, with the parameters that it declares", () => {
    const described: unknown = JSON.parse(execFileSync(process.execPath, [child]).toString());

    expect(described).toEqual(
      Object.fromEntries(functions.map((name) => [name, parameterCount(name)])),
    );
  });

  it.concurrent.each(functions)(
    "of %s neither crash, nor succeed, nor write outside of their memory",
    async (name) => {
      expect(await fuzz(name)).toBeNull();
    },
    300_000,
  );
});
