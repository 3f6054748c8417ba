import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("programs/copies.mjs", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "pollux-copy-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const { stdout, stderr } = await run(process.execPath, "--no-warnings", PROGRAM, folder);
const lines = stdout
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as { name: string; outcome: string });

describe("an object of a second copy of the package, or of another realm", () => {
  it("is passed across, for each exported class", () => {
    expect(stderr).toBe("");
    expect(lines.length).toBeGreaterThan(20);
  });

  it.each(lines)("is taken: $name", ({ outcome }) => {
    expect(outcome).toBe("ok");
  });
});
