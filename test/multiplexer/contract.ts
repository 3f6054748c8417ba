import { describe, expect, it } from "vitest";
import { describeAsyncAbort } from "./contract/async_abort.ts";
import { describeAsyncChanges } from "./contract/async_changes.ts";
import { describeAsyncClosing } from "./contract/async_closing.ts";
import { describeAsyncFailures } from "./contract/async_failures.ts";
import { describeAsyncHandlers } from "./contract/async_handlers.ts";
import { describeAsyncIteration } from "./contract/async_iteration.ts";
import { describeAsyncMany } from "./contract/async_many.ts";
import { describeAsyncProcesses } from "./contract/async_processes.ts";
import { describeAsyncRepeated } from "./contract/async_repeated.ts";
import { describeAsyncTimeouts } from "./contract/async_timeouts.ts";
import { describeAsyncTurns } from "./contract/async_turns.ts";
import { describeAsyncWaiting } from "./contract/async_waiting.ts";
import { describeBatches } from "./contract/batches.ts";
import { describeClosing } from "./contract/closing.ts";
import { describeConditions } from "./contract/conditions.ts";
import { describeDevices } from "./contract/devices.ts";
import { Fixture, type Make } from "./contract/fixture.ts";
import { describeHalfClose } from "./contract/half_close.ts";
import { describeInterrupted } from "./contract/interrupted.ts";
import { describeKinds } from "./contract/kinds.ts";
import { describeLeaving } from "./contract/leaving.ts";
import { describeLists } from "./contract/lists.ts";
import { describeLookup } from "./contract/lookup.ts";
import { describeModel } from "./contract/model.ts";
import { describeRegistration } from "./contract/registration.ts";
import { describeReadiness } from "./contract/readiness.ts";
import { describeReuse } from "./contract/reuse.ts";
import { describeSignals } from "./contract/signals.ts";
import { describeTargets } from "./contract/targets.ts";
import { describeThreads } from "./contract/threads.ts";
import { describeWaiting } from "./contract/waiting.ts";

/** One sentence of the contract, and the test that proves it. */
export type Claim = (title: string, test: (fixture: Fixture) => void | Promise<void>) => void;

type Skips = Readonly<Record<string, string>>;

type Subjects = Readonly<Record<string, (claim: Claim) => void>>;

const ASYNC_SUBJECTS: Subjects = {
  "asynchronous waits": describeAsyncWaiting,
  "the time of an asynchronous wait": describeAsyncTimeouts,
  "asynchronous waits that are aborted": describeAsyncAbort,
  "asynchronous waits that go on": describeAsyncRepeated,
  "asynchronous and blocking waits in turn": describeAsyncTurns,
  "handlers of an asynchronous wait": describeAsyncHandlers,
  "changes while a wait is pending": describeAsyncChanges,
  "closing while a wait is pending": describeAsyncClosing,
  "asynchronous waits that the kernel refuses": describeAsyncFailures,
  "for await": describeAsyncIteration,
  "waits without a handler": describeLists,
  "many multiplexers": describeAsyncMany,
};

const SUBJECTS: Subjects = {
  registration: describeRegistration,
  "get and iteration": describeLookup,
  targets: describeTargets,
  "any sequence of calls": describeModel,
  "kinds of descriptors": describeKinds,
  "ready conditions": describeConditions,
  "more ready conditions": describeReadiness,
  "ready conditions of devices": describeDevices,
  "half-closed connections": describeHalfClose,
  "handlers in the middle of a batch": describeBatches,
  "batches that end in the middle": describeInterrupted,
  "descriptors that are closed while watched": describeClosing,
  "objects that close their descriptor": describeLeaving,
  "numbers that are reused": describeReuse,
  waiting: describeWaiting,
  signals: describeSignals,
  "threads and processes": describeThreads,
  ...ASYNC_SUBJECTS,
  "asynchronous waits and the end of threads and processes": describeAsyncProcesses,
};

/**
 * What select, poll and epoll have in common: each of them passes all of it.
 *
 * @param skips - true differences: the title of a claim, and why it cannot hold
 */
export function describeContract(make: Make, skips: Skips = {}): void {
  describeSubjects(SUBJECTS, make, skips);
}

/** The part of the contract that is about waits which leave Node's event loop free. */
export function describeAsyncContract(make: Make, skips: Skips = {}): void {
  describeSubjects(ASYNC_SUBJECTS, make, skips);
}

function describeSubjects(subjects: Subjects, make: Make, skips: Skips): void {
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

  for (const [subject, describeSubject] of Object.entries(subjects)) {
    describe(subject, () => {
      describeSubject(claim);
    });
  }

  it("skips nothing that the contract does not claim", () => {
    expect(titles).toEqual(expect.arrayContaining(Object.keys(skips)));
    expect(new Set(titles).size).toBe(titles.length);
  });
}
