import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openPipe } from "./support.ts";

const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }) as Error;

/** What poll(2) finds in the slots that were given out. */
function ready(fds: sys.PollFds): number[] {
  sys.poll(fds, fds.nfds, 0);
  return Array.from({ length: fds.nfds }, (_, slot) => slot).filter((slot) => fds.revents(slot));
}

describe("PollFds.add", () => {
  it("gives out the slots in order, and counts those that poll(2) has to look at", () => {
    const [readEnd, writeEnd] = openPipe();
    const fds = new sys.PollFds(3);

    const slots = [fds.add(readEnd, sys.POLLIN), fds.add(writeEnd, sys.POLLOUT)];

    expect([slots, fds.nfds]).toEqual([[0, 1], 2]);
    expect([fds.fd(1), fds.events(1)]).toEqual([writeEnd, sys.POLLOUT]);
    expect(ready(fds)).toEqual([1]);
  });

  it("gives a slot that came back out again, and leaves the others where they are", () => {
    const [readEnd, writeEnd] = openPipe();
    const fds = new sys.PollFds(3);
    for (let i = 0; i < 3; i++) fds.add(writeEnd, sys.POLLOUT);

    fds.remove(1);
    const between = ready(fds);
    const slot = fds.add(readEnd, sys.POLLIN);

    expect([between, slot, fds.nfds]).toEqual([[0, 2], 1, 3]);
    expect([fds.fd(0), fds.fd(1), fds.fd(2)]).toEqual([writeEnd, readEnd, writeEnd]);
    expect(ready(fds)).toEqual([0, 2]);
  });

  it("refuses when all are taken, and a descriptor that is none, and takes no slot then", () => {
    const [, writeEnd] = openPipe();
    const fds = new sys.PollFds(2);

    expect(() => fds.add(2 ** 31, sys.POLLOUT)).toThrow(outside);
    const slots = [fds.add(writeEnd, sys.POLLOUT), fds.add(writeEnd, sys.POLLOUT)];
    expect(() => fds.add(writeEnd, sys.POLLOUT)).toThrow(outside);
    fds.remove(0);
    expect(() => fds.add(0.5, sys.POLLOUT)).toThrow(outside);

    expect([slots, fds.nfds, fds.add(writeEnd, sys.POLLOUT)]).toEqual([[0, 1], 2, 0]);
    expect(() => fds.add(writeEnd, sys.POLLOUT)).toThrow(outside);
  });

  it("gives every slot out once, whatever came back before", () => {
    const fds = new sys.PollFds(100);
    const slots = new Set(Array.from({ length: 100 }, () => fds.add(0, 0)));
    for (const slot of slots) if (slot % 3 === 0) fds.remove(slot);

    const again = new Set(Array.from({ length: 34 }, () => fds.add(0, 0)));

    expect(slots.size).toBe(100);
    expect([...again].sort((a, b) => a - b)).toEqual([...slots].filter((slot) => slot % 3 === 0));
  });
});

describe("PollFds.remove", () => {
  it("refuses a slot that was not given out, that came back already, and that there is not", () => {
    const fds = new sys.PollFds(2);
    const slot = fds.add(0, 0);
    fds.remove(slot);

    for (const wrong of [slot, 1, 2, -1, 0.5, NaN]) {
      expect(() => fds.remove(wrong)).toThrow(outside);
    }

    expect([fds.add(0, 0), fds.add(0, 0)]).toEqual([0, 1]);
  });
});

describe("PollFds.park", () => {
  it("makes the kernel pass a slot over until it is unparked, also one of descriptor 0", () => {
    const [, writeEnd] = openPipe();
    const fds = new sys.PollFds(2);
    const slot = fds.add(writeEnd, sys.POLLOUT);
    const zero = fds.add(0, 0);

    for (const each of [slot, zero]) fds.park(each, true);
    fds.park(slot, true);
    const parked = [ready(fds), fds.fd(slot) < 0, fds.fd(zero) < 0, fds.events(slot)];
    for (const each of [slot, zero]) fds.park(each, false);
    fds.park(slot, false);

    expect(parked).toEqual([[], true, true, sys.POLLOUT]);
    expect([fds.fd(slot), fds.fd(zero), ready(fds)]).toEqual([writeEnd, 0, [slot]]);
  });

  it("lets a parked slot be given back", () => {
    const fds = new sys.PollFds(1);
    const slot = fds.add(5, sys.POLLIN);
    fds.park(slot, true);

    fds.remove(slot);

    expect([fds.fd(slot), fds.add(6, 0), fds.fd(slot)]).toEqual([-1, slot, 6]);
  });

  it("refuses a slot that there is not, and a free one, which would become descriptor 0", () => {
    const fds = new sys.PollFds(2);
    fds.remove(fds.add(5, 0));

    for (const slot of [0, 1, 2, -1]) expect(() => fds.park(slot, false)).toThrow(outside);

    expect([fds.fd(0), fds.fd(1)]).toEqual([-1, -1]);
  });
});
