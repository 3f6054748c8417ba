import { describe, expect, it, vi } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { PRIORITY, READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { Fixture, PATIENCE_MS, failure } from "./contract/fixture.ts";
import { pending } from "./contract/pending.ts";

/** Refuses whatever adds `fd` to an epoll, until the result is disposed. */
function refuseToAdd(
  fd: number,
  code: "ENOMEM" | "ENOSPC",
): Disposable & { readonly count: number } {
  const control = native.epoll_ctl.bind(native);
  let count = 0;
  const spy = vi.spyOn(native, "epoll_ctl").mockImplementation((...args) => {
    const isRefused = args[1] === sys.EPOLL_CTL_ADD && args[2] === fd;
    return isRefused && ++count ? -sys.errno[code] : control(...args);
  });
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]: () => {
      spy.mockRestore();
    },
  };
}

function exclusive(): Fixture {
  return new Fixture(() => new EpollMultiplexer({ exclusive: true }));
}

// To modify an exclusive entry is to remove it and to add it again.
describe("EpollMultiplexer, when the kernel has no memory to add an exclusive entry again", () => {
  it.each(["ENOMEM", "ENOSPC"] as const)("watches on for what it did (%s)", (code) => {
    using fixture = exclusive();
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE, "data");
    const refusing = refuseToAdd(here.fd, code);

    expect(() => fixture.mux.modify(here, WRITABLE, "other")).toThrow(failure(code));
    expect(fixture.readyNow().size).toBe(0);
    expect(refusing.count).toBeGreaterThan(2);
    refusing[Symbol.dispose]();

    expect(fixture.mux.get(here)).toMatchObject({ interest: READABLE, data: "data" });
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });

  it("tells a wait that is pending, once there is memory", async () => {
    using fixture = exclusive();
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux, { timeoutMs: PATIENCE_MS });
    const refusing = refuseToAdd(here.fd, "ENOMEM");
    expect(() => fixture.mux.modify(here, READABLE | WRITABLE)).toThrow(failure("ENOMEM"));
    refusing[Symbol.dispose]();

    there.send(Buffer.from("x"));

    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  it("is modified, closed and removed before there is", () => {
    using fixture = exclusive();
    const { mux } = fixture;
    const all = [fixture.readyPair()[0], fixture.readyPair()[0], fixture.readyPair()[0]] as const;
    const [modified, closed, removed] = all;
    for (const socket of all) {
      mux.add(socket, READABLE);
      using _ = refuseToAdd(socket.fd, "ENOMEM");
      expect(() => mux.modify(socket, WRITABLE)).toThrow(failure("ENOMEM"));
    }

    expect(() => mux.modify(modified, PRIORITY)).toThrow(failure("EINVAL"));
    mux.modify(modified, READABLE | WRITABLE);
    closed.close();
    expect(mux.remove(removed)).toBe(true);

    expect(fixture.readyNow()).toEqual(new Map([[modified.fd, READABLE | WRITABLE]]));
    expect(mux.size).toBe(1);
  });
});
