import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answersOf, column, find } from "./found.ts";

/** How many datagrams found no room, of all sockets of this machine. */
function receiveBufferErrors(): number {
  const [names = "", values = ""] = readFileSync("/proc/net/snmp", "latin1")
    .split("\n")
    .filter((line) => line.startsWith("Udp:"));
  return Number(values.split(" ")[names.split(" ").indexOf("RcvbufErrors")]);
}

describe("pollux experiment udp-flow-control", () => {
  it("counts as lost what the kernel counts as RcvbufErrors", async () => {
    const before = receiveBufferErrors();
    const { figures } = await find("udp-flow-control");
    const errors = receiveBufferErrors() - before;

    const lost = column(figures, "lost") as number[];
    expect(column(figures, "dropped")).toEqual(lost);
    expect(errors).toBeGreaterThanOrEqual(lost.reduce((sum, one) => sum + one));
    expect([...lost].sort((a, b) => b - a)).toEqual(lost);
    expect([lost[0]! > 1900, lost.at(-1)]).toEqual([true, 0]);
  });

  it("says the numbers of its calls and of its table", async () => {
    const found = await find("udp-flow-control");

    const received = answersOf(found, "recv").filter((answer) => answer === "1000").length;
    const sent = answersOf(found, "send").filter((answer) => answer === "1000").length;
    const bursts = column(found.figures, "lost").slice(0, -1) as number[];
    // Of the last 2,000, one send and one recv are shown.
    expect(sent - received).toBe(bursts.reduce((sum, one) => sum + one));
    for (const [index, lost] of bursts.entries()) {
      const buffer = found.figures[index]!["buffer"] as number;
      expect(found.conclusion).toContain(
        `${lost.toLocaleString("en")} with ${buffer.toLocaleString("en")} bytes`,
      );
    }
    expect(found.conclusion).toMatch(
      /every send succeeded, and SO_RXQ_OVFL .* counted the same\.$/,
    );
  });
});
