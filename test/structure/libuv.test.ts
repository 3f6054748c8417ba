import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesOf, read, ROOT } from "./source.ts";

// Bun has functions with the names of libuv's that end the process. They must not be called there.

/** What calls libuv: functions of the addon that need no handle, and those whose handle such a one made. */
const ENTRIES = ["uv_backend_fd", "loop_poll_create"];

const declared = [
  ...read(ROOT, "native/support/libuv.h").matchAll(/^POLLUX_WEAK .*?\b(uv_\w+)\(/gm),
].map(([, name]) => String(name));

/** The body of the function of `lib/sys/` in which `text` stands, up to there. */
function before(file: string, text: string): string {
  const [head = ""] = read(ROOT, file).split(text, 1);
  return head.slice(head.lastIndexOf("export function"));
}

/** The undefined symbols of a shared object, with their types: U, or w if they are weak. */
function undefinedSymbols(binary: string): [name: string, type: string][] {
  const output = execFileSync("nm", ["-D", "--undefined-only", binary], { encoding: "utf8" });
  return [...output.matchAll(/^\s+(\w) (\w+)/gm)].map(([, type, name]) => [
    String(name),
    String(type),
  ]);
}

describe("libuv", () => {
  it("is named in the binary by weak symbols only, those of libuv.h", () => {
    const symbols = undefinedSymbols(join(ROOT, "build/Release/pollux.node"));
    const ofLibuv = symbols.filter(([name]) => name.startsWith("uv_"));

    expect(ofLibuv.map(([name]) => name).sort()).toEqual([...declared].sort());
    expect(ofLibuv.filter(([, type]) => type !== "w")).toEqual([]);
  });

  it("is called by LoopPoll and uv_backend_fd, and nothing else of native/", () => {
    const callers = readdirSync(join(ROOT, "native"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(cc|h)$/.test(file) && !file.endsWith("support/libuv.h"))
      .filter((file) => declared.some((name) => read(ROOT, `native/${file}`).includes(`${name}(`)));

    expect(callers.sort()).toEqual(["environment.cc", "support/loop_poll.h"]);
  });

  it("is asked for by functions of lib/sys/ that first ask whether the runtime has it", () => {
    const files = filesOf(ROOT, "lib", ".ts");
    const calls = ENTRIES.flatMap((entry) =>
      files
        .filter((file) => read(ROOT, file).includes(`native.${entry}(`))
        .map((file): [string, string] => [file, `native.${entry}(`]),
    );

    expect(calls.map(([file]) => file)).toEqual([
      "lib/sys/environment.ts",
      "lib/sys/async_wait.ts",
    ]);
    for (const [file, call] of calls) expect(before(file, call)).toContain("if (!HAS_LIBUV)");
  });
});
