import { execFileSync } from "node:child_process";
import {
  accessSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

// As the suite runs: compiled.
const PROGRAMS = new URL("../../../dist/bench/support/programs.js", import.meta.url);
const NAMES = [
  "echo_server",
  "wait_cost",
  "calls",
  "load",
  "fixed_rate",
  "churn",
  "http_load",
  "datagrams",
  "herd",
];
const SCRIPT =
  `const { buildPrograms, whyNoPrograms } = await import(${JSON.stringify(PROGRAMS.href)});` +
  `buildPrograms(); console.log(whyNoPrograms() ?? "all are there");`;

describe("the programs in C", () => {
  let directory = "";
  let build = "";
  let path = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pollux-programs-"));
    [build, path] = [join(directory, "build"), join(directory, "bin")];
    for (const each of [build, path]) mkdirSync(each);
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
  });

  /** What the suite says of them where only these commands can be found. */
  function builtWith(...commands: string[]): string {
    for (const name of commands) symlinkSync(whereIs(name), join(path, name));
    const env = { PATH: path, POLLUX_BENCH_PROGRAMS: build };
    const args = ["--input-type=module", "-e", SCRIPT];
    return execFileSync(process.execPath, args, { env, encoding: "utf8" }).trim();
  }

  function whereIs(name: string): string {
    return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  }

  /** Older than their sources, so that make would build them again. */
  function leaveOld(...names: string[]): void {
    for (const name of names) {
      writeFileSync(join(build, name), "");
      utimesSync(join(build, name), 1, 1);
    }
  }

  it("are skipped with a reason where they can neither be found nor built", () => {
    expect(builtWith()).toBe("needs make, a C compiler and the headers of libc");
  });

  it("are used without make where they were built before", () => {
    leaveOld(...NAMES);

    expect(builtWith()).toBe("all are there");
  });

  it("are used without a compiler where they were built before", () => {
    leaveOld(...NAMES);

    expect(builtWith("make")).toBe("all are there");
  });

  it("are skipped where one of them is missing", () => {
    leaveOld(...NAMES.slice(1));

    expect(builtWith()).toMatch(/^needs make/);
  });

  it("are built where they can be", () => {
    expect(builtWith("make", "cc", "as", "ld", "mv", "mkdir")).toBe("all are there");
    for (const name of NAMES) accessSync(join(build, name));
  });
});
