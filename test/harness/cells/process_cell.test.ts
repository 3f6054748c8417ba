import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type Server, type Socket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
// A cell's process runs the compiled harness.
import { type Scenario, cellOf, measure } from "pollux/bench";
import { Program } from "../../support/program.ts";

const STUBBORN = new URL("./stubborn.mjs", import.meta.url);
const OPTIONS = { rounds: 1, sampleMs: 0.01 };
const LATE = /^stopped after [\d.]+ s, the limit for a cell/;

/** A server to which a cell holds a connection as long as its process lives. */
async function listening(): Promise<{ readonly server: Server; readonly path: string }> {
  const directory = mkdtempSync(join(tmpdir(), "pollux-bench-"));
  const path = join(directory, "watcher");
  const server = createServer();
  server.listen(path);
  onTestFinished(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });
  await once(server, "listening");
  return { server, path };
}

describe("limitMs", () => {
  it.each(["prepare-waits", "prepare-spins", "run-waits", "run-spins", "teardown-waits"])(
    "ends the process of a cell whose %s",
    async (contender) => {
      const { cells } = await measure(STUBBORN, {
        ...OPTIONS,
        limitMs: 700,
        contenders: [contender],
      });

      expect(cells).toMatchObject([
        { contender, failed: expect.stringMatching(LATE), samples: [] },
      ]);
    },
  );

  it("ends one cell and no other, and does not count the turns of the others", async () => {
    const never = (): Promise<void> => new Promise(() => undefined);
    const scenario: Scenario<"never" | "ends", number> = {
      name: "mixed",
      question: "What does a cell cost beside one that never ends?",
      sweep: { name: "things", values: [1] },
      contenders: ["never", "ends"],
      prepare: (contender) => ({ run: contender === "never" ? never : () => ({ time: 1 }) }),
      times: 1,
    };
    const result = await measure(scenario, { ...OPTIONS, rounds: 2, limitMs: 1000 });

    expect(cellOf(result, "never", 1)).toMatchObject({ failed: expect.stringMatching(LATE) });
    expect(cellOf(result, "ends", 1)).toMatchObject({ samples: [{ time: 1 }, { time: 1 }] });
  });

  it("ends the process of a cell that is torn down, but does not exit", async () => {
    const { server, path } = await listening();
    vi.stubEnv("POLLUX_TEST_WATCHER", path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const closed = new Promise((resolve) => {
      server.once("connection", (cell) => cell.resume().on("close", resolve));
    });
    const options = { ...OPTIONS, limitMs: 700, contenders: ["exit-spins"] };

    const { cells } = await measure(STUBBORN, options);

    expect(cells).toMatchObject([{ failed: expect.stringMatching(LATE), samples: [] }]);
    await expect(closed).resolves.toBe(false);
  });

  it("refuses a limit of 0", async () => {
    await expect(measure(STUBBORN, { limitMs: 0 })).rejects.toThrow(RangeError);
  });
});

describe("the process of a cell", () => {
  it.each([
    ["run-crashes", /^the process of the cell ended with 1: Error: out of the blue\n/],
    ["is-killed", /^the process of the cell ended with SIGKILL$/],
  ])("fails its cell if it ends unasked (%s)", async (contender, reason) => {
    const { cells } = await measure(STUBBORN, { ...OPTIONS, contenders: [contender] });

    expect(cells).toMatchObject([{ failed: expect.stringMatching(reason), samples: [] }]);
  });

  it("ends with its parent, even while it spins", async () => {
    const { server, path } = await listening();
    const script =
      `process.env.POLLUX_TEST_WATCHER = ${JSON.stringify(path)};` +
      `const { measure } = await import(${JSON.stringify(import.meta.resolve("pollux/bench"))});` +
      `await measure(new URL(${JSON.stringify(STUBBORN.href)}), { contenders: ["watched-spins"],` +
      ` onProgress: () => undefined });`;
    await using parent = new Program(process.execPath, ["--input-type=module", "-e", script]);
    const [cell] = (await once(server, "connection")) as [Socket];
    await once(
      cell.on("error", () => undefined),
      "data",
    );
    const closed = once(cell, "close");

    parent.kill("SIGKILL");

    await expect(closed).resolves.toEqual([false]);
  });
});
