import { describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { opened, openPipe } from "./support.ts";

/** What a wait reports for a descriptor that was added with this data. */
function roundTrip(events: number, dataLow?: number, dataHigh?: number): sys.EpollEvents {
  const epfd = opened(sys.epollCreate1());
  const [, writeEnd] = openPipe();
  sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, writeEnd, events, dataLow, dataHigh);
  const ready = new sys.EpollEvents(1);
  sys.epollWait(epfd, ready, 0);
  return ready;
}

describe("struct epoll_event", () => {
  it.each([
    [0, 0],
    [1, 2],
    [-1, -1],
    [-(2 ** 31), 2 ** 31 - 1],
    [0, -(2 ** 31)],
  ])("carries the halves %d and %d of the data there and back", (low, high) => {
    const ready = roundTrip(sys.EPOLLOUT, low, high);

    expect([ready.dataLow(0), ready.dataHigh(0)]).toEqual([low, high]);
  });

  it("reports halves above 2^31 as the negative int of the same bits", () => {
    const ready = roundTrip(sys.EPOLLOUT, 2 ** 32 - 1, 2 ** 31);

    expect([ready.dataLow(0), ready.dataHigh(0)]).toEqual([-1, -(2 ** 31)]);
  });

  it("keeps the two halves where the kernel has data.u64", () => {
    const ready = roundTrip(sys.EPOLLOUT, 0x55667788, 0x11223344);

    const data = new DataView(ready.words.buffer, native.offsetof_epoll_event_data);
    const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
    expect(data.getBigUint64(0, littleEndian)).toBe(0x1122334455667788n);
  });

  it("carries the descriptor where no data is given", () => {
    const epfd = opened(sys.epollCreate1());
    const [, writeEnd] = openPipe();
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, writeEnd, sys.EPOLLOUT);
    const ready = new sys.EpollEvents(1);

    sys.epollWait(epfd, ready, 0);

    expect([ready.dataLow(0), ready.dataHigh(0)]).toEqual([writeEnd, 0]);
  });

  it("takes bit 31 of the events as JavaScript's negative and as the header's positive", () => {
    expect(roundTrip(sys.EPOLLOUT | sys.EPOLLET).events(0)).toBe(sys.EPOLLOUT);
    expect(roundTrip(sys.EPOLLOUT + sys.EPOLLET).events(0)).toBe(sys.EPOLLOUT);
  });
});

describe("EpollEvents", () => {
  it("is as long as the kernel's array", () => {
    expect(new sys.EpollEvents(5).words.byteLength).toBe(5 * native.sizeof_epoll_event);
  });

  it("has entries 0 up to its capacity only", () => {
    const events = new sys.EpollEvents(2);
    const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });

    expect(events.events(1)).toBe(0);
    expect(() => events.events(2)).toThrow(outside);
    expect(() => events.dataLow(2)).toThrow(outside);
    expect(() => events.dataHigh(-1)).toThrow(outside);
    expect(() => events.events(1 / 3)).toThrow(outside);
    expect(() => events.dataLow(NaN)).toThrow(outside);
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 31])("refuses a capacity of %d", (capacity) => {
    expect(() => new sys.EpollEvents(capacity)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });

  it("refuses a capacity that is no number", () => {
    expect(() => new sys.EpollEvents("4" as unknown as number)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );
  });
});
