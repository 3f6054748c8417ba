import { describe, expect, it } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { PRIORITY, READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { SelectMultiplexer } from "../../lib/multiplexer/select.ts";
import * as sys from "../../lib/sys/index.ts";
import { hardDescriptorLimit } from "../support/process.ts";
import { describeContract } from "./contract.ts";
import { Fixture } from "./contract/fixture.ts";
import { NUMBERS, THREADS, THREE_SETS } from "./differences.ts";

// Such numbers need a high limit (RLIMIT_NOFILE).
const TOO_FEW = hardDescriptorLimit() < 10_001;

/** A fixture, and a descriptor with something to read under a number from `number` up. */
function high(number: number, capacity?: number): Fixture & { high: Descriptor } {
  const make = (): SelectMultiplexer<string> =>
    new SelectMultiplexer(capacity === undefined ? {} : { capacity });
  const fixture = new Fixture(make);
  const fd = sys.fcntl(fixture.eventfd(1).fd, sys.F_DUPFD_CLOEXEC, number);
  return Object.assign(fixture, { high: fixture.own(new Descriptor(fd)) });
}

describe("SelectMultiplexer", () => {
  describeContract(() => new SelectMultiplexer(), { ...NUMBERS, ...THREE_SETS, ...THREADS });

  it("refuses a descriptor from FD_SETSIZE up (RangeError), and changes nothing", () => {
    using fixture = high(sys.FD_SETSIZE);

    expect(() => fixture.mux.add(fixture.high, READABLE)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
    expect(fixture.mux.size).toBe(0);
    expect(fixture.mux.has(fixture.high)).toBe(false);
    expect(fixture.mux.remove(fixture.high)).toBe(false);
    expect(() => fixture.mux.modify(fixture.high, READABLE)).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
    expect(fixture.readyNow().size).toBe(0);
  });

  it("watches the last descriptor below FD_SETSIZE", () => {
    using fixture = high(sys.FD_SETSIZE - 1);
    expect(fixture.high.fd).toBe(sys.FD_SETSIZE - 1);

    fixture.mux.add(fixture.high, READABLE | WRITABLE | PRIORITY);

    expect(fixture.readyNow()).toEqual(new Map([[fixture.high.fd, READABLE | WRITABLE]]));
  });

  it.skipIf(TOO_FEW)("watches descriptors below a capacity that was asked for, not above", () => {
    using fixture = high(6000, 6001);
    const above = fixture.own(
      new Descriptor(sys.fcntl(fixture.high.fd, sys.F_DUPFD_CLOEXEC, 6001)),
    );

    fixture.mux.add(fixture.high, READABLE);

    expect(() => fixture.mux.add(above, READABLE)).toThrow(RangeError);
    expect(fixture.readyNow()).toEqual(new Map([[6000, READABLE]]));
  });

  it("refuses a smaller capacity's descriptors as well", () => {
    using fixture = high(100, 100);

    expect(() => fixture.mux.add(fixture.high, READABLE)).toThrow(RangeError);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])("refuses a capacity of %d", (capacity) => {
    expect(() => new SelectMultiplexer({ capacity })).toThrow(RangeError);
  });

  it.skipIf(TOO_FEW)("grows its sets past 1024 descriptors, and keeps what it had", () => {
    using fixture = high(1024, 20_000);
    const low = fixture.eventfd(1);
    const { mux } = fixture;
    mux.add(low, READABLE);
    mux.add(fixture.high, WRITABLE);
    const highest = fixture.own(new Descriptor(sys.fcntl(low.fd, sys.F_DUPFD_CLOEXEC, 9999)));
    mux.add(highest, READABLE | WRITABLE);

    expect(fixture.readyNow()).toEqual(
      new Map([
        [low.fd, READABLE],
        [fixture.high.fd, WRITABLE],
        [highest.fd, READABLE | WRITABLE],
      ]),
    );
    mux.remove(highest);
    expect([...fixture.readyNow().keys()]).toEqual([low.fd, fixture.high.fd]);
  });

  it("reports every bit of a word, the sign bit too", () => {
    using fixture = high(64);
    const all = Array.from({ length: 64 }, () =>
      fixture.own(new Descriptor(sys.fcntl(fixture.high.fd, sys.F_DUPFD_CLOEXEC, 128))),
    );
    for (const { fd } of all) fixture.mux.add(fd, READABLE);

    expect(fixture.readyNow()).toEqual(new Map(all.map(({ fd }) => [fd, READABLE])));
  });
});
