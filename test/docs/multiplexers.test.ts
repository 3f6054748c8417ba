import { describe, expect, it, vi } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { Fixture } from "../multiplexer/contract/fixture.ts";

describe("EpollMultiplexer, as docs/multiplexers.md has it,", () => {
  it("reports 64 descriptors at most in its first wait, and the others in the next", () => {
    using fixture = new Fixture(() => new EpollMultiplexer());
    for (let count = 0; count < 100; count++) fixture.mux.add(fixture.eventfd(), WRITABLE);

    expect(fixture.readyNow().size).toBe(64);
    expect(fixture.readyNow().size).toBe(100);
  });

  it("replaces an exclusive entry to modify it", () => {
    using fixture = new Fixture(() => new EpollMultiplexer({ exclusive: true }));
    const [here] = fixture.pair();
    fixture.mux.add(here, READABLE);

    const spy = vi.spyOn(native, "epoll_ctl");
    fixture.mux.modify(here, WRITABLE);
    const operations = spy.mock.calls.map(([, operation]) => operation);
    spy.mockRestore();

    expect(operations).toEqual([sys.EPOLL_CTL_DEL, sys.EPOLL_CTL_ADD]);
  });
});
