import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../support/program.ts";
import { Fixture, countWaits, failure } from "./contract/fixture.ts";

const QUIET_MS = 20.5;
const FEW = 20;

class StaleFixture extends Fixture {
  readonly #made: EpollMultiplexer<string>[];

  constructor() {
    const made: EpollMultiplexer<string>[] = [];
    super(() => {
      const mux = new EpollMultiplexer<string>();
      made.push(mux);
      return mux;
    });
    this.#made = made;
  }

  get epollFd(): number {
    return this.#made[0]?.fd ?? -1;
  }

  duplicate(fd: number): Descriptor {
    return this.own(new Descriptor(sys.fcntl(fd, sys.F_DUPFD_CLOEXEC)));
  }

  /** Nothing is reported for a while, with but a few calls. */
  expectQuiet(): void {
    const waits = countWaits(() => expect(this.events(QUIET_MS).size).toBe(0));
    expect(waits).toBeLessThan(FEW);
  }
}

describe("EpollMultiplexer with a closed descriptor whose duplicate lives", () => {
  it("reports nothing of a removed one, and does not spin", () => {
    using fixture = new StaleFixture();
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    fixture.duplicate(fd);
    sys.close(fd);

    expect(fixture.mux.remove(fd)).toBe(true);

    fixture.expectQuiet();
    fixture.expectQuiet();
    expect(fixture.mux.size).toBe(0);
  });

  it("reports nothing of one that its object has closed, and does not spin", () => {
    using fixture = new StaleFixture();
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    fixture.duplicate(here.fd);

    here.close();

    fixture.expectQuiet();
    expect(fixture.mux.has(here)).toBe(false);
    expect(fixture.mux.size).toBe(0);
  });

  it("goes on reporting a bare number that nobody removed, until somebody does", () => {
    using fixture = new StaleFixture();
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    fixture.duplicate(fd);
    sys.close(fd);

    expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
    expect(fixture.mux.remove(fd)).toBe(true);
    fixture.expectQuiet();
  });

  it("reports only the new one when the number was reused and added", () => {
    using fixture = new StaleFixture();
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE, "old");
    fixture.duplicate(fd);
    sys.close(fd);
    const [next] = fixture.pair();
    expect(next.fd).toBe(fd);

    fixture.mux.add(next, READABLE | WRITABLE, "new");

    const reported: unknown[] = [];
    fixture.mux.waitSync(1000, (...event) => reported.push(event.slice(0, 3)));
    expect(reported).toEqual([[fd, WRITABLE, "new"]]);
    fixture.mux.modify(next, READABLE);
    fixture.expectQuiet();
  });

  it("goes on with all others in a new epoll", () => {
    using fixture = new StaleFixture();
    const [here, there] = fixture.pair();
    const [parked] = fixture.readyPair();
    const fd = fixture.bareNumber();
    fixture.mux.add(here, READABLE);
    fixture.mux.add(parked, 0);
    fixture.mux.add(fd, READABLE);
    fixture.duplicate(fd);
    sys.close(fd);
    fixture.mux.remove(fd);
    const before = fixture.epollFd;

    expect(fixture.readyNow().size).toBe(0);

    expect(fixture.epollFd).not.toBe(before);
    expect(fixture.mux.size).toBe(2);
    there.send(Buffer.from("x"));
    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
    fixture.mux.modify(parked, READABLE);
    expect(fixture.readyNow().size).toBe(2);
  });

  it("does not take closed or reused numbers along to the new epoll", () => {
    using fixture = new StaleFixture();
    const [stale, closed, reused] = [
      fixture.bareNumber(),
      fixture.bareNumber(),
      fixture.bareNumber(),
    ];
    for (const fd of [stale, closed, reused]) fixture.mux.add(fd, READABLE);
    fixture.duplicate(stale);
    sys.close(reused);
    expect(fixture.eventfd(1).fd).toBe(reused);
    // The lowest of the two numbers that are free now is what the new epoll gets.
    sys.close(closed);
    sys.close(stale);
    fixture.mux.remove(stale);

    expect(fixture.readyNow().size).toBe(0);

    expect(fixture.epollFd).toBe(Math.min(stale, closed));
    fixture.expectQuiet();
    expect(fixture.mux.size).toBe(0);
  });

  it("does not take the new epoll for a closed number that it got", () => {
    using fixture = new StaleFixture();
    const [closed, stale] = [fixture.bareNumber(), fixture.bareNumber()];
    for (const fd of [closed, stale]) fixture.mux.add(fd, READABLE);
    fixture.duplicate(stale);
    sys.close(closed);
    sys.close(stale);
    fixture.mux.remove(stale);

    expect(fixture.readyNow().size).toBe(0);

    expect(fixture.epollFd).toBe(closed);
    expect(fixture.mux.has(closed)).toBe(false);
    fixture.expectQuiet();
  });

  it("gives up its own descriptor for the new epoll where no other is free", async () => {
    const script = fileURLToPath(new URL("workers/stale_registration.mjs", import.meta.url));

    const { stdout, stderr } = await run("prlimit", "--nofile=100:100", process.execPath, script);

    expect(stderr).toBe("");
    const { waits, ...answers } = JSON.parse(stdout) as { waits: number[] };
    // A wait that spins makes thousands of calls in this time.
    expect(waits.filter((count) => count >= FEW)).toEqual([]);
    expect(answers).toEqual({ quiet: [0, 0], ready: [1, 1] });
  });

  it("says EMFILE when another thread has taken it, and goes on when one is free again", () => {
    using fixture = new StaleFixture();
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    const [parked] = fixture.readyPair();
    const [fd, closed] = [fixture.bareNumber(), sys.eventfd(0, sys.EFD_CLOEXEC)];
    for (const target of [here, fd, closed]) mux.add(target, READABLE);
    mux.add(parked, 0);
    fixture.duplicate(fd);
    sys.close(fd);
    mux.remove(fd);
    const none = vi.spyOn(native, "epoll_create1").mockReturnValue(-sys.errno.EMFILE);

    for (const call of [
      () => fixture.readyNow(),
      () => fixture.readyNow(),
      () => mux.add(fixture.pair()[0], READABLE),
      () => mux.modify(parked, READABLE),
    ]) {
      expect(call).toThrow(failure("EMFILE"));
    }
    sys.close(closed);
    expect(mux.remove(here)).toBe(true);
    none.mockRestore();

    expect(fixture.readyNow().size).toBe(0);
    mux.modify(parked, READABLE);
    mux.add(here, READABLE);
    there.send(Buffer.from("x"));
    expect(fixture.readyNow().size).toBe(2);
    expect(mux.size).toBe(2);
  });

  it("keeps a descriptor silent that had its only event before", () => {
    using fixture = new StaleFixture();
    const [once, peer] = fixture.pair();
    const mux = fixture.own(new EpollMultiplexer());
    mux.add(once, READABLE, undefined, { oneShot: true });
    peer.close();
    expect(mux.waitSync(0, () => undefined)).toBe(1);
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE);
    fixture.duplicate(fd);
    sys.close(fd);
    mux.remove(fd);
    const before = mux.fd;

    const counts = [0, 0, 5].map((timeoutMs) => mux.waitSync(timeoutMs, () => undefined));

    expect(mux.fd).not.toBe(before);
    expect(counts).toEqual([0, 0, 0]);
  });

  it("reports edge-triggered ones once more from the new epoll, ready as before", () => {
    using fixture = new StaleFixture();
    const mux = fixture.own(new EpollMultiplexer());
    mux.add(fixture.readyPair()[0], READABLE, undefined, { edge: true });
    const ready = (): number => mux.waitSync(0, () => undefined);
    expect([ready(), ready()]).toEqual([1, 0]);
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE);
    fixture.duplicate(fd);
    sys.close(fd);
    mux.remove(fd);

    expect([ready(), ready(), ready()]).toEqual([0, 1, 0]);
  });

  it("adds a file again that comes back under the number it was removed with", () => {
    for (const exclusive of [false, true]) {
      using fixture = new StaleFixture();
      using mux = new EpollMultiplexer({ exclusive });
      const fd = fixture.bareNumber();
      mux.add(fd, READABLE);
      const duplicate = fixture.duplicate(fd);
      sys.close(fd);
      mux.remove(fd);
      expect(sys.fcntl(duplicate.fd, sys.F_DUPFD_CLOEXEC, fd)).toBe(fd);

      mux.add(fd, WRITABLE);

      const events: number[] = [];
      mux.waitSync(0, (_, bits) => events.push(bits));
      expect(events).toEqual([WRITABLE]);
      mux.remove(fd);
      sys.close(fd);
    }
  });
});

