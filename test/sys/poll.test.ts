import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { elapsed, NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

/** As many slots as descriptors, in their order. */
function watch(...slots: (readonly [fd: number, events: number])[]): sys.PollFds {
  const fds = new sys.PollFds(slots.length);
  slots.forEach(([fd, events], slot) => {
    fds.set(slot, fd, events);
  });
  return fds;
}

describe.each([
  ["poll(2)", "poll", sys.poll],
  ["ppoll(2)", "ppoll", sys.ppoll],
] as const)("%s", (_, syscall, wait) => {
  const failure = (code: string) => expect.objectContaining({ code, syscall }) as Error;

  it("fills `revents` in place, of the ready slots only, and counts those", () => {
    const [readEnd, writeEnd] = openPipe();
    const fds = watch([readEnd, sys.POLLIN], [writeEnd, sys.POLLIN | sys.POLLOUT]);

    expect(wait(fds, 2, -1)).toBe(1);

    expect([fds.revents(0), fds.revents(1)]).toEqual([0, sys.POLLOUT]);
    expect([fds.fd(1), fds.events(1)]).toEqual([writeEnd, sys.POLLIN | sys.POLLOUT]);
  });

  it("clears what an earlier call found", () => {
    const [readEnd, writeEnd] = openPipe();
    const fds = watch([readEnd, sys.POLLIN]);
    sys.write(writeEnd, Buffer.from("x"));

    const first = [wait(fds, 1, 0), fds.revents(0)];
    sys.read(readEnd, Buffer.alloc(1));

    expect([first, wait(fds, 1, 0), fds.revents(0)]).toEqual([[1, sys.POLLIN], 0, 0]);
  });

  it("looks at the first `nfds` slots only", () => {
    const [, writeEnd] = openPipe();
    const fds = watch([writeEnd, sys.POLLOUT], [writeEnd, sys.POLLOUT]);

    expect(wait(fds, 1, 0)).toBe(1);

    expect([fds.revents(0), fds.revents(1)]).toEqual([sys.POLLOUT, 0]);
  });

  it("passes over negative descriptors", () => {
    const [, writeEnd] = openPipe();
    const fds = watch([-1, sys.POLLIN], [-2, sys.POLLOUT], [writeEnd, sys.POLLOUT]);

    expect(wait(fds, 3, 0)).toBe(1);

    expect([fds.revents(0), fds.revents(1), fds.revents(2)]).toEqual([0, 0, sys.POLLOUT]);
  });

  it("reports POLLNVAL for a descriptor that is not open, as an event and not an error", () => {
    const fds = watch([NOT_OPEN, sys.POLLIN]);

    expect(wait(fds, 1, -1)).toBe(1);

    expect(fds.revents(0)).toBe(sys.POLLNVAL);
  });

  it("reports POLLHUP and POLLERR without being asked", () => {
    const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM);
    const [readEnd, writeEnd] = sys.pipe2();
    const fds = watch([opened(here), 0], [opened(writeEnd), 0]);

    sys.close(there);
    sys.close(readEnd);

    expect(wait(fds, 2, -1)).toBe(2);
    expect([fds.revents(0), fds.revents(1)]).toEqual([sys.POLLHUP, sys.POLLERR]);
  });

  it("tells the end of a peer's data apart with POLLRDHUP", () => {
    const [here, there] = openPair();
    const fds = watch([here, sys.POLLRDHUP]);

    sys.shutdown(there, sys.SHUT_WR);

    expect(wait(fds, 1, 0)).toBe(1);
    expect(fds.revents(0)).toBe(sys.POLLRDHUP);
  });

  it("throws EINTR when a signal arrives", () => {
    receiveSignals();

    expect(() => wait(new sys.PollFds(1), 0, 60_000)).toThrow(failure("EINTR"));
  });

  it.each([-1, -7])("waits without limit for %d ms (INFTIM)", (timeoutMs) => {
    receiveSignals();

    expect(() => wait(new sys.PollFds(1), 1, timeoutMs)).toThrow(failure("EINTR"));
  });

  it.each([0, 1, 20])("never ends before %d ms have passed", (timeoutMs) => {
    const fds = new sys.PollFds(1);

    expect(elapsed(() => wait(fds, 1, timeoutMs))).toBeGreaterThanOrEqual(timeoutMs);
  });

  it.each([-1, 3, 0.5, NaN, 2 ** 32])("refuses to look at %d of 2 slots", (nfds) => {
    expect(() => wait(new sys.PollFds(2), nfds, 0)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("poll(2)", () => {
  it("refuses fractions of a millisecond, which it could not keep", () => {
    expect(() => sys.poll(new sys.PollFds(1), 1, 0.5)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("ppoll(2)", () => {
  it.each([0.25, 1.75, 12.345678])("never ends before %d ms have passed", (timeoutMs) => {
    const fds = new sys.PollFds(1);

    expect(elapsed(() => sys.ppoll(fds, 1, timeoutMs))).toBeGreaterThanOrEqual(timeoutMs);
  });

  it.each([-1, Infinity, 1e308, 2 ** 40])("waits without wrapping for %d ms", (timeoutMs) => {
    receiveSignals();

    expect(() => sys.ppoll(new sys.PollFds(1), 1, timeoutMs)).toThrow(
      expect.objectContaining({ code: "EINTR" }),
    );
  });
});

describe("PollFds", () => {
  it("begins with free slots, which poll(2) passes over", () => {
    const fds = new sys.PollFds(3);

    expect([0, 1, 2].map((slot) => fds.fd(slot))).toEqual([-1, -1, -1]);
    expect(sys.poll(fds, 3, 0)).toBe(0);
  });

  it("copies a slot without its result, also within itself", () => {
    const [, writeEnd] = openPipe();
    const fds = watch([-1, 0], [writeEnd, sys.POLLOUT | sys.POLLRDHUP]);
    sys.poll(fds, 2, 0);

    fds.copy(0, fds, 1);

    expect([fds.fd(0), fds.events(0), fds.revents(0)]).toEqual([
      writeEnd,
      sys.POLLOUT | sys.POLLRDHUP,
      0,
    ]);
    expect(fds.revents(1)).toBe(sys.POLLOUT);
  });

  it("has slots 0 up to its capacity only", () => {
    const fds = new sys.PollFds(2);
    const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });

    for (const slot of [2, -1, 0.5, NaN]) {
      expect(() => fds.set(slot, 0, 0)).toThrow(outside);
      expect(() => fds.fd(slot)).toThrow(outside);
      expect(() => fds.events(slot)).toThrow(outside);
      expect(() => fds.revents(slot)).toThrow(outside);
    }
    expect([0, 1].map((slot) => fds.fd(slot))).toEqual([-1, -1]);
  });

  it("refuses a descriptor that is no 32-bit int and leaves the slot alone", () => {
    const fds = new sys.PollFds(1);

    expect(() => fds.set(0, 2 ** 32, 1)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
    expect([fds.fd(0), fds.events(0)]).toEqual([-1, 0]);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])("refuses a capacity of %d", (capacity) => {
    expect(() => new sys.PollFds(capacity)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});
