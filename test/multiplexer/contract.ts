import { describe, expect, it } from "vitest";
import { describeBatches } from "./contract/batches.ts";
import { describeClosing } from "./contract/closing.ts";
import { describeConditions } from "./contract/conditions.ts";
import { Fixture, type Make } from "./contract/fixture.ts";
import { describeInterrupted } from "./contract/interrupted.ts";
import { describeKinds } from "./contract/kinds.ts";
import { describeModel } from "./contract/model.ts";
import { describeRegistration } from "./contract/registration.ts";
import { describeReuse } from "./contract/reuse.ts";
import { describeSignals } from "./contract/signals.ts";
import { describeTargets } from "./contract/targets.ts";
import { describeThreads } from "./contract/threads.ts";
import { describeWaiting } from "./contract/waiting.ts";

/** One sentence of the contract, and the test that proves it. */
export type Claim = (title: string, test: (fixture: Fixture) => void | Promise<void>) => void;

const SUBJECTS: Record<string, (claim: Claim) => void> = {
  registration: describeRegistration,
  targets: describeTargets,
  "any sequence of calls": describeModel,
  "kinds of descriptors": describeKinds,
  "ready conditions": describeConditions,
  "handlers in the middle of a batch": describeBatches,
  "batches that end in the middle": describeInterrupted,
  "descriptors that are closed while watched": describeClosing,
  "numbers that are reused": describeReuse,
  waiting: describeWaiting,
  signals: describeSignals,
  "threads and processes": describeThreads,
};

/**
 * What select, poll and epoll have in common: each of them passes all of it.
 *
 * @param skips - true differences: the title of a claim, and why it cannot hold
 */
export function describeContract(make: Make, skips: Readonly<Record<string, string>> = {}): void {
  const titles: string[] = [];
  const claim: Claim = (title, test) => {
    titles.push(title);
    const reason = skips[title];
    if (reason !== undefined) {
      it.skip(`${title} (${reason})`);
      return;
    }
    it(title, async () => {
      const fixture = new Fixture(make);
      try {
        await test(fixture);
      } finally {
        fixture[Symbol.dispose]();
      }
    });
  };

  for (const [subject, describeSubject] of Object.entries(SUBJECTS)) {
    describe(subject, () => {
      describeSubject(claim);
    });
  }

  it("skips nothing that the contract does not claim", () => {
    expect(titles).toEqual(expect.arrayContaining(Object.keys(skips)));
    expect(new Set(titles).size).toBe(titles.length);
  });
}
