import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const source = readFileSync(new URL("../../examples/kernel_crypto.ts", import.meta.url), "utf8");

describe("examples/kernel_crypto.ts", () => {
  // test/guest runs it in a kernel that has AF_ALG for certain.
  it("computes what node:crypto computes, or says that the kernel cannot", async ({ skip }) => {
    const compilerOptions = { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(source, { compilerOptions });

    const { stdout, stderr } = await run(process.execPath, "--input-type=module", "-e", outputText);

    expect(stderr).toBe("");
    skip(stdout.startsWith("not in this kernel:"), stdout);
    expect(stdout.trim().split("\n")).toEqual([
      ...["sha256", "hmac(sha1)", "cbc(aes)"].map((name) => `${name}: the same`),
    ]);
  });
});
