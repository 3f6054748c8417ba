import { describe, expect, it } from "vitest";
import { agreementOf } from "../../../harness/claims/agreement.ts";
import type { Results, ScenarioResult } from "../../../harness/index.ts";
import { agreementMarkdown } from "../../../harness/report/agreement_markdown.ts";
import { agreementLines } from "../../../harness/report/terminal/agreement_lines.ts";
import { falling, rising } from "../findings/fixture.ts";
import { results, scenarioResult } from "../fixture.ts";

const VALUES = [10, 100, 1000];

/** A run in which contenders have these costs at each of {@link VALUES}. */
function run(
  costs: Readonly<Record<string, readonly number[]>>,
  more: Partial<ScenarioResult> = {},
): Results {
  const cells = Object.entries(costs).map(([name, medians], index) => {
    return [name, medians.map((median) => (index % 2 === 0 ? rising : falling)(median))] as const;
  });
  const pairs = [{ contender: "poll", versus: "epoll" }];
  return results(scenarioResult(Object.fromEntries(cells), VALUES, { pairs, ...more }));
}

const ABOUT = { waits: { about: "pairs" } } as const;
const poll = VALUES.map((value) => value * 10);
const epoll = VALUES.map((value) => value * 20);

describe("the headlines of two runs", () => {
  const twice = { poll: poll.map((cost) => cost * 2), epoll: epoll.map((cost) => cost * 2) };

  it("agree where they have the same words, however fast the machine was", () => {
    const [told] = agreementOf(run({ poll, epoll }), run(twice), ABOUT);

    expect(told).toMatchObject({ scenario: "waits", agreement: "same", contradicted: [] });
    expect(told?.now.text).toBe("the poll beats the epoll");
  });

  it("are alike where one run could not tell what the other one tells", () => {
    const [result] = run({ poll, epoll }).scenarios;
    // One sample of five contradicts the difference.
    const cells = result!.cells.map((cell) => {
      if (cell.contender !== "poll" || cell.value === VALUES[0]) return cell;
      const [first, ...others] = cell.samples;
      return { ...cell, samples: [{ cpu: 5 * Number(first!["cpu"]) }, ...others] };
    });
    const [told] = agreementOf(run({ poll, epoll }), results({ ...result!, cells }), ABOUT);

    expect(told).toMatchObject({ agreement: "alike", contradicted: [] });
    expect(told?.now.text).toBe("the epoll never beats the poll");
  });

  it("differ where the later run contradicts a finding of the earlier one, and say which", () => {
    const [told] = agreementOf(run({ poll, epoll }), run({ poll: epoll, epoll: poll }), ABOUT);

    expect(told?.agreement).toBe("differs");
    expect(told?.contradicted[0]).toMatch(/the poll has a lower .*: 0\.50× then, 2\.00× now/);
  });

  it("differ where the earlier run contradicts a finding that only the later one has", () => {
    const sweep = { name: "pipes", values: [1, 10, 100, 1000] };
    // Neither constant nor linear, so the earlier run claims nothing about how the cost grows.
    const roots = [1, 3.2, 10, 32];
    const of = (costs: readonly number[]): Results =>
      results(scenarioResult({ poll: costs.map((cost) => rising(cost)) }, sweep.values));
    const [told] = agreementOf(of(roots), of([1, 3, 10, 10]));

    expect(told?.contradicted).toEqual([
      "time per wait of the poll stays constant from 100 to 1,000 pipes: 3.20× then, 1.00× now",
    ]);
  });

  it("are about the cells that both have measured", () => {
    const costly = poll.map((cost) => cost * 900);
    const standing = { waits: { about: "standing" } } as const;
    const [told] = agreementOf(
      run({ poll, epoll }),
      run({ poll, epoll, newcomer: costly }),
      standing,
    );

    expect(told?.agreement).toBe("same");
    expect(told?.now.text).not.toContain("newcomer");
  });

  it("have the names of the later run, which an older format lacks", () => {
    const named = [
      { name: "poll", title: "own poll", family: "own" },
      { name: "epoll", title: "own epoll", family: "own" },
    ];
    const [told] = agreementOf(
      run({ poll, epoll }),
      run({ poll, epoll }, { contenders: named }),
      ABOUT,
    );

    expect(told?.before.text).toBe("own poll beats own epoll");
    expect(told?.agreement).toBe("same");
  });

  it("are none where the runs have nothing in common", () => {
    const other = run({ poll, epoll }, { name: "another question" });

    expect(agreementOf(run({ poll, epoll }), other)).toEqual([]);
    expect(agreementLines([])).toEqual(["  The two runs have no cell in common."]);
  });

  it("are a page with both days, both machines and what differs", () => {
    const before = run({ poll, epoll });
    const now = { ...run({ poll: epoll, epoll: poll }), started: "2026-01-05T03:04:05.000Z" };
    const page = agreementMarkdown(before, now, ABOUT);

    expect(page).toContain("0 of 1 headlines are the same, 0 are alike, 1 differs.");
    expect(page).toContain("| question |  | headline of 2026-01-02 | headline of 2026-01-05 |");
    expect(page).toContain("**differs** | the poll beats the epoll");
    expect(page).toMatch(/^- the poll has a lower time per wait than the epoll/m);
    expect(page).toContain(
      "| Processor | a processor, x64, 2 usable | a processor, x64, 2 usable |",
    );
  });

  it("tell runs of one day by the time", () => {
    const before = run({ poll, epoll });
    const now = { ...before, started: before.started.replace(/T.*/, "T23:59:05.000Z") };

    expect(agreementMarkdown(before, now, ABOUT)).toMatch(
      /headline of 2026-01-02 \d\d:\d\d \| headline of 2026-01-02 23:59 \|/,
    );
  });
});
