import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { receiveSignals } from "../support/signals.ts";
import { elapsed, NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

function setOf(capacity: number, ...fds: number[]): sys.FdSet {
  const set = new sys.FdSet(capacity);
  for (const fd of fds) set.set(fd);
  return set;
}

describe("select(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "select" }) as Error;

  it("overwrites each set in place with what is ready, and counts the bits of all", () => {
    const [readEnd, writeEnd] = openPipe();
    const [here, there] = openPair();
    sys.send(there, Buffer.from("x"));
    const readfds = setOf(1024, readEnd, here);
    const writefds = setOf(1024, writeEnd, here);
    const exceptfds = setOf(1024, here);

    expect(sys.select(1024, readfds, writefds, exceptfds, -1)).toBe(3);

    expect([readfds.isSet(readEnd), readfds.isSet(here)]).toEqual([false, true]);
    expect([writefds.isSet(writeEnd), writefds.isSet(here)]).toEqual([true, true]);
    expect(exceptfds.highest()).toBe(-1);
  });

  it("answers EBADF also for a descriptor that the kernel has no entry for", () => {
    const [, writeEnd] = openPipe();
    const fd = 200_000; // above all that this process has ever had open
    const readfds = setOf(fd + 1, fd);
    const writefds = setOf(fd + 1, writeEnd);

    for (let call = 0; call < 2; call++) {
      expect(() => sys.select(fd + 1, readfds, writefds, null, 0)).toThrow(
        expect.objectContaining({ code: "EBADF", syscall: "select", fd }),
      );
    }
    readfds.clear(fd);
    expect(sys.select(fd + 1, readfds, writefds, null, 0)).toBe(1);
  });

  it("looks at descriptors below `nfds` only, and leaves the words above it alone", () => {
    const [, writeEnd] = openPipe();
    const writefds = setOf(1024, writeEnd, 1000);

    expect(sys.select(writeEnd + 1, null, writefds, null, 0)).toBe(1);

    expect([writefds.isSet(writeEnd), writefds.isSet(1000)]).toEqual([true, true]);
  });

  it("takes descriptors beyond FD_SETSIZE", () => {
    const [, writeEnd] = openPipe();
    const high = opened(sys.fcntl(writeEnd, sys.F_DUPFD, 1500));
    const writefds = setOf(high + 1, high);

    expect(sys.select(high + 1, null, writefds, null, -1)).toBe(1);

    expect(high).toBeGreaterThan(sys.FD_SETSIZE);
    expect(writefds.highest()).toBe(high);
  });

  it("reports urgent data in the third set", () => {
    const listener = opened(sys.socket(sys.AF_INET, sys.SOCK_STREAM));
    sys.bind(listener, sys.sockaddrIn("127.0.0.1", 0));
    sys.listen(listener, 1);
    const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
    const addrlen = new Uint32Array(1);
    sys.getsockname(listener, addr, addrlen);
    const client = opened(sys.socket(sys.AF_INET, sys.SOCK_STREAM));
    sys.connect(client, addr.subarray(0, addrlen[0]));
    const server = opened(sys.accept4(listener));
    sys.send(client, Buffer.from("!"), 0, 1, sys.MSG_OOB);
    const exceptfds = setOf(1024, server);

    expect(sys.select(server + 1, null, null, exceptfds, -1)).toBe(1);

    expect(exceptfds.isSet(server)).toBe(true);
  });

  it("throws EBADF where a set has a closed descriptor, and leaves the sets alone", () => {
    const [first, second] = sys.pipe2();
    const closed = sys.fcntl(first, sys.F_DUPFD, 900);
    for (const fd of [first, second, closed]) sys.close(fd);
    const readfds = setOf(1024, closed);

    expect(() => sys.select(1024, readfds, null, null, 0)).toThrow(failure("EBADF"));

    expect(readfds.isSet(closed)).toBe(true);
  });

  it("says which descriptor below `nfds` is closed, the lowest one of all sets", () => {
    const [readEnd, writeEnd] = openPipe();
    const [low, high, beyond] = [900, 901, 902].map((from) =>
      sys.fcntl(readEnd, sys.F_DUPFD, from),
    ) as [number, number, number];
    for (const fd of [low, high, beyond]) sys.close(fd);
    const readfds = setOf(1024, readEnd, high);
    const exceptfds = setOf(1024, writeEnd, low, beyond);

    const failing = (nfds: number) => () => sys.select(nfds, readfds, null, exceptfds, 0);
    expect(failing(beyond)).toThrow(expect.objectContaining({ code: "EBADF", fd: low }));
    exceptfds.clear(low);
    expect(failing(beyond)).toThrow(expect.objectContaining({ code: "EBADF", fd: high }));

    expect([...readfds]).toEqual([readEnd, high]);
    expect([...exceptfds]).toEqual([writeEnd, beyond]);
  });

  it.each(["readfds", "writefds", "exceptfds"])("refuses %s that are no FdSet", (name) => {
    for (const wrong of [{}, [], new Int32Array(32), 5, "x", { words: new Int32Array(32) }]) {
      const sets = ["readfds", "writefds", "exceptfds"].map((each) =>
        each === name ? (wrong as unknown as sys.FdSet) : null,
      ) as [sys.FdSet | null, sys.FdSet | null, sys.FdSet | null];

      expect(() => sys.select(1024, ...sets, 0)).toThrow(
        expect.objectContaining({
          code: "ERR_INVALID_ARG_TYPE",
          message: expect.stringContaining(`"${name}" argument must be an FdSet`) as string,
        }),
      );
    }
  });

  it("throws EINVAL for a negative `nfds`", () => {
    expect(() => sys.select(-1, null, null, null, 0)).toThrow(failure("EINVAL"));
  });

  it("throws EINTR when a signal arrives", () => {
    receiveSignals();

    expect(() => sys.select(0, null, null, null, 60_000)).toThrow(failure("EINTR"));
  });

  it.each([0, 0.25, 1, 1.75, 12.345678])("never ends before %d ms have passed", (timeoutMs) => {
    expect(elapsed(() => sys.select(0, null, null, null, timeoutMs))).toBeGreaterThanOrEqual(
      timeoutMs,
    );
  });

  it.each([-1, Infinity, 1e308, 2 ** 40])("waits without wrapping for %d ms", (timeoutMs) => {
    receiveSignals();

    expect(() => sys.select(0, null, null, null, timeoutMs)).toThrow(failure("EINTR"));
  });

  it("refuses a set without room for `nfds` bits, also one that was detached", () => {
    const small = new sys.FdSet(64);
    const detached = new sys.FdSet(64);
    structuredClone(detached.words, { transfer: [detached.words.buffer as ArrayBuffer] });
    const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });

    expect(() => sys.select(65, small, null, null, 0)).toThrow(outside);
    expect(() => sys.select(65, null, small, null, 0)).toThrow(outside);
    expect(() => sys.select(65, null, null, small, 0)).toThrow(outside);
    expect(() => sys.select(64, detached, null, null, 0)).toThrow(outside);
    expect(() => sys.select(2 ** 31 - 1, small, null, null, 0)).toThrow(outside);
    expect(sys.select(64, small, small, small, 0)).toBe(0);
  });

  it("refuses NaN as a timeout", () => {
    expect(() => sys.select(0, null, null, null, NaN)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});

describe("FD_SET(3)", () => {
  it.each([0, 31, 32, 63, 64, 1023])("puts in and takes out %d and no other", (fd) => {
    const set = new sys.FdSet();

    set.set(fd);

    expect(Array.from({ length: 1024 }, (_, n) => n).filter((n) => set.isSet(n))).toEqual([fd]);
    expect(set.highest()).toBe(fd);
    set.clear(fd);
    expect([set.isSet(fd), set.highest()]).toEqual([false, -1]);
  });

  it("has the bit where the kernel's longs have it", () => {
    const set = setOf(128, 0, 37, 64);

    const longs = new BigUint64Array(set.words.buffer);
    expect([...longs]).toEqual([1n | (1n << 37n), 1n]);
    expect([0, 1, 2, 3].map((index) => set.word(index))).toEqual([1, 32, 1, 0]);
  });

  it("rounds its capacity up to the kernel's word", () => {
    expect(new sys.FdSet().capacity).toBe(sys.FD_SETSIZE);
    expect(new sys.FdSet(1).capacity).toBe(sys.NFDBITS);
    expect(new sys.FdSet(sys.NFDBITS + 1).capacity).toBe(2 * sys.NFDBITS);
  });

  it("copies a smaller set and zeroes the rest", () => {
    const set = setOf(128, 3, 100);

    set.copy(setOf(64, 5));

    expect([set.word(0), set.highest()]).toEqual([1 << 5, 5]);
  });

  it("takes all out with zero", () => {
    const set = setOf(128, 3, 100);

    set.zero();

    expect(set.highest()).toBe(-1);
  });

  it.each([-1, 64, 0.5, NaN, NOT_OPEN])("refuses %d in a set of 64", (fd) => {
    const set = new sys.FdSet(64);
    const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" });

    expect(() => set.set(fd)).toThrow(outside);
    expect(() => set.clear(fd)).toThrow(outside);
    expect(() => set.isSet(fd)).toThrow(outside);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])("refuses a capacity of %d", (capacity) => {
    expect(() => new sys.FdSet(capacity)).toThrow(
      expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
    );
  });
});
