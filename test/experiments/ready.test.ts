import { describe, expect, it } from "vitest";
import { Recorder } from "../../lib/experiments/experiment.ts";
import { CONDITIONS } from "../../lib/experiments/ready_conditions.ts";
import { createMultiplexer, MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { PRIORITY, READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { column, find } from "./found.ts";

const BITS = { readable: READABLE, writable: WRITABLE, exceptional: PRIORITY };
const PATIENCE_MS = 20_000;

describe("pollux experiment ready", () => {
  it("has a row for each condition, with what the three have reported", async () => {
    const { figures, conclusion } = await find("ready");

    expect(column(figures, "condition")).toEqual(CONDITIONS.map(({ name }) => name));
    for (const row of figures) {
      const readsNothing = String(row["the notes"]).startsWith("not ");
      for (const name of MULTIPLEXERS) expect(row[name] === "nothing").toBe(readsNothing);
      expect(
        `E${String(row["poll"]).replaceAll(" | ", " | E")}`.replace("Enothing", "nothing"),
      ).toBe(row["epoll"]);
    }
    expect(conclusion).toMatch(
      /^Select, poll and epoll agree in all 13 conditions, and all are as in the notes; SO_SNDLOWAT cannot/,
    );
  });

  it.each(CONDITIONS.map((condition) => [condition.name, condition] as const))(
    "says of %s what the multiplexers of the library say",
    async (_, condition) => {
      const { asked, isReady } = condition;
      using out = new Recorder();
      const socket = await condition.make(out);
      const interest = asked.reduce((bits, one) => bits | BITS[one], 0);

      for (const name of MULTIPLEXERS) {
        using multiplexer = createMultiplexer(name);
        multiplexer.add(socket, interest);
        let found = 0;
        multiplexer.waitSync(isReady ? PATIENCE_MS : 0, (_fd, events) => (found = events));
        expect([name, found & interest]).toEqual([name, isReady ? interest : 0]);
      }
    },
  );
});
