import { expect, it, vi } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { native } from "../../lib/native/native.ts";
import { errno } from "../../lib/sys/errno.ts";

// In a file, and so in a process, of its own: whether the kernel has the call is asked once.
it("waits whole milliseconds, rounded up, where the kernel has no epoll_pwait2 (ENOSYS)", () => {
  using mux = new EpollMultiplexer();
  const missing = vi.spyOn(native, "epoll_pwait2").mockReturnValue(-errno.ENOSYS);
  const wait = vi.spyOn(native, "epoll_wait");

  for (const timeoutMs of [0.2, 1.7, 3.01]) {
    wait.mockClear();
    const start = performance.now();
    expect(mux.waitSync(timeoutMs, () => undefined)).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(timeoutMs);
    expect(wait.mock.calls[0]?.[2]).toBe(Math.ceil(timeoutMs));
  }
  expect(missing).toHaveBeenCalledTimes(1);

  vi.restoreAllMocks();
});

it("waits no longer than an int of milliseconds at a time, and again for the rest", () => {
  using mux = new EpollMultiplexer();
  // Says at once that the time has passed: the wait has to go on.
  const wait = vi.spyOn(native, "epoll_wait").mockReturnValueOnce(0).mockReturnValueOnce(0);
  wait.mockImplementationOnce(() => {
    mux.close();
    return 0;
  });

  expect(mux.waitSync(2 ** 31 + 5000, () => undefined)).toBe(0);

  expect(wait.mock.calls.map(([, , timeoutMs]) => timeoutMs)).toEqual(
    Array.from({ length: 3 }, () => 2 ** 31 - 1),
  );
  vi.restoreAllMocks();
});
