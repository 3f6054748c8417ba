import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const PROGRAM = `
  // Not to start itself without end.
  if (process.env.POLLUX_WORKER_FD !== undefined) process.exit(9);
  const { Supervisor } = await import("pollux");
  const supervisor = await Supervisor.start("test/workers/programs/echo.mjs", {
    workers: 1, listen: [{ address: "127.0.0.1", port: 0 }], maxFailures: 1,
  });
  await supervisor.stop();
  console.log("served");
`;

describe("a worker process", () => {
  it.each([
    ["of node -e", ["--input-type=module", "-e", PROGRAM], ""],
    ["of node --eval=", ["--input-type", "module", `--eval=${PROGRAM}`], ""],
    ["with NODE_OPTIONS", ["-e", PROGRAM], "--no-warnings --input-type=module"],
  ])("runs its program, not the source text of its supervisor: %s", async (_, args, options) => {
    const command = ["-C", ROOT, `NODE_OPTIONS=${options}`, process.execPath, ...args];

    expect(await run("env", ...command)).toEqual({
      ...{ code: 0, signal: null, stdout: "served\n", stderr: "" },
    });
  });
});
