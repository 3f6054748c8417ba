import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN } from "./support.ts";

// Constructors, and what hands a descriptor to or takes one from the environment.
const LEFT_OUT = /^[A-Z]|^(own|disown)$/;
const functions = Object.entries(sys).filter(
  (entry): entry is [string, (...args: unknown[]) => unknown] =>
    typeof entry[1] === "function" && !LEFT_OUT.test(entry[0]),
);
const classes = { EpollEvents: sys.EpollEvents, FdSet: sys.FdSet, PollFds: sys.PollFds };

/** What a call with these arguments throws; what it opens is closed again. */
function thrown(call: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  try {
    const result = call(...args);
    if (OPENS.has(call.name)) {
      for (const fd of Array.isArray(result) ? result : [result]) sys.close(Number(fd));
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

// No numbers: as a time limit they would be waited for.
const REST = [undefined, null, {}, "x", Symbol("x")];
const OPENS = new Set([
  "epollCreate",
  "epollCreate1",
  "eventfd",
  "inotifyInit1",
  "memfdCreate",
  "pipe2",
]);

describe("each function of sys", () => {
  it.each(functions)("%s answers wrong arguments with an error that has a code", (_, call) => {
    const wrong = [undefined, null, {}, NOT_OPEN, "x", Symbol("x")];
    const lists = wrong.flatMap((first) =>
      REST.flatMap((rest) =>
        [0, 1, 2, 7].map((more) => [first, ...Array<unknown>(more).fill(rest)]),
      ),
    );

    for (const args of lists) {
      const error = thrown(call, args);
      if (error !== undefined) expect([args, error]).toEqual([args, HAS_CODE]);
    }
  });

  it("is tried", () => {
    expect(functions.length).toBeGreaterThan(80);
  });
});

const HAS_CODE: unknown = expect.objectContaining({ code: expect.any(String) as string });

describe("each class of sys that is the memory of a call", () => {
  it.each(Object.entries(classes))("%s refuses wrong arguments with a code", (_, Class) => {
    for (const wrong of [undefined, null, {}, "x", NaN, -1]) {
      if (wrong === undefined && Class === sys.FdSet) continue;
      expect(() => new Class(wrong as number)).toThrow(HAS_CODE);
    }
  });

  it("refuses to copy what is none", () => {
    expect(() => {
      new sys.FdSet().copy(undefined as never);
    }).toThrow(HAS_CODE);
    expect(() => {
      new sys.PollFds(1).copy(0, undefined as never, 0);
    }).toThrow(HAS_CODE);
  });
});