describe("a Descriptor that leaves an EpollMultiplexer", () => {
  it("leaves, with a warning, also where the kernel refuses to remove it (ENOMEM)", async () => {
    using fixture = new StaleFixture();
    const [here] = fixture.readyPair();
    const { fd } = here;
    fixture.mux.add(here, READABLE);
    const warned = once(process, "warning");
    const control = vi.spyOn(native, "epoll_ctl").mockReturnValueOnce(-sys.errno.ENOMEM);

    fixture.own(new Descriptor(here.detach()));

    expect(control.mock.calls.map((args) => args.slice(1, 3))).toEqual([[sys.EPOLL_CTL_DEL, fd]]);
    control.mockRestore();
    expect(await warned).toMatchObject([{ code: "POLLUX_CALL_FAILED" }]);
    expect(fixture.mux.size).toBe(0);
    fixture.expectQuiet();
  });
});

describe("EpollMultiplexer that replaces its epoll instance", () => {
  it.each(["ENOSPC", "ENOMEM"] as const)(
    "reports what it watches although the kernel refuses some of it for a while (%s)",
    (code) => {
      using fixture = new StaleFixture();
      const stale = fixture.bareNumber();
      const [here] = fixture.readyPair();
      const [other] = fixture.readyPair();
      fixture.mux.add(stale, READABLE);
      fixture.mux.add(here, READABLE);
      fixture.mux.add(other, READABLE);
      fixture.duplicate(stale);
      sys.close(stale);
      fixture.mux.remove(stale);
      const control = native.epoll_ctl.bind(native);
      let refused = 0;
      const spy = vi.spyOn(native, "epoll_ctl").mockImplementation((...args) => {
        const isKnown = args[2] === here.fd || args[2] === other.fd;
        return isKnown && ++refused ? -sys.errno[code] : control(...args);
      });

      fixture.mux.waitSync(0, () => undefined);
      expect(refused).toBeGreaterThan(0);
      spy.mockRestore();

      expect(fixture.mux.size).toBe(2);
      expect([...fixture.events().keys()].sort()).toEqual([here.fd, other.fd].sort());
      fixture.mux.modify(here, WRITABLE);
      expect(fixture.mux.remove(other)).toBe(true);
    },
  );
});
