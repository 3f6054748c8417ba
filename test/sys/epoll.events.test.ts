import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../support/program.ts";
import { withoutStrace } from "../support/strace.ts";
import { opened, openPipe } from "./support.ts";

const DIST = fileURLToPath(new URL("../../dist/lib/index.js", import.meta.url));

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

describe("EPOLLWAKEUP", () => {
  /** An epoll with the read end of a pipe, and what the kernel keeps as its events. */
  function watching(events: number): [epfd: number, writeEnd: number, kept: number] {
    const epfd = opened(sys.epollCreate1());
    const [readEnd, writeEnd] = openPipe();
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, readEnd, events);
    const info = readFileSync(`/proc/self/fdinfo/${String(epfd)}`, "latin1");
    const line = new RegExp(`^tfd: +${String(readEnd)} events: +([0-9a-f]+) `, "m").exec(info);
    return [epfd, writeEnd, Number.parseInt(line?.[1] ?? "", 16)];
  }

  it("changes nothing about what is reported, and is not reported itself", () => {
    const [epfd, writeEnd] = watching(sys.EPOLLIN | sys.EPOLLWAKEUP);
    const ready = new sys.EpollEvents(1);

    expect(sys.epollWait(epfd, ready, 0)).toBe(0);
    sys.write(writeEnd, Buffer.from("x"));
    expect(sys.epollWait(epfd, ready, 0)).toBe(1);

    expect(ready.events(0)).toBe(sys.EPOLLIN);
  });

  it("reaches the kernel as it is", async ({ skip }) => {
    skip(withoutStrace !== undefined, withoutStrace);
    const code = `
      import { sys } from ${JSON.stringify(DIST)};
      const { EPOLL_CTL_ADD, EPOLLIN, EPOLLWAKEUP } = sys;
      sys.epollCtl(sys.epollCreate1(), EPOLL_CTL_ADD, sys.pipe2(0)[0], EPOLLIN | EPOLLWAKEUP);
    `;
    const module = [process.execPath, "--input-type=module", "-e", code];

    const { stderr } = await run("strace", "-f", "-qq", "-e", "trace=epoll_ctl", ...module);

    expect(stderr).toMatch(/EPOLL_CTL_ADD, \d+, \{events=EPOLLIN\|EPOLLWAKEUP,/);
  });

  it("is kept only where the process may keep the machine awake", () => {
    const [, , without] = watching(sys.EPOLLIN);
    const [, , kept] = watching(sys.EPOLLIN | sys.EPOLLWAKEUP);

    const CAP_BLOCK_SUSPEND = 36;
    const status = readFileSync("/proc/self/status", "latin1");
    const capabilities = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? "0"}`);
    const isAllowed = ((capabilities >> BigInt(CAP_BLOCK_SUSPEND)) & 1n) === 1n;
    const canSuspend = existsSync("/sys/power/wakeup_count"); // CONFIG_PM_SLEEP
    expect(without & sys.EPOLLIN).toBe(sys.EPOLLIN);
    expect(kept).toBe(isAllowed && canSuspend ? without | sys.EPOLLWAKEUP : without);
  });

  it("goes with EPOLLEXCLUSIVE, and EINVAL follows for what does not", () => {
    const [, writeEnd] = openPipe();
    const epfd = opened(sys.epollCreate1());
    const add = (events: number) => () => {
      sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, writeEnd, events);
    };
    const shared = sys.EPOLLOUT | sys.EPOLLEXCLUSIVE | sys.EPOLLWAKEUP;

    expect(add(shared | sys.EPOLLONESHOT)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "epoll_ctl" }),
    );
    expect(add(shared)).not.toThrow();
  });
});
