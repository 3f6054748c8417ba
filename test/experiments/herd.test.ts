import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { SHARES } from "../../lib/workers/share.ts";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";

const WORKERS = 6;
const CONNECTIONS = 2000;

let lines: string[];
let ended: { readonly code: number | null; readonly stderr: string };
/** By share, the figures by name. */
const rows = new Map<string, Readonly<Record<string, number>>>();

// As a user runs it, because its workers are programs of their own: once, since it takes seconds.
beforeAll(async () => {
  const { stdout, code, stderr } = await run(process.execPath, POLLUX, "experiment", "herd");
  ended = { code, stderr };
  lines = stdout.trimEnd().split("\n");
  const header = lines.findIndex((line) => line.startsWith("share "));
  const names = cells(lines[header] ?? "");
  for (const line of lines.slice(header + 1, header + 1 + SHARES.length)) {
    const texts = cells(line);
    const figures = names.map((name, index) => [name, Number(texts[index])] as const);
    rows.set(texts[0] ?? "", Object.fromEntries(figures));
  }
});

function cells(line: string): string[] {
  return line.split(/ {2,}/);
}

/** One more than the highest number of a processor. */
function processors(): number {
  return (
    Number(/\d+\s*$/.exec(readFileSync("/sys/devices/system/cpu/possible", "latin1"))?.[0]) + 1
  );
}

function of(share: string, figure: string): number {
  return rows.get(share)?.[figure] ?? NaN;
}

describe("pollux experiment herd", () => {
  it("measures each share, and says what it does", () => {
    expect(ended).toEqual({ code: 0, stderr: "" });
    expect([...rows.keys()]).toEqual([...SHARES]);
    for (const share of SHARES)
      expect(lines).toContainEqual(expect.stringMatching(`^# ${share}: `));
  });

  it.each(SHARES)("serves each connection once, by one of the workers: %s", (share) => {
    const [min, max] = [of(share, "min"), of(share, "max")];

    expect(of(share, "connections")).toBe(CONNECTIONS);
    expect(min).toBeLessThanOrEqual(CONNECTIONS / WORKERS);
    expect(max).toBeGreaterThanOrEqual(CONNECTIONS / WORKERS);
    expect(lines.at(-1)).not.toContain("were accepted");
  });

  // Of those that wake in vain, few call accept4 when the machine is busy: the connection is gone before they look.
  it.each(SHARES.filter((share) => share !== "shared"))(
    "wakes more workers for a connection with shared than with %s",
    (share) => {
      expect(of("shared", "wake-ups")).toBeGreaterThan(of(share, "wake-ups"));
    },
  );

  it.each(SHARES)(
    "says how many workers each connection wakes, and how even the spread is: %s",
    (share) => {
      expect(of(share, "wake-ups")).toBeGreaterThan(0);
      expect(of(share, "Gini")).toBeGreaterThanOrEqual(0);
      expect(of(share, "Gini")).toBeLessThan(1);
    },
  );

  it.each(["reuseport", "steered", "accept"])("wakes no worker in vain with %s", (share) => {
    expect(of(share, "in vain")).toBe(0);
  });

  it("calls accept4 in no worker with accept", () => {
    expect(of("accept", "EAGAIN")).toBe(0);
    expect(of("shared", "EAGAIN")).toBeGreaterThan(0);
  });

  it("spreads connections evenly with reuseport", () => {
    expect(of("reuseport", "min")).toBeGreaterThan(0);
    expect(of("reuseport", "Gini")).toBeLessThan(0.2);
  });

  it.skipIf(processors() >= WORKERS)("leaves workers without a connection with steered", () => {
    expect(of("steered", "min")).toBe(0);
  });

  it("draws what each connection wakes, and how uneven the spread is", () => {
    for (const figure of ["wake-ups", "Gini"]) {
      const chart = lines.slice(lines.indexOf(figure) + 1, lines.indexOf(figure) + 7);
      expect(chart.map((line) => line.trim().split(" ")[0])).toEqual([...SHARES]);
      const longest = Math.max(...chart.map((line) => line.split("#").length));
      const largest = Math.max(...SHARES.map((share) => of(share, figure)));
      const top = SHARES.find((share) => of(share, figure) === largest);
      expect(chart.find((line) => line.split("#").length === longest)).toContain(top);
    }
  });

  it("concludes from its figures", () => {
    const sorted = [...SHARES].sort((one, other) => of(one, "wake-ups") - of(other, "wake-ups"));
    const [least, most] = [sorted[0]!, sorted.at(-1)!];

    expect(lines.at(-1)).toContain(
      `workers woke ${of(least, "wake-ups").toFixed(2)} times with ${least} and ` +
        `${of(most, "wake-ups").toFixed(2)} times with ${most};`,
    );
    expect(lines.at(-1)).toMatch(/^Per connection, .+\.$/);
  });
});
