import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { failure } from "./fixture.ts";

const WRONG_TYPES: unknown[] = ["5", undefined, null, true, {}, { fd: "5" }, () => 5];
const WRONG_NUMBERS = [-2, 0.5, NaN, Infinity, 2 ** 31];

export function describeTargets(claim: Claim): void {
  claim("takes a number and the object that has it for the same descriptor", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    mux.add(here, READABLE);
    mux.add(there.fd, READABLE);

    expect(mux.has(here.fd)).toBe(true);
    expect(mux.has(there)).toBe(true);
    expect(mux.has({ fd: here.fd })).toBe(true);
    for (const target of [here.fd, { fd: here.fd }, there]) {
      expect(() => {
        mux.add(target, READABLE);
      }).toThrow(failure("EEXIST"));
    }
    mux.modify(here.fd, WRITABLE);
    expect(fixture.readyNow().get(here.fd)).toBe(WRITABLE);
    expect(mux.remove(here.fd)).toBe(true);
    expect(mux.remove(there)).toBe(true);
    expect(mux.size).toBe(0);
  });

  claim("finds by object what was removed by object and added by number", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    mux.remove(here);
    mux.add(here.fd, READABLE);

    expect(mux.has(here)).toBe(true);
    mux.modify(here, WRITABLE);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
    expect(mux.remove(here)).toBe(true);
  });

  claim("refuses a target that has no descriptor", ({ mux }) => {
    for (const method of [mux.add.bind(mux), mux.modify.bind(mux)]) {
      for (const target of WRONG_TYPES) {
        expect(() => {
          Reflect.apply(method, null, [target, READABLE]);
        }).toThrow(TypeError);
      }
      for (const target of WRONG_NUMBERS) {
        expect(() => {
          method(target, READABLE);
        }).toThrow(RangeError);
      }
    }
    expect(mux.size).toBe(0);
  });
}
