import { describe, expect, it, vi } from "vitest";

// In a file, and so in a process, of its own. Bun and Deno have no libuv: there a thread waits for
// the epoll descriptor. What the runtime is, the library asks when it is loaded.
Object.defineProperty(process, "versions", { value: { ...process.versions, bun: "1.0.0" } });
vi.resetModules();
const { native } = await import("../../lib/native/native.ts");
const { EpollMultiplexer } = await import("../../lib/multiplexer/epoll.ts");
const { READABLE } = await import("../../lib/multiplexer/multiplexer.ts");
const sys = await import("../../lib/sys/index.ts");
const { describeAsyncContract } = await import("./contract.ts");
const { Fixture } = await import("./contract/fixture.ts");
const { ANY_THREAD } = await import("./differences.ts");

describe("EpollMultiplexer where the runtime has no libuv", () => {
  describeAsyncContract(() => new EpollMultiplexer(), ANY_THREAD);

  it("waits in a thread", async () => {
    using mux = new EpollMultiplexer();
    const thread = vi.spyOn(native, "wait_thread_create");
    const loop = vi.spyOn(native, "loop_poll_create");

    await mux.wait({ timeoutMs: 1 }, () => undefined);

    expect([thread.mock.calls.length, loop.mock.calls.length]).toEqual([1, 0]);
    vi.restoreAllMocks();
  });

  it("is not readable for what watches it while a wait begins, is cancelled or has ended", async () => {
    using fixture = new Fixture(() => new EpollMultiplexer());
    const mux = fixture.own(new EpollMultiplexer());
    mux.add(fixture.eventfd(0), READABLE);
    const fds = new sys.PollFds(1);
    fds.set(0, mux.fd, sys.POLLIN);
    const isReadable = (): number => sys.poll(fds, 1, 0);

    let readable = 0;
    for (let round = 0; round < 500; round++) {
      const controller = new AbortController();
      const aborted = mux.wait({ signal: controller.signal }, () => undefined);
      readable += isReadable();
      controller.abort();
      readable += isReadable();
      await expect(aborted).rejects.toThrow();
      await mux.wait({ timeoutMs: 0.01 }, () => undefined);
      readable += isReadable();
    }

    expect(readable).toBe(0);
  });
});
