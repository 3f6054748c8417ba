import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { workerFile } from "../../lib/runtime/worker.ts";

// The package finds itself by name from its own folder.
const cwd = fileURLToPath(new URL("../..", import.meta.url));
const START = `EchoThread.start({ address: "127.0.0.1", port: 0 })
  .then((thread) => thread.stop()).then(({ open }) => console.log("stopped", open));`;
const MODULE = `import { EchoThread } from "pollux"; ${START}`;
const SCRIPT = `import("pollux").then(({ EchoThread }) => ${START.replace(/;$/, "")}); undefined`;

describe("a thread of the library starts", () => {
  it.each([
    { how: "of a module in --eval", args: ["--input-type=module", "-e", MODULE] },
    { how: "with the flag in two words", args: ["--input-type", "module", "--eval", MODULE] },
    {
      how: "beside flags that no worker may be given",
      args: ["--expose-gc", "--title=x", "--input-type=module", "-e", MODULE],
    },
    { how: "of a module in standard input", args: ["--input-type=module"], input: MODULE },
    {
      how: "of a module in standard input, as -",
      args: ["--input-type=module", "-"],
      input: MODULE,
    },
    { how: "of a script in --eval", args: ["-e", SCRIPT] },
    { how: "of a script in --eval, by its type", args: ["--input-type=commonjs", "-e", SCRIPT] },
    { how: "of a script in --print", args: ["-p", SCRIPT], printed: "undefined\n" },
    { how: "of a script in -pe", args: ["-pe", SCRIPT], printed: "undefined\n" },
    { how: "of a script in standard input", args: [], input: SCRIPT },
    { how: "by NODE_OPTIONS", args: ["-e", MODULE], options: "--no-warnings --input-type=module" },
    {
      how: "by NODE_OPTIONS and standard input",
      args: [],
      input: MODULE,
      options: "--input-type=module",
    },
  ])("$how", ({ args, input, options, printed = "" }) => {
    const env = { ...process.env, NODE_OPTIONS: options ?? "" };

    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd,
      env,
      input,
      encoding: "utf8",
    });

    expect({ stdout, stderr }).toEqual({ stdout: `${printed}stopped 0\n`, stderr: "" });
  });
});

describe("workerFile()", () => {
  it.each([
    { where: "of CommonJS", find: () => new URL("./worker.js", undefined) },
    { where: "of ES modules", find: () => new URL("./nowhere.js", import.meta.url) },
  ])("says in a bundle $where to leave the package outside", ({ find }) => {
    expect(() => workerFile("EchoThread", find)).toThrow(
      expect.objectContaining({
        code: "ERR_POLLUX_NO_WORKER",
        message: expect.stringMatching(/^EchoThread .* outside the bundle$/) as string,
      }),
    );
  });
});
