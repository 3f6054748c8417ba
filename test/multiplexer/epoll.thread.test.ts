import { describe, expect, it, vi } from "vitest";

// In a file, and so in a process, of its own. Bun and Deno have no libuv: there a thread waits for
// the epoll descriptor. What the runtime is, the library asks when it is loaded.
Object.defineProperty(process, "versions", { value: { ...process.versions, bun: "1.0.0" } });
vi.resetModules();
const { native } = await import("../../lib/native/native.ts");
const { EpollMultiplexer } = await import("../../lib/multiplexer/epoll.ts");
const { describeAsyncContract } = await import("./contract.ts");
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
});
