import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openPipe } from "./support.ts";

const OFF = { busyPollUs: 0, busyPollBudget: 0, preferBusyPoll: false };

function openEpoll(): number {
  return opened(sys.epollCreate1());
}

/** Whether the kernel has them: Linux 6.9, where it was built with CONFIG_NET_RX_BUSY_POLL. */
function hasParams(): boolean {
  const epfd = sys.epollCreate1();
  try {
    sys.epollGetParams(epfd);
    return true;
  } catch {
    return false;
  } finally {
    sys.close(epfd);
  }
}

describe("ioctl_eventpoll(2)", () => {
  const failure = (code: string, fd: number) =>
    expect.objectContaining({ code, syscall: "ioctl", fd }) as Error;

  it.runIf(hasParams())("keeps what was set, of each epoll by itself", () => {
    const [epfd, other] = [openEpoll(), openEpoll()];
    const before = sys.epollGetParams(epfd);
    const params = { busyPollUs: 123_456, busyPollBudget: 17, preferBusyPoll: true };

    sys.epollSetParams(epfd, params);

    expect([before, sys.epollGetParams(epfd), sys.epollGetParams(other)]).toEqual([
      OFF,
      params,
      OFF,
    ]);
  });

  it.runIf(hasParams())("throws EINVAL for more than a signed int of microseconds", () => {
    const epfd = openEpoll();

    expect(() => sys.epollSetParams(epfd, { ...OFF, busyPollUs: 2 ** 31 })).toThrow(
      failure("EINVAL", epfd),
    );

    expect(sys.epollGetParams(epfd)).toEqual(OFF);
  });

  it("throws EBADF for a descriptor that is not open, ENOTTY for one that is no epoll", () => {
    const [readEnd] = openPipe();

    for (const [fd, code] of [
      [NOT_OPEN, "EBADF"],
      [readEnd, "ENOTTY"],
    ] as const) {
      expect(() => sys.epollGetParams(fd)).toThrow(failure(code, fd));
      expect(() => sys.epollSetParams(fd, OFF)).toThrow(failure(code, fd));
    }
  });

  it.each([
    { busyPollUs: -1 },
    { busyPollUs: 2 ** 32 },
    { busyPollUs: 0.5 },
    { busyPollBudget: -1 },
    { busyPollBudget: 2 ** 16 },
    { busyPollBudget: NaN },
  ])("refuses %j, which does not fit the structure", (wrong) => {
    expect(() => sys.epollSetParams(openEpoll(), { ...OFF, ...wrong })).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("the data of an epoll_event", () => {
  it.each([
    [0, 0, 0n],
    [7, 0, 7n],
    [-1, 0, 0xffff_ffffn],
    [0, -1, 0xffff_ffff_0000_0000n],
    [-1, -1, 2n ** 64n - 1n],
    [-(2 ** 31), 2 ** 31 - 1, 0x7fff_ffff_8000_0000n],
    [2 ** 32 - 1, 2 ** 31, 0x8000_0000_ffff_ffffn],
  ])("is, with halves %d and %d, one unsigned number of 64 bits", (low, high, data) => {
    const epfd = openEpoll();
    const [, writeEnd] = openPipe();
    const events = new sys.EpollEvents(1);

    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, writeEnd, sys.EPOLLOUT, low, high);
    sys.epollWait(epfd, events, -1);

    expect(events.data(0)).toBe(data);
    expect([events.dataLow(0), events.dataHigh(0)]).toEqual([low | 0, high | 0]);
  });

  it("is read within the capacity only", () => {
    expect(() => new sys.EpollEvents(1).data(1)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("max_user_watches", () => {
  it("is what the kernel says", () => {
    const [, limit] = /^(\d+)$/m.exec(
      readFileSync("/proc/sys/fs/epoll/max_user_watches", "latin1"),
    ) ?? ["", "NaN"];

    expect(sys.maxUserWatches()).toBe(Number(limit));
    expect(sys.maxUserWatches()).toBeGreaterThan(0);
  });
});
