import { describe, expect, it } from "vitest";
import { BenchBar } from "../../lib/cli/bench_bar.ts";

/** A bar and what it has written. */
function bar(output: { isTTY?: boolean; columns?: number }): { bar: BenchBar; written: string[] } {
  const written: string[] = [];
  return { bar: new BenchBar({ ...output, write: (text) => written.push(text) }), written };
}

const STEP = { share: 0.5, leftMs: 90_000, where: "wait_one 10 epoll" };

describe("BenchBar", () => {
  it("draws how far the measurement is, in place of the bar before", () => {
    const { bar: drawn, written } = bar({ isTTY: true, columns: 100 });
    drawn.draw(STEP);

    expect(written).toEqual([
      "\r\u001b[K",
      `${"█".repeat(12)}${"░".repeat(12)} 50 %, 1 min 30 s left: wait_one 10 epoll`,
    ]);
  });

  it("tells no time before there is an estimate", () => {
    const { bar: drawn, written } = bar({ isTTY: true });
    drawn.draw({ share: 0, where: "wait_one" });

    expect(written.at(-1)).toBe(`${"░".repeat(24)} 0 %: wait_one`);
  });

  it("fits into the terminal", () => {
    const { bar: drawn, written } = bar({ isTTY: true, columns: 30 });
    drawn.draw(STEP);

    expect(written.at(-1)).toHaveLength(29);
  });

  it("leaves lines only where the output is no terminal", () => {
    const { bar: drawn, written } = bar({});
    drawn.draw(STEP);
    drawn.line("a line");
    drawn.clear();

    expect(written).toEqual(["a line\n"]);
  });
});
