import { describe, expect, it } from "vitest";
import { find } from "./found.ts";

describe("pollux experiment closing-states", () => {
  it("goes through the states of RFC 9293, in both orders", async () => {
    const { figures, conclusion } = await find("closing-states");

    const inTable = figures.map((row) => [row["client in /proc"], row["server in /proc"]]);
    expect(inTable).toEqual([
      ["ESTABLISHED", "ESTABLISHED"],
      ["FIN_WAIT1", "ESTABLISHED"],
      ["FIN_WAIT2", "CLOSE_WAIT"],
      ["FIN_WAIT2", "LAST_ACK"],
      ["TIME_WAIT", "none"],
      ["FIN_WAIT1", "FIN_WAIT1"],
      ["FIN_WAIT2", "CLOSING"],
      ["TIME_WAIT", "TIME_WAIT"],
    ]);
    expect(conclusion).toContain("ESTABLISHED, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, and the server");
    expect(conclusion).toContain("ESTABLISHED, CLOSE_WAIT, LAST_ACK, nothing; when both");
    expect(conclusion).toContain("and FIN_WAIT1, CLOSING, TIME_WAIT;");
  });

  it("finds the same in TCP_INFO, but for sockets without a connection", async () => {
    const { figures, conclusion } = await find("closing-states");

    for (const row of figures) {
      for (const side of ["client", "server"]) {
        const gone = ["TIME_WAIT", "none"].includes(String(row[`${side} in /proc`]));
        expect(row[side]).toBe(gone ? "CLOSE" : row[`${side} in /proc`]);
      }
    }
    expect(conclusion).toMatch(/only \/proc\/net\/tcp showed TIME_WAIT, TCP_INFO said CLOSE\.$/);
  });
});
