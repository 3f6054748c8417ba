import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { elapsed, NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

const { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLIN, EPOLLOUT } = sys;

function openEpoll(): number {
  return opened(sys.epollCreate1(sys.EPOLL_CLOEXEC));
}

describe("epoll_create(2)", () => {
  it("opens an epoll that is not close-on-exec, whatever the size", () => {
    const [, writeEnd] = openPipe();
    const events = new sys.EpollEvents(2);

    for (const size of [1, 2 ** 31 - 1]) {
      const epfd = opened(sys.epollCreate(size));
      sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLOUT);

      expect(sys.fcntl(epfd, sys.F_GETFD)).toBe(0);
      expect(sys.epollWait(epfd, events, 0)).toBe(1);
    }
  });

  it.each([0, -1])("throws EINVAL for a size of %d", (size) => {
    expect(() => sys.epollCreate(size)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "epoll_create" }),
    );
  });
});

describe("epoll_create1(2)", () => {
  it("opens a descriptor that is close-on-exec only when asked for", () => {
    const plain = opened(sys.epollCreate1());
    const closeOnExec = opened(sys.epollCreate1(sys.EPOLL_CLOEXEC));

    expect(sys.fcntl(plain, sys.F_GETFD)).toBe(0);
    expect(sys.fcntl(closeOnExec, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("throws EINVAL for an unknown flag", () => {
    expect(() => sys.epollCreate1(1)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "epoll_create1" }),
    );
  });
});

describe("epoll_ctl(2)", () => {
  const failure = (code: string) =>
    expect.objectContaining({ code, syscall: "epoll_ctl" }) as Error;

  it("throws EEXIST where a descriptor is added twice, and keeps the first", () => {
    const epfd = openEpoll();
    const [, writeEnd] = openPipe();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLOUT, 1);

    expect(() => sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLIN, 2)).toThrow(
      failure("EEXIST"),
    );

    const events = new sys.EpollEvents(1);
    expect(sys.epollWait(epfd, events, 0)).toBe(1);
    expect(events.dataLow(0)).toBe(1);
  });

  it("throws ENOENT where what is not watched is changed or removed", () => {
    const epfd = openEpoll();
    const [readEnd] = openPipe();

    expect(() => sys.epollCtl(epfd, EPOLL_CTL_MOD, readEnd, EPOLLIN)).toThrow(failure("ENOENT"));
    expect(() => sys.epollCtl(epfd, EPOLL_CTL_DEL, readEnd)).toThrow(failure("ENOENT"));
  });

  it("throws EPERM for a regular file", () => {
    const epfd = openEpoll();
    const file = openSync(new URL(import.meta.url), "r");

    expect(() => sys.epollCtl(epfd, EPOLL_CTL_ADD, file, EPOLLIN)).toThrow(failure("EPERM"));

    closeSync(file);
  });

  it("throws ELOOP where two epolls would watch each other", () => {
    const [first, second] = [openEpoll(), openEpoll()];
    sys.epollCtl(first, EPOLL_CTL_ADD, second, EPOLLIN);

    expect(() => sys.epollCtl(second, EPOLL_CTL_ADD, first, EPOLLIN)).toThrow(failure("ELOOP"));
  });

  it("throws EINVAL for itself, for no epoll and for an unknown operation", () => {
    const epfd = openEpoll();
    const [readEnd, writeEnd] = openPipe();

    expect(() => sys.epollCtl(epfd, EPOLL_CTL_ADD, epfd, EPOLLIN)).toThrow(failure("EINVAL"));
    expect(() => sys.epollCtl(readEnd, EPOLL_CTL_ADD, writeEnd)).toThrow(failure("EINVAL"));
    expect(() => sys.epollCtl(epfd, 99, readEnd)).toThrow(failure("EINVAL"));
  });

  it("throws EBADF for descriptors that are not open, and names the watched one", () => {
    const epfd = openEpoll();
    const [readEnd] = openPipe();

    expect(() => sys.epollCtl(NOT_OPEN, EPOLL_CTL_ADD, readEnd)).toThrow(failure("EBADF"));
    expect(() => sys.epollCtl(epfd, EPOLL_CTL_ADD, NOT_OPEN)).toThrow(
      expect.objectContaining({ code: "EBADF", fd: NOT_OPEN }),
    );
  });

  it("removes without regard to the events", () => {
    const epfd = openEpoll();
    const [, writeEnd] = openPipe();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLOUT);

    sys.epollCtl(epfd, EPOLL_CTL_DEL, writeEnd);

    expect(sys.epollWait(epfd, new sys.EpollEvents(1), 0)).toBe(0);
  });

  it("refuses a flag word that does not fit 32 bits", () => {
    const epfd = openEpoll();
    const [readEnd] = openPipe();

    expect(() => sys.epollCtl(epfd, EPOLL_CTL_ADD, readEnd, 2 ** 32)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe.each([
  ["epoll_wait(2)", "epoll_wait", sys.epollWait],
  ["epoll_pwait2(2)", "epoll_pwait2", sys.epollPwait2],
] as const)("%s", (_, syscall, wait) => {
  const failure = (code: string) => expect.objectContaining({ code, syscall }) as Error;

  it("returns 0 and leaves the events alone while nothing is ready", () => {
    const epfd = openEpoll();
    const [readEnd] = openPipe();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, readEnd, EPOLLIN);
    const events = new sys.EpollEvents(2);
    events.words.fill(0x5a5a5a5a);

    expect(wait(epfd, events, 0)).toBe(0);

    expect(new Set(events.words)).toEqual(new Set([0x5a5a5a5a]));
  });

  it("fills as many entries as it returns, from the start, and no byte behind them", () => {
    const epfd = openEpoll();
    const [, writeEnd] = openPipe();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLIN | EPOLLOUT, 7);
    const events = new sys.EpollEvents(3);
    events.words.fill(-1);

    expect(wait(epfd, events, -1)).toBe(1);

    expect([events.events(0), events.dataLow(0), events.dataHigh(0)]).toEqual([EPOLLOUT, 7, 0]);
    expect(new Set(events.words.subarray(events.words.length / 3))).toEqual(new Set([-1]));
  });

  it("writes at most `capacity` events, and the others the next time", () => {
    const epfd = openEpoll();
    const writeEnds = [openPipe()[1], openPipe()[1], openPipe()[1]];
    for (const fd of writeEnds) sys.epollCtl(epfd, EPOLL_CTL_ADD, fd, EPOLLOUT | sys.EPOLLET);
    const events = new sys.EpollEvents(2);

    const counts = [0, 0, 0].map(() => wait(epfd, events, 0));

    expect(counts).toEqual([2, 1, 0]);
  });

  it("throws EBADF for a descriptor that is not open, EINVAL for one that is no epoll", () => {
    const events = new sys.EpollEvents(1);
    const [readEnd] = openPipe();

    expect(() => wait(NOT_OPEN, events, 0)).toThrow(failure("EBADF"));
    expect(() => wait(readEnd, events, 0)).toThrow(failure("EINVAL"));
  });

  it("throws EINTR when a signal arrives", () => {
    const epfd = openEpoll();
    receiveSignals();

    expect(() => wait(epfd, new sys.EpollEvents(1), 60_000)).toThrow(failure("EINTR"));
  });

  it.each([-1, -7])("waits without limit for %d ms", (timeoutMs) => {
    const epfd = openEpoll();
    receiveSignals();

    expect(() => wait(epfd, new sys.EpollEvents(1), timeoutMs)).toThrow(failure("EINTR"));
  });

  it.each([0, 1, 20])("never ends before %d ms have passed", (timeoutMs) => {
    const epfd = openEpoll();
    const events = new sys.EpollEvents(1);

    expect(elapsed(() => wait(epfd, events, timeoutMs))).toBeGreaterThanOrEqual(timeoutMs);
  });

  it("refuses NaN as a timeout", () => {
    const epfd = openEpoll();

    expect(() => wait(epfd, new sys.EpollEvents(1), NaN)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("epoll_wait(2)", () => {
  it("refuses fractions of a millisecond, which it could not keep", () => {
    expect(() => sys.epollWait(openEpoll(), new sys.EpollEvents(1), 0.5)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it("reports EPOLLHUP and EPOLLRDHUP of a peer that is gone", () => {
    const epfd = openEpoll();
    const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM);
    sys.epollCtl(epfd, EPOLL_CTL_ADD, opened(here), EPOLLIN | sys.EPOLLRDHUP);
    const events = new sys.EpollEvents(1);

    sys.close(there);

    expect(sys.epollWait(epfd, events, 0)).toBe(1);
    expect(events.events(0)).toBe(EPOLLIN | sys.EPOLLRDHUP | sys.EPOLLHUP);
  });

  it("reports an edge-triggered descriptor once per edge", () => {
    const epfd = openEpoll();
    const [here, there] = openPair();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, here, EPOLLIN | sys.EPOLLET);
    const events = new sys.EpollEvents(1);
    const seen = () => sys.epollWait(epfd, events, 0);

    sys.send(there, Buffer.from("a"));
    const first = [seen(), seen()];
    sys.send(there, Buffer.from("b"));

    expect([...first, seen(), seen()]).toEqual([1, 0, 1, 0]);
  });

  it("reports a one-shot descriptor again only after EPOLL_CTL_MOD", () => {
    const epfd = openEpoll();
    const [, writeEnd] = openPipe();
    sys.epollCtl(epfd, EPOLL_CTL_ADD, writeEnd, EPOLLOUT | sys.EPOLLONESHOT);
    const events = new sys.EpollEvents(1);
    const seen = () => sys.epollWait(epfd, events, 0);

    const first = [seen(), seen()];
    sys.epollCtl(epfd, EPOLL_CTL_MOD, writeEnd, EPOLLOUT | sys.EPOLLONESHOT);

    expect([...first, seen()]).toEqual([1, 0, 1]);
  });
});

describe("epoll_pwait2(2)", () => {
  it.each([0.25, 1.75, 12.345678])("never ends before %d ms have passed", (timeoutMs) => {
    const epfd = openEpoll();
    const events = new sys.EpollEvents(1);

    expect(elapsed(() => sys.epollPwait2(epfd, events, timeoutMs))).toBeGreaterThanOrEqual(
      timeoutMs,
    );
  });

  it.each([-1, -0.5, Infinity, 1e308, 2 ** 53])("waits without wrapping for %d ms", (timeoutMs) => {
    const epfd = openEpoll();
    receiveSignals();

    expect(() => sys.epollPwait2(epfd, new sys.EpollEvents(1), timeoutMs)).toThrow(
      expect.objectContaining({ code: "EINTR" }),
    );
  });
});
