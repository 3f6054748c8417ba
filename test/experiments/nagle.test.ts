import { describe, expect, it } from "vitest";
import { answersOf, column, find } from "./found.ts";

// An acknowledgement is delayed by 40 ms at most, and a cork drawn after 200 ms: not long on a busy machine.
const RETRY = { retry: 5 };

describe("pollux experiment nagle", () => {
  it("joins writes late acknowledged, corked or with MSG_MORE, and no others", RETRY, async () => {
    const { figures } = await find("nagle");

    const [late, atOnce, noDelay, ...joined] = column(figures, "segments") as number[];
    expect(late).toBeLessThan(5);
    // An acknowledgement that comes at once may still come after the next write.
    expect(atOnce).toBeGreaterThan(late!);
    expect(noDelay).toBe(10);
    expect(joined).toEqual([1, 1]);
  });

  it("says the segments of its table, which are the differences of TCP_INFO", async () => {
    const found = await find("nagle");

    const counts = answersOf(found, "getsockopt").map((answer) => Number(answer.split(" ")[1]));
    const differences = counts.flatMap((count, index) =>
      index % 2 === 1 ? [count - counts[index - 1]!] : [],
    );
    expect(column(found.figures, "segments")).toEqual(differences);
    for (const { how, segments } of found.figures) {
      expect(found.conclusion).toContain(`${String(segments)} ${String(how)}`);
    }
    expect(column(found.figures, "bytes")).toEqual(Array(5).fill(100));
  });
});
