import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { packageCopy, polluxOf } from "../support/package_copy.ts";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";

interface Told {
  readonly runtime: Record<string, string>;
  readonly binary?: { file: string; origin: string; passedOver: string[] };
  readonly features?: { name: string; available: boolean | null; detail: string }[];
  readonly error?: string;
  readonly limits: { name: string; value: string }[];
}

async function told(pollux: string, wrapper: readonly string[] = []): Promise<Told> {
  const line = [...wrapper, process.execPath, pollux, "doctor", "--json"];
  const ended = await run("env", ...line);
  expect(ended).toMatchObject({ signal: null, stderr: "" });
  return JSON.parse(ended.stdout) as Told;
}

async function feature(name: string): Promise<unknown> {
  const { features } = await told(POLLUX);
  return features?.find((known) => known.name === name);
}

function isOpened(domain: number, type: number, protocol: number): boolean {
  try {
    sys.close(sys.socket(domain, type, protocol));
    return true;
  } catch {
    return false;
  }
}

describe("pollux doctor", () => {
  it("tells which binary was loaded, and which were not", async () => {
    const copy = packageCopy({ "native/build/Release/pollux.node": null });

    expect((await told(polluxOf(copy))).binary).toEqual({
      file: `${copy}/native/build/Release/pollux.node`,
      origin: "local build",
      passedOver: [`${copy}/build/Release/pollux.node: not there`],
    });
  });

  it("tells what a kernel without epoll_pwait2 and without SCTP answers", async () => {
    expect(await feature("SCTP")).toMatchObject({
      available: isOpened(sys.AF_INET, sys.SOCK_STREAM, sys.IPPROTO_SCTP),
    });
    expect(await feature("epoll_pwait2")).toEqual({
      name: "epoll_pwait2",
      available: true,
      detail: "",
    });
  });

  it("tells the limits of this process and of the system", async () => {
    const { limits } = await told(POLLUX, ["prlimit", "--nofile=200:300"]);

    // Node.js raises the limit as far as it may.
    expect(limits).toContainEqual({ name: "RLIMIT_NOFILE", value: "300, at most 300" });
    expect(limits).toContainEqual({
      name: "net.core.somaxconn",
      value: readFileSync("/proc/sys/net/core/somaxconn", "latin1").trim(),
    });
  });

  it("tells the same in lines for people", async () => {
    const { binary, features = [], limits, runtime } = await told(POLLUX);

    const { code, stdout } = await run(process.execPath, POLLUX, "doctor");

    expect(code).toBe(0);
    const value = (name: string) => stdout.split("\n").find((line) => line.startsWith(`${name} `));
    expect(value("binary")).toContain(binary?.file);
    for (const { name, available } of features) {
      expect(value(name)).toMatch(
        { true: / yes/, false: / no/, null: / unknown/ }[String(available)]!,
      );
    }
    for (const { name } of limits) expect(value(name)).toBeDefined();
    for (const [name, text] of Object.entries(runtime)) expect(value(name)).toContain(text);
  });

  it("tells what was looked for where there is no binary, and ends with exit code 1", async () => {
    const pollux = polluxOf(packageCopy());

    const { error, binary, limits } = await told(pollux);
    const text = await run(process.execPath, pollux, "doctor");

    expect(error).toContain("To build one");
    expect(binary).toBeUndefined();
    expect(limits).not.toEqual([]);
    expect(text).toMatchObject({ code: 1, stderr: "" });
    expect(text.stdout).toContain(error);
  });
});

describe("pollux without a binary", () => {
  it.each([["--help"], ["--version"], ["serve", "--help"], ["bench", "--help"]])(
    "still answers %s",
    async (...args) => {
      const ended = await run(process.execPath, polluxOf(packageCopy()), ...args);

      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.stdout).not.toBe("");
    },
  );

  it("says how to build one when a server is to run, without a stack trace", async () => {
    const ended = await run(process.execPath, polluxOf(packageCopy()), "serve", "--port", "0");

    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(
      /^pollux: pollux found no binary for [^]*\nTo build one [^\n]*\n$/,
    );
  });
});
