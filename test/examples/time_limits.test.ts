import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const LIMIT_MS = 50;
const source = readFileSync(new URL("../../examples/time_limits.ts", import.meta.url), "utf8");

describe("examples/time_limits.ts", () => {
  it("waits as long as the limit says, three ways to receive and one to send, not longer than for data", async () => {
    const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(source, { compilerOptions });

    const { stdout, stderr } = await run(process.execPath, "--input-type=module", "-e", outputText);

    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => line.replace(/[\d.]+ ms$/, "…"))).toEqual([
      ...["withTimer", "withWait", "withOption"].flatMap((name) => [
        `${name}: nothing in …`,
        `${name}, hello: 5 bytes`,
      ]),
      "sendWithOption: nothing in …",
    ]);
    for (const [, took] of stdout.matchAll(/in ([\d.]+) ms$/gm)) {
      expect(Number(took)).toBeGreaterThanOrEqual(LIMIT_MS);
      expect(Number(took)).toBeLessThan(LIMIT_MS + 20_000);
    }
  });
});
