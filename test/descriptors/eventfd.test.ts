import { describe, expect, it } from "vitest";
import { EventFd } from "../../lib/descriptors/eventfd.ts";
import * as sys from "../../lib/sys/index.ts";

describe("EventFd", () => {
  it("gives back the sum of what was added, and then has nothing", () => {
    using counter = new EventFd({ initial: 3 });

    expect([counter.add(), counter.add(2n ** 40n)]).toEqual([true, true]);

    expect([counter.take(), counter.take()]).toEqual([2n ** 40n + 4n, null]);
  });

  it("gives back 1 at a time as a semaphore", () => {
    using semaphore = new EventFd({ initial: 2, semaphore: true });

    expect([1, 2, 3].map(() => semaphore.take())).toEqual([1n, 1n, null]);
  });

  it("takes no more than 2^64 - 2", () => {
    using counter = new EventFd();

    expect([counter.add(2n ** 64n - 2n), counter.add(1n), counter.add(0n)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("is close-on-exec, and blocks only when asked to", () => {
    using counter = new EventFd();
    using blocking = new EventFd({ blocking: true, initial: 1 });

    expect(sys.fcntl(counter.fd, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    expect(sys.fcntl(blocking.fd, sys.F_GETFL) & sys.O_NONBLOCK).toBe(0);
    expect(blocking.take()).toBe(1n);
  });

  it("throws EBADF once it is closed, and a TypeError for a number", () => {
    const counter = new EventFd();
    expect(() => counter.add(1 as unknown as bigint)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
    );

    counter.close();
    counter.close();

    expect(() => counter.take()).toThrow(expect.objectContaining({ code: "EBADF", fd: -1 }));
  });
});
