import { describe, expect, it } from "vitest";
import { column, find } from "./found.ts";

describe("pollux experiment linger", () => {
  it("finds the end and TIME_WAIT, but for a reset by 0 s", async () => {
    const { figures, conclusion } = await find("linger");

    expect(column(figures, "SO_LINGER")).toEqual([
      "off",
      "on, 0 s",
      "on, 1 s, acknowledged",
      "on, 1 s",
      "on, 1 s, O_NONBLOCK",
    ]);
    expect(column(figures, "end")).toEqual(["0", "ECONNRESET", "0", "0", "0"]);
    expect(column(figures, "afterwards").map((state) => state === "TIME_WAIT")).toEqual([
      ...[true, false, true, true, true],
    ]);
    for (const { sent, received, end } of figures) expect(received === sent).toBe(end === "0");
    expect(conclusion).toMatch(/^Off, close .* and the peer read all [\d,]+ bytes, then the end;/);
    expect(conclusion).toMatch(/on with 0, .* read [\d,]+ bytes of [\d,]+ bytes, then ECONNRESET;/);
    expect(conclusion).toMatch(
      /waited for 1 s where it did not; on a non-blocking socket it waited for 1 s, though the notes/,
    );
  });
});
