import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./source.ts";

const STREAM = /\bstd::(\w+::)?(basic_\w*(stream|streambuf|filebuf)|ios_base|locale)\b/;

describe("The binary", () => {
  it("needs no stream of C++, whose locales are 300 kB where the library is linked in", () => {
    const symbols = execFileSync(
      "nm",
      ["-D", "-C", "--undefined-only", join(ROOT, "build/Release/pollux.node")],
      { encoding: "utf8" },
    ).split("\n");

    expect(symbols.some((symbol) => symbol.includes("std::"))).toBe(true);
    expect(symbols.filter((symbol) => STREAM.test(symbol))).toEqual([]);
  });
});
