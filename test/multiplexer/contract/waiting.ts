import { expect } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, countWaits } from "./fixture.ts";
import { later } from "./threads.ts";

const WRONG_TIMES = [-1, -0.001, -Infinity, NaN];
const WRONG_TYPES: unknown[] = ["1", null, true, 1n, { timeoutMs: "1" }, { timeoutMs: null }];

export function describeWaiting(claim: Claim): void {
  describeTimeouts(claim);
  describeUnlimited(claim);
  describeArguments(claim);
}

function describeTimeouts(claim: Claim): void {
  claim("asks the kernel once, and does not block, with a time of 0", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    mux.add(here, READABLE);

    expect(countWaits(() => expect(mux.waitSync(0, never)).toBe(0))).toBe(1);
    expect(countWaits(() => expect(mux.waitSync({ timeoutMs: 0 }, never)).toBe(0))).toBe(1);
  });

  for (const timeoutMs of [0.001, 0.3, 1, 1.5, 7, 20.25]) {
    claim(`never ends early: ${timeoutMs} ms`, ({ mux }) => {
      for (let round = 0; round < 10; round++) {
        const start = performance.now();
        expect(mux.waitSync(timeoutMs, never)).toBe(0);
        expect(performance.now() - start).toBeGreaterThanOrEqual(timeoutMs);
      }
    });
  }

  claim("takes the time as an option as well", ({ mux }) => {
    const start = performance.now();

    expect(mux.waitSync({ timeoutMs: 5.5 }, never)).toBe(0);

    expect(performance.now() - start).toBeGreaterThanOrEqual(5.5);
  });

  claim("waits in the kernel, not in a loop, for fractions of a millisecond", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    mux.add(here, READABLE);

    expect(countWaits(() => expect(mux.waitSync(30.7, never)).toBe(0))).toBeLessThan(20);
  });

  claim("waits with nothing to watch", ({ mux }) => {
    const start = performance.now();

    expect(mux.waitSync(5, never)).toBe(0);

    expect(performance.now() - start).toBeGreaterThanOrEqual(5);
  });

  claim("returns how many were reported", (fixture) => {
    const { mux } = fixture;
    for (let count = 1; count <= 3; count++) {
      mux.add(fixture.readyPair()[0], READABLE);
      expect(mux.waitSync(undefined, () => undefined)).toBe(count);
    }
  });

  claim("reports all that is ready, however many", (fixture) => {
    const { mux } = fixture;
    const all = Array.from({ length: 300 }, () => fixture.eventfd(1));
    for (const counter of all) mux.add(counter, READABLE);

    const seen = new Set<number>();
    for (let round = 0; round < 10; round++) mux.waitSync(0, (fd) => seen.add(fd));

    expect(seen).toEqual(new Set(all.map(({ fd }) => fd)));
    expect(mux.waitSync(0, () => undefined)).toBe(300);
  });
}

function describeUnlimited(claim: Claim): void {
  for (const timeoutMs of [undefined, Infinity, 2 ** 31, 2 ** 31 + 0.5, 2 ** 32 + 1, 1e300]) {
    claim(`waits until something is ready: ${String(timeoutMs)} ms`, async (fixture) => {
      const [readEnd, writeEnd] = fixture.pipe();
      fixture.mux.add(readEnd, READABLE);
      const written = later(`write(${writeEnd.fd})`);

      const count = fixture.mux.waitSync(timeoutMs, (fd) => expect(fd).toBe(readEnd.fd));

      expect(count).toBe(1);
      await written;
    });
  }

  claim("waits until something is ready with options that say nothing", async (fixture) => {
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(readEnd, READABLE);
    const written = later(`write(${writeEnd.fd})`);

    expect(fixture.mux.waitSync({}, () => undefined)).toBe(1);

    await written;
  });
}

function describeArguments(claim: Claim): void {
  claim("refuses a time that is negative or NaN, and goes on working", (fixture) => {
    for (const timeoutMs of WRONG_TIMES) {
      expect(() => fixture.mux.waitSync(timeoutMs, never)).toThrow(RangeError);
      expect(() => fixture.mux.waitSync({ timeoutMs }, never)).toThrow(RangeError);
    }
    expectUsable(fixture);
  });

  claim("refuses a time that is not a number, and goes on working", (fixture) => {
    const { mux } = fixture;
    for (const wrong of WRONG_TYPES) {
      expect(() => {
        Reflect.apply(mux.waitSync.bind(mux), null, [wrong, never]);
      }).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }));
    }
    expectUsable(fixture);
  });

  claim("refuses options that it does not have: a time under another name is none", (fixture) => {
    const { mux } = fixture;
    for (const wrong of [{ timeout: 5 }, { timeoutMs: 0, signal: AbortSignal.abort() }]) {
      expect(() => {
        Reflect.apply(mux.waitSync.bind(mux), null, [wrong, never]);
      }).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" }));
    }
    expectUsable(fixture);
  });

  claim("refuses a handler that is not a function", (fixture) => {
    const { mux } = fixture;
    for (const wrong of [null, {}, "f"]) {
      expect(() => {
        Reflect.apply(mux.waitSync.bind(mux), null, [0, wrong]);
      }).toThrow(expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }));
    }
    expectUsable(fixture);
  });
}

function expectUsable(fixture: Fixture): void {
  const [here] = fixture.readyPair();
  fixture.mux.add(here, READABLE);
  expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
}

function never(): never {
  throw new Error("something was reported");
}
