import { describe, expect, it } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../lib/sys/index.ts";
import { opened, openPipe } from "../sys/support.ts";
import { countWaits } from "./contract/fixture.ts";

const FEW = 20;

/** An epoll that the multiplexer takes over, and closes. */
function openEpoll(): number {
  return sys.epollCreate1(sys.EPOLL_CLOEXEC);
}

function isOpen(fd: number): boolean {
  try {
    return sys.fcntl(fd, sys.F_GETFD) >= 0;
  } catch {
    return false;
  }
}

/** A pipe with a byte in it. */
function openReady(): number {
  const [readEnd, writeEnd] = openPipe();
  sys.write(writeEnd, Buffer.from("x"));
  return readEnd;
}

/** The descriptors that are ready now. */
function readyNow(mux: EpollMultiplexer): number[] {
  const found: number[] = [];
  mux.waitSync(0, (fd) => found.push(fd));
  return found;
}

describe("EpollMultiplexer on an adopted epoll", () => {
  const failure = (code: string): Error => expect.objectContaining({ code }) as Error;

  it("watches with it, and closes it", async () => {
    const epfd = openEpoll();
    const mux = new EpollMultiplexer({ fd: epfd });
    const ready = openReady();

    mux.add(ready, READABLE);
    const found: number[] = [];
    await mux.wait(undefined, (fd) => found.push(fd));

    expect([mux.fd, found, readyNow(mux)]).toEqual([epfd, [ready], [ready]]);
    mux.close();
    expect(isOpen(epfd)).toBe(false);
  });

  it("keeps its defaults for add()", () => {
    using mux = new EpollMultiplexer({ fd: openEpoll(), edge: true });

    mux.add(openReady(), READABLE);

    expect([mux.edge, readyNow(mux).length, readyNow(mux).length]).toEqual([true, 1, 0]);
  });

  it("refuses one that watches descriptors already, ready or not, and leaves it as it was", () => {
    const epfd = opened(openEpoll());
    const [readEnd, writeEnd] = openPipe();
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, readEnd, sys.EPOLLIN | sys.EPOLLONESHOT);
    expect(() => new EpollMultiplexer({ fd: epfd })).toThrow(failure("EEXIST"));

    sys.write(writeEnd, Buffer.from("x"));
    expect(() => new EpollMultiplexer({ fd: epfd })).toThrow(failure("EEXIST"));

    expect(sys.epollWait(epfd, new sys.EpollEvents(1), 0)).toBe(1);
    sys.epollCtl(epfd, sys.EPOLL_CTL_DEL, readEnd);
    const adopted = sys.dup(epfd);
    new EpollMultiplexer({ fd: adopted }).close();
    expect([isOpen(epfd), isOpen(adopted)]).toEqual([true, false]);
  });

  it("refuses what is no epoll (EINVAL), not open (EBADF), or no number", () => {
    const [readEnd] = openPipe();

    expect(() => new EpollMultiplexer({ fd: readEnd })).toThrow(failure("EINVAL"));
    expect(() => new EpollMultiplexer({ fd: 1_000_000 })).toThrow(failure("EBADF"));
    expect(() => new EpollMultiplexer({ fd: -1 })).toThrow(failure("ERR_OUT_OF_RANGE"));
    expect(() => new EpollMultiplexer({ fd: "1" as unknown as number })).toThrow(
      failure("ERR_INVALID_ARG_TYPE"),
    );
    expect(isOpen(readEnd)).toBe(true);
  });

  it.each([
    ["as usual in C", 0],
    ["a pointer", 0x5555],
  ])("reports no entry that others add later, and does not spin (data: %s)", (_, high) => {
    const shared = opened(openEpoll());
    using mux = new EpollMultiplexer({ fd: sys.dup(shared) });
    const [ours, theirs] = [openReady(), openReady()];
    mux.add(ours, READABLE);

    sys.epollCtl(shared, sys.EPOLL_CTL_ADD, theirs, sys.EPOLLIN, theirs, high);
    const first = readyNow(mux);
    mux.remove(ours);
    const waits = countWaits(() => {
      expect(mux.waitSync(20.5, () => undefined)).toBe(0);
    });

    expect(first).toEqual([ours]);
    expect(waits).toBeLessThan(FEW);
    expect(sys.epollWait(shared, new sys.EpollEvents(4), 0)).toBe(1);
  });
});
