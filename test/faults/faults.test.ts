import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { Program } from "../support/program.ts";
import { withoutStrace } from "../support/strace.ts";
import { toolEnvironment } from "../sys/support.ts";
import { CODE, WITHOUT } from "./calls.mjs";

const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const functions = Object.entries(native).flatMap(([name, value]) =>
  typeof value === "function" ? [name] : [],
);
const errno = sys.errno[CODE];

let program: Program;
let calls: Record<string, string>;
let unable: string | undefined = withoutStrace;

beforeAll(async () => {
  program = new Program(process.execPath, [child]);
  calls = JSON.parse(await program.nextLine()) as Record<string, string>;
  if (unable !== undefined) return;
  const detach = await attach("getppid");
  if (detach === null) unable = "needs the permission to trace a process that is no child";
  await detach?.();
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
});

/** Has the next one of these system calls of the child's main thread fail; `null` where it must not be. */
async function attach(kernelCall: string): Promise<(() => Promise<void>) | null> {
  const inject = `inject=${kernelCall}:error=${CODE}:when=1`;
  const args = ["-o", "/dev/null", "-e", `trace=${kernelCall}`, "-e", inject];
  const strace = spawn("strace", [...args, "-p", String(program.pid)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: toolEnvironment(),
  });
  const ended = once(strace, "close");
  const detach = async (): Promise<void> => {
    strace.kill("SIGINT");
    await ended;
  };
  const [first] = (await Promise.race([once(strace.stderr, "data"), ended])) as [unknown];
  if (String(first).includes("attached")) return detach;
  await ended;
  return null;
}

describe("the list of calls", () => {
  it("has every function of the addon, or says why it cannot fail", () => {
    expect([...Object.keys(calls), ...Object.keys(WITHOUT)].sort()).toEqual([...functions].sort());
  });
});

describe.runIf(process.platform === "linux")("under strace", () => {
  beforeEach(({ skip }) => {
    skip(unable !== undefined, unable);
  });

  const failing = functions.filter((name) => !(name in WITHOUT));
  it.each(failing)(
    `%s passes on what the kernel says (${CODE}), and leaks nothing`,
    async (name) => {
      const index = Object.keys(calls).indexOf(name);
      const detach = await attach(calls[name] ?? name);

      program.say(String(index));
      const result = JSON.parse(await program.nextLine()) as Record<string, unknown>;

      await detach?.();
      const { expected } = result;
      const code = expected === null ? {} : { code: CODE, syscall: expected };
      expect(result).toMatchObject({ name, errno: -errno, opened: 0, ...code });
    },
  );
});
