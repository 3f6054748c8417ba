import { expect } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { READABLE, type Watch, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import type { Fixture } from "./fixture.ts";

export function describeLookup(claim: Claim): void {
  claim("says what a descriptor is watched for, by number and by object", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE, "data");
    const expected: Watch<string> = { fd: here.fd, interest: READABLE, data: "data" };

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
  const watches = [
    { fd: fixture.pair()[0].fd, interest: READABLE, data: "first" },
    { fd: fixture.pipe()[0].fd, interest: READABLE, data: "second" },
    { fd: fixture.pair()[0].fd, interest: 0, data: "third" },
  ];
  for (const { fd, interest, data } of watches) fixture.mux.add(fd, interest, data);
  return watches.sort((first, second) => first.fd - second.fd);
}
