import { expect } from "vitest";
import { Descriptor, type Target } from "../../../lib/descriptors/descriptor.ts";
import { READABLE, type Watch, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, failure } from "./fixture.ts";

export function describeLookup(claim: Claim): void {
  claim("says what a descriptor is watched for, by number and by object", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE, "data");
    const expected: Watch<string> = {
      fd: here.fd,
      target: here,
      interest: READABLE,
      data: "data",
    };

    expect(mux.get(here)).toEqual(expected);
    expect(mux.get(here.fd)).toEqual(expected);
    expect(mux.get(there)).toBeUndefined();
    mux.modify(here, WRITABLE);
    expect(mux.get(here)).toEqual({ ...expected, interest: WRITABLE });
    mux.modify(here, 0);
    expect(mux.get(here.fd)).toEqual({ ...expected, interest: 0 });
    mux.remove(here);
    expect(mux.get(here)).toBeUndefined();
  });

  claim("has and shows at once no more what its object has closed or given away", (fixture) => {
    const { mux } = fixture;
    const [closed, kept] = fixture.pair();
    const [detached] = fixture.pair();
    for (const socket of [closed, kept, detached]) mux.add(socket, READABLE, "data");
    const fd = fixture.own(new Descriptor(detached.detach()));

    closed.close();

    for (let waits = 0; waits < 2; waits++) {
      expect(mux.size).toBe(1);
      expect([...mux].map((watch) => watch.fd)).toEqual([kept.fd]);
      expect([closed, kept, detached, fd].map((each) => mux.has(each))).toEqual([
        ...[false, true, false, false],
      ]);
      mux.waitSync(0, () => undefined);
    }
  });

  claim("gives back the object or the number that was added, and no copy", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    const [foreign] = fixture.readyPair();
    const owner = { fd: foreign.fd };
    mux.add(here, READABLE);
    mux.add(there.fd, WRITABLE);
    mux.add(owner, READABLE);

    const delivered: unknown[] = [];
    mux.waitSync(0, (_fd, _events, _data, target) => delivered.push(target));

    const expected = new Set([here, there.fd, owner]);
    expect(new Set(delivered)).toStrictEqual(expected);
    expect(delivered.every((target) => expected.has(target as Target))).toBe(true);
    expect([...mux].every(({ target }) => expected.has(target))).toBe(true);
    expect(mux.get(here.fd)?.target).toBe(here);
    expect(mux.get(owner)?.target).toBe(owner);
    expect(mux.get(there)?.target).toBe(there.fd);
  });

  claim("changes the data with the interest, and keeps it where none is given", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE, "old");
    const reportedData = (): string[] => mux.waitSync(0).map(({ data }) => data);

    mux.modify(here, READABLE | WRITABLE);
    expect([mux.get(here)?.data, ...reportedData()]).toEqual(["old", "old"]);
    mux.modify(here, READABLE, "new");
    expect([mux.get(here)?.data, ...reportedData()]).toEqual(["new", "new"]);
    mux.modify(here, READABLE, undefined);
    expect([mux.get(here)?.data, ...reportedData()]).toEqual(["new", "new"]);
    mux.modify(here, READABLE, "");
    expect([mux.get(here)?.data, ...reportedData()]).toEqual(["", ""]);
  });

  claim("keeps data and interest where a change is refused", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    mux.add(here, READABLE, "old");

    expect(() => {
      mux.modify(here, 64, "new");
    }).toThrow(RangeError);
    expect(() => {
      mux.modify(there, READABLE, "new");
    }).toThrow(failure("ENOENT", { fd: there.fd }));

    expect(mux.get(here)).toMatchObject({ interest: READABLE, data: "old" });
    expect(mux.has(there)).toBe(false);
  });

  claim("hands the new data to the rest of the batch", (fixture) => {
    const { mux } = fixture;
    const pairs = [fixture.readyPair()[0], fixture.readyPair()[0]];
    for (const socket of pairs) mux.add(socket, READABLE, "old");
    const seen: string[] = [];

    mux.waitSync(0, (_fd, _events, data) => {
      seen.push(data);
      for (const socket of pairs) mux.modify(socket, READABLE, "new");
    });

    expect(seen).toEqual(["old", "new"]);
  });

  claim("says nothing of what was closed with the multiplexer", (fixture) => {
    const [here] = fixture.pair();
    fixture.mux.add(here, READABLE);
    fixture.mux.close();

    expect(fixture.mux.get(here)).toBeUndefined();
    expect([...fixture.mux]).toEqual([]);
  });

  claim("iterates over all that is watched, and nothing else", (fixture) => {
    const expected = watchThree(fixture);

    expect(new Set(fixture.mux)).toEqual(new Set(expected));
    expect(fixture.mux.size).toBe(3);
  });

  claim("shows nothing of its own, whatever it has waited for", async (fixture) => {
    const { mux } = fixture;
    const expected = watchThree(fixture);

    // The one watches Node's loop, and the other has a timer.
    mux.waitSync(1.5, () => undefined);
    expect(new Set(mux)).toEqual(new Set(expected));
    await mux.wait({ timeoutMs: 1.5 }, () => undefined);

    expect(new Set(mux)).toEqual(new Set(expected));
    expect(mux.size).toBe(3);
    for (let fd = 0; fd < 200; fd++) {
      expect(mux.has(fd)).toBe(expected.some((watch) => watch.fd === fd));
      if (!mux.has(fd)) expect([mux.get(fd), mux.remove(fd)]).toEqual([undefined, false]);
    }
    expect(mux.waitSync(1.5, () => undefined)).toBe(0);
    const start = performance.now();
    expect(await mux.wait({ timeoutMs: 1.5 }, () => undefined)).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1.5);
  });

  claim("lets the loop over it add and remove", (fixture) => {
    const { mux } = fixture;
    const expected = watchThree(fixture);
    const [late] = fixture.pair();

    const seen: Watch<string>[] = [];
    for (const watch of mux) {
      seen.push(watch);
      mux.remove(watch.fd);
      if (seen.length === 1) mux.add(late, READABLE, "late");
    }

    expect(seen.slice(0, 3)).toEqual(expected);
    expect([...mux].every(({ data }) => data === "late")).toBe(true);
  });
}

/** Three descriptors without anything to report. */
function watchThree(fixture: Fixture): Watch<string>[] {
  const [first, second, third] = [fixture.pair()[0], fixture.pipe()[0], fixture.pair()[0]];
  const watches = [
    { fd: first.fd, target: first, interest: READABLE, data: "first" },
    { fd: second.fd, target: second.fd, interest: READABLE, data: "second" },
    { fd: third.fd, target: third, interest: 0, data: "third" },
  ];
  for (const { target, interest, data } of watches) fixture.mux.add(target, interest, data);
  return watches.sort((first, second) => first.fd - second.fd);
}
