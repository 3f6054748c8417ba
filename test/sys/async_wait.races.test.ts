import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { threadIds, turn, until } from "./processes.ts";

const RUNS = 10_000;
const PLACES = 6;
const seed = Number(process.env["POLLUX_RACE_SEED"] ?? Date.now() % 2 ** 31);

/** Random steps, each of which happens to one of a few places. */
function steps<T>(actions: readonly T[]): { action: T; place: number }[] {
  const step = fc.record({ action: fc.constantFrom(...actions), place: fc.nat(PLACES - 1) });
  return fc.sample(step, { numRuns: RUNS, seed });
}

/** The counters that are waited for; what happens to them, happens while the others wait. */
class Counters {
  readonly fds = Array.from({ length: PLACES }, () => sys.eventfd(0, sys.EFD_NONBLOCK));
  readonly pollfds = this.fds.map((fd) => {
    const fds = new sys.PollFds(1);
    fds.set(0, fd, sys.POLLIN);
    return fds.bytes;
  });
  readonly sets = this.fds.map((fd) => {
    const set = new sys.FdSet(fd + 1);
    set.set(fd);
    return set.words;
  });

  ring(place: number): void {
    sys.eventfdWrite(this.fds[place]!, 1n);
  }

  quiet(place: number): void {
    sys.eventfdRead(this.fds[place]!);
  }

  close(): void {
    this.fds.forEach(sys.close);
  }
}

describe(`${String(RUNS)} random steps (POLLUX_RACE_SEED=${String(seed)})`, () => {
  it("leave loop polls that report what is ready, and nothing that was closed", async () => {
    const before = openDescriptors();
    const counters = new Counters();
    const wrong: string[] = [];
    const seen = new Set<sys.LoopPoll>();
    const create = (place: number): sys.LoopPoll => {
      const poll: sys.LoopPoll = sys.loopPollCreate(counters.fds[place]!, () => {
        if (polls[place] !== poll) wrong.push("a closed one reported");
        seen.add(poll);
      });
      return poll;
    };
    const polls: sys.LoopPoll[] = counters.fds.map((_, place) => create(place));
    const actions = {
      start: (place: number) => sys.loopPollStart(polls[place]!),
      stop: (place: number) => sys.loopPollStop(polls[place]!),
      replace: (place: number) => {
        sys.loopPollClose(polls[place]!);
        polls[place] = create(place);
      },
      ring: (place: number) => counters.ring(place),
      quiet: (place: number) => counters.quiet(place),
      turn,
    };

    for (const { action, place } of steps(Object.values(actions))) await action(place);
    seen.clear();
    for (let place = 0; place < PLACES; place++) counters.ring(place);
    polls.forEach(sys.loopPollStart);
    await until(() => seen.size === PLACES);

    expect(wrong).toEqual([]);
    polls.forEach(sys.loopPollClose);
    counters.close();
    expect(openDescriptors()).toEqual(before);
  });

  it("leave wait threads that report each wait at most once, and nothing that was closed", async () => {
    const [before, threads] = [openDescriptors(), threadIds()];
    const counters = new Counters();
    const wrong: string[] = [];
    const seen = new Set<sys.WaitThread>();
    // Of the thread in each place: waits started minus reports.
    const due = counters.fds.map(() => 0);
    const create = (place: number): sys.WaitThread => {
      due[place] = 0;
      const handle: sys.WaitThread = sys.waitThreadCreate(() => {
        if (handles[place] !== handle) wrong.push("a closed one reported");
        if (due[place]!-- <= 0) wrong.push("a wait was reported twice");
        seen.add(handle);
      });
      return handle;
    };
    const handles: sys.WaitThread[] = counters.fds.map((_, place) => create(place));
    const poll = (place: number, timeoutMs: number): void => {
      due[place]!++;
      sys.waitThreadPoll(handles[place]!, counters.pollfds[place]!, 1, timeoutMs);
    };
    const select = (place: number): void => {
      due[place]!++;
      const set = counters.sets[place]!;
      sys.waitThreadSelect(handles[place]!, counters.fds[place]! + 1, set, null, null, -1);
    };
    const actions = {
      poll: (place: number) => poll(place, -1),
      briefly: (place: number) => poll(place, 0.01),
      select,
      cancel: (place: number) => sys.waitThreadCancel(handles[place]!),
      replace: (place: number) => {
        sys.waitThreadClose(handles[place]!);
        handles[place] = create(place);
      },
      ring: (place: number) => counters.ring(place),
      quiet: (place: number) => counters.quiet(place),
      turn,
    };

    for (const { action, place } of steps(Object.values(actions))) await action(place);
    handles.forEach((_, place) => actions.replace(place));
    for (let place = 0; place < PLACES; place++) counters.ring(place);
    handles.forEach((_, place) => (place % 2 ? select(place) : poll(place, -1)));
    await until(() => handles.every((handle) => seen.has(handle)));

    expect(wrong).toEqual([]);
    handles.forEach(sys.waitThreadClose);
    counters.close();
    expect(openDescriptors()).toEqual(before);
    await until(() => threadIds().every((id) => threads.includes(id)));
  });
});
