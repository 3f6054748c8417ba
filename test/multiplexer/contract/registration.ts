import { expect } from "vitest";
import { PRIORITY, READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, countWaits, failure } from "./fixture.ts";

export function describeRegistration(claim: Claim): void {
  describeAdd(claim);
  describeModify(claim);
  describeRemove(claim);
}

function describeAdd(claim: Claim): void {
  claim("is empty at first", ({ mux }) => {
    expect(mux.size).toBe(0);
    expect(mux.has(0)).toBe(false);
  });

  claim("counts what is added and removed", (fixture) => {
    const [here, there] = fixture.pair();
    const { mux } = fixture;

    mux.add(here, READABLE);
    mux.add(there, READABLE);
    expect(mux.size).toBe(2);
    mux.remove(here);
    expect(mux.size).toBe(1);
    expect(mux.has(here)).toBe(false);
    expect(mux.has(there)).toBe(true);
  });

  claim("refuses to add twice (EEXIST), and changes nothing", (fixture) => {
    const [here] = fixture.readyPair();
    const { mux } = fixture;
    mux.add(here, READABLE, "first");

    expect(() => {
      mux.add(here, WRITABLE, "second");
    }).toThrow(failure("EEXIST", { fd: here.fd }));

    expect(mux.size).toBe(1);
    expect(reportedData(fixture)).toEqual([[here.fd, READABLE, "first"]]);
  });

  claim("refuses to add a closed number (EBADF), and changes nothing", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    sys.close(fd);

    expect(() => {
      mux.add(fd, READABLE);
    }).toThrow(failure("EBADF", { fd }));

    expect(mux.size).toBe(0);
    expect(mux.has(fd)).toBe(false);
    expect(mux.waitSync(0, () => undefined)).toBe(0);
  });

  claim("refuses to add an object that has closed its descriptor (EBADF)", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    here.close();

    expect(() => {
      mux.add(here, READABLE);
    }).toThrow(failure("EBADF"));
    expect(mux.size).toBe(0);
  });

  claim("refuses an interest that is not made of the three directions", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();

    for (const interest of [-1, 8, 16, 9, 0.5, NaN, Infinity]) {
      expect(() => {
        mux.add(here, interest);
      }).toThrow(RangeError);
    }
    for (const interest of ["1", undefined, null, 1n]) {
      expect(() => {
        Reflect.apply(mux.add.bind(mux), null, [here, interest]);
      }).toThrow(TypeError);
    }
    expect(mux.size).toBe(0);
  });

  claim("hands each handler the data of the registration", (fixture) => {
    const { mux } = fixture;
    const [first] = fixture.readyPair();
    const [second] = fixture.readyPair();
    const [third] = fixture.readyPair();
    mux.add(first, READABLE, "one");
    mux.add(second, READABLE, "two");
    mux.add(third, READABLE);

    expect(new Set(reportedData(fixture))).toEqual(
      new Set([
        [first.fd, READABLE, "one"],
        [second.fd, READABLE, "two"],
        [third.fd, READABLE, undefined],
      ]),
    );
  });
}

function describeModify(claim: Claim): void {
  claim("modifies an interest up and down, and keeps the data", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE, "data");

    mux.modify(here, READABLE | WRITABLE);
    expect(reportedData(fixture)).toEqual([[here.fd, READABLE | WRITABLE, "data"]]);
    mux.modify(here, WRITABLE);
    expect(reportedData(fixture)).toEqual([[here.fd, WRITABLE, "data"]]);
    mux.modify(here, PRIORITY);
    expect(reportedData(fixture)).toEqual([]);
    expect(mux.size).toBe(1);
  });

  claim("refuses to modify what is not watched (ENOENT), and changes nothing", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();

    expect(() => {
      mux.modify(here, READABLE);
    }).toThrow(failure("ENOENT", { fd: here.fd }));
    expect(mux.size).toBe(0);
    expect(fixture.readyNow().size).toBe(0);
  });

  claim("keeps the old interest when the new one is refused", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);

    expect(() => {
      mux.modify(here, 8);
    }).toThrow(RangeError);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("parks a descriptor whose interest is 0, until it is modified", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    const [other] = fixture.readyPair();
    mux.add(here, 0);
    mux.add(other, READABLE);
    mux.modify(other, 0);
    there.close();

    expect(mux.size).toBe(2);
    expect(mux.has(here)).toBe(true);
    expect(fixture.events(0).size).toBe(0);
    // A wait that spins makes thousands of calls in this time.
    expect(countWaits(() => expect(fixture.events(25.5).size).toBe(0))).toBeLessThan(20);
    mux.modify(here, READABLE);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });
}

function describeRemove(claim: Claim): void {
  claim("stops watching what is removed, and says whether it was watched", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);

    expect(mux.remove(here)).toBe(true);
    expect(mux.remove(here)).toBe(false);
    expect(mux.has(here)).toBe(false);
    expect(fixture.readyNow().size).toBe(0);
  });

  claim("removes what was never there without a word", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    here.close();

    for (const target of [here, -1, 4_000_000, 2 ** 31 - 1, { fd: -1 }]) {
      expect(mux.has(target)).toBe(false);
      expect(mux.remove(target)).toBe(false);
    }
  });

  claim("watches again what was removed, with new data", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE, "old");
    mux.remove(here);

    mux.add(here, READABLE, "new");

    expect(reportedData(fixture)).toEqual([[here.fd, READABLE, "new"]]);
  });
}

function reportedData({ mux }: Fixture): [number, number, string | undefined][] {
  const reported: [number, number, string | undefined][] = [];
  mux.waitSync(0, (fd, events, data) => reported.push([fd, events, data]));
  return reported;
}
