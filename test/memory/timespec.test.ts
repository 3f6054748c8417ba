import { describe, expect, it } from "vitest";
import { limitOf } from "../../lib/memory/timespec.ts";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { openPipe } from "../sys/support.ts";

const einval = (syscall: string): Error => expect.objectContaining({ code: "EINVAL", syscall });

/** Each call that takes a time limit, with something that is ready, or nothing. */
const CALLS = {
  select: (timeout: sys.Timespec, fd = -1) => {
    const set = new sys.FdSet(1024);
    if (fd !== -1) set.set(fd);
    return sys.select(fd + 1, null, set, null, timeout);
  },
  ppoll: (timeout: sys.Timespec, fd = -1) => {
    const fds = new sys.PollFds(1);
    fds.add(fd, sys.POLLOUT);
    return sys.ppoll(fds, 1, timeout);
  },
};

/** Those that Linux refuses: negative, or not normalized. */
const REFUSED = [
  [-1, 0],
  [0, -1],
  [1, 1_000_000_000],
  [1, 1_000_000_001],
] as const;

describe("Timespec", () => {
  it("holds what it was given, also what no kernel accepts", () => {
    const timeout = new sys.Timespec(-3, 2_500_000_000);

    expect([timeout.sec, timeout.nsec, timeout.ms]).toEqual([-3, 2_500_000_000, -500]);
    expect(timeout.bytes.length).toBe(sys.structs.timespec.sizeof);
  });

  it("refuses what is no whole number", () => {
    const timeout = new sys.Timespec();

    expect(() => new sys.Timespec(0.5)).toThrow(RangeError);
    expect(() => (timeout.nsec = NaN)).toThrow(/"nsec"/);
    expect(() => new sys.Timespec("1" as unknown as number)).toThrow(TypeError);
  });

  describe.each(Object.entries(CALLS))("in %s(2)", (name, call) => {
    it.each(REFUSED)("{%d, %d} is EINVAL, and stays as it was", (sec, nsec) => {
      const timeout = new sys.Timespec(sec, nsec);

      expect(() => call(timeout)).toThrow(einval(name));

      expect([timeout.sec, timeout.nsec]).toEqual([sec, nsec]);
    });

    it("receives 0 when the time has passed", () => {
      const timeout = new sys.Timespec(0, 1_234_567);

      expect(call(timeout)).toBe(0);

      expect([timeout.sec, timeout.nsec]).toEqual([0, 0]);
    });

    it("receives what is left where something is ready", () => {
      const [, writeEnd] = openPipe();
      const timeout = new sys.Timespec(60);

      expect(call(timeout, writeEnd)).toBe(1);

      expect(timeout.ms).toBeGreaterThan(0);
      expect(timeout.ms).toBeLessThanOrEqual(60_000);
    });

    it("receives what is left when a signal arrives", () => {
      const timeout = new sys.Timespec(60);
      receiveSignals();

      expect(() => call(timeout)).toThrow(expect.objectContaining({ code: "EINTR" }));

      expect(timeout.ms).toBeGreaterThan(0);
      expect(timeout.ms).toBeLessThan(60_000);
    });
  });

  it.each(REFUSED)("{%d, %d} is EINVAL in epoll_pwait2(2)", (sec, nsec) => {
    const epfd = sys.epollCreate1(sys.EPOLL_CLOEXEC);
    const timeout = new sys.Timespec(sec, nsec);
    try {
      expect(() => sys.epollPwait2(epfd, new sys.EpollEvents(1), timeout)).toThrow(
        einval("epoll_pwait2"),
      );
    } finally {
      sys.close(epfd);
    }
  });
});

describe("limitOf", () => {
  it("names the argument that is neither a number nor a Timespec", () => {
    for (const wrong of [null, undefined, "1", {}, 1n]) {
      expect(() => limitOf(wrong as number)).toThrow(/"timeoutMs" argument/);
    }
  });
});
