import { once } from "node:events";
import { expect, vi } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { native } from "../../../lib/native/native.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { PATIENCE_MS, failure } from "./fixture.ts";
import { pending, reported, turns } from "./pending.ts";
import { startWorker } from "./threads.ts";

export function describeLeaving(claim: Claim): void {
  describeAtOnce(claim);
  describePending(claim);
  describeEmpty(claim);
}

function describeAtOnce(claim: Claim): void {
  claim("has, counts and shows them no more within the close", (fixture) => {
    const { mux } = fixture;
    const [here, kept] = fixture.pair();
    for (const socket of [here, kept]) mux.add(socket, READABLE, "data");
    const { fd } = here;
    const seen: unknown[] = [];
    // Called by the close, before the kernel closes it.
    here.whenGone(() => {
      seen.push(mux.size, mux.has(fd), mux.has(here), [...mux].length, mux.remove(fd));
    });

    here.close();

    expect(seen).toEqual([1, false, false, 1, false]);
  });

  claim("leaves every multiplexer that it is added to, of any sort", (fixture) => {
    const all = [fixture.mux, fixture.another(), fixture.another()];
    const [here] = fixture.pair();
    for (const mux of all) mux.add(here, READABLE, "data");
    const [number] = fixture.pair();
    for (const mux of all) mux.add(number.fd, READABLE, "data");

    here.close();

    expect(all.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(all.map((mux) => [...mux][0]?.target)).toEqual(all.map(() => number.fd));
  });

  claim("leaves those that it was added to again, after others were closed", (fixture) => {
    const [here] = fixture.readyPair();
    for (let round = 0; round < 20; round++) {
      const other = fixture.another();
      other.add(here, READABLE, "data");
      if (round % 2 === 0) other.remove(here);
      else other.close();
    }
    for (let round = 0; round < 3; round++) {
      fixture.mux.add(here, READABLE, "data");
      if (round < 2) fixture.mux.remove(here);
    }

    here.close();

    expect(fixture.mux.size).toBe(0);
  });

  claim("leaves when the descriptor is given away, which can be added again", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE, "old");
    const fd = here.fd;
    const sizes: number[] = [];
    here.whenGone(() => sizes.push(mux.size));

    const next = fixture.own(new Descriptor(here.detach()));

    expect(sizes).toEqual([0]);
    mux.add(next, READABLE, "new");
    expect(mux.waitSync(0).map((ready) => [ready.fd, ready.data])).toEqual([[fd, "new"]]);
    expect(mux.modify.bind(mux, here, WRITABLE)).toThrow(failure("EBADF"));
    expect(mux.size).toBe(1);
  });

  claim("leaves nothing in the kernel while a duplicate keeps the file open", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const copy = fixture.own(new Descriptor(sys.fcntl(here.fd, sys.F_DUPFD_CLOEXEC)));
    const created = vi.spyOn(native, "epoll_create1");

    try {
      here.close();

      expect(mux.waitSync(0)).toEqual([]);
      // An epoll that still had it would have to be replaced.
      expect(created.mock.calls).toHaveLength(0);
    } finally {
      created.mockRestore();
    }
    mux.add(copy, READABLE);
    expect(fixture.readyNow()).toEqual(new Map([[copy.fd, READABLE]]));
  });

  claim("lets the next owner of the number be added in the same turn", (fixture) => {
    const { mux } = fixture;
    let [here] = fixture.readyPair();
    const { fd } = here;
    for (let round = 0; round < 100; round++) {
      mux.add(here, READABLE, String(round));
      here.close();
      [here] = fixture.readyPair();
      expect(here.fd).toBe(fd);
      expect([mux.size, mux.has(fd), mux.has(here)]).toEqual([0, false, false]);
    }
    expect(mux.waitSync(0)).toEqual([]);
  });

  claim("leaves a multiplexer that a handler of the same batch has closed it under", (fixture) => {
    const { mux } = fixture;
    const sockets = [fixture.readyPair()[0], fixture.readyPair()[0], fixture.readyPair()[0]];
    for (const socket of sockets) mux.add(socket, READABLE);

    const count = mux.waitSync(0, () => {
      for (const socket of sockets) socket.close();
      expect(mux.size).toBe(0);
    });

    expect(count).toBe(1);
  });
}

function describePending(claim: Claim): void {
  claim("lets go of a file that its object closes while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    here.close();

    expect(fixture.mux.size).toBe(0);
    await vi.waitUntil(() => there.recv(new Uint8Array(1)) === 0, { timeout: PATIENCE_MS });
    expect(wait.isOver).toBe(false);
  });

  claim("goes on with the next owner of the number while it is pending", async (fixture) => {
    const { mux } = fixture;
    const [old] = fixture.pair();
    const { fd } = old;
    mux.add(old, READABLE, "old");
    const wait = mux.wait(PATIENCE_MS);
    await turns();

    old.close();
    const [next, there] = fixture.pair();
    expect(next.fd).toBe(fd);
    mux.add(next, READABLE, "next");
    await turns();
    there.send(Buffer.from("x"));

    expect((await wait).map(({ data, target }) => [data, target === next])).toEqual([
      ["next", true],
    ]);
  });

  claim("ends where asked when the last one is closed, removed or given away", async (fixture) => {
    const { mux } = fixture;
    const leave: ((socket: Socket) => unknown)[] = [
      (socket) => {
        socket.close();
      },
      (socket) => mux.remove(socket),
      (socket) => fixture.own(new Descriptor(socket.detach())),
    ];
    for (const act of leave) {
      const [first, last] = [fixture.pair()[0], fixture.pair()[0]];
      mux.add(first, READABLE);
      mux.add(last, READABLE);
      const wait = await pending(mux, { untilEmpty: true });

      first.close();
      mux.modify(last, READABLE);
      await turns();
      expect(wait.isOver).toBe(false);
      act(last);

      expect(await wait.result()).toEqual(new Map());
      expect(mux.endedBy).toBe("empty");
    }
  });

  claim("goes on where not asked, or where something else was added meanwhile", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    const [next] = fixture.readyPair();
    mux.add(here, READABLE);
    const wait = await pending(mux);
    here.close();
    await turns();
    expect(wait.isOver).toBe(false);
    mux.interrupt();
    await wait.ended;

    const [other] = fixture.pair();
    mux.add(other, READABLE);
    const asked = await pending(mux, { untilEmpty: true });
    other.close();
    mux.add(next, READABLE);

    expect(await asked.result()).toEqual(new Map([[next.fd, READABLE]]));
    expect(mux.endedBy).toBe("ready");
  });
}

function describeEmpty(claim: Claim): void {
  claim("does not begin to wait where asked, with nothing watched", async (fixture) => {
    const { mux } = fixture;
    expect(mux.waitSync({ untilEmpty: true })).toEqual([]);
    expect(mux.endedBy).toBe("empty");
    expect(mux.waitSync(0)).toEqual([]);
    expect(mux.endedBy).toBe("time");

    expect(await mux.wait({ untilEmpty: true })).toEqual([]);
    expect(mux.endedBy).toBe("empty");

    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    expect(mux.waitSync({ untilEmpty: true })).toHaveLength(1);
    expect(await reported(mux, { untilEmpty: true })).toEqual(new Map([[here.fd, READABLE]]));
    here.close();
    expect(mux.waitSync({ untilEmpty: true })).toEqual([]);
  });

  claim("ends where asked when a bare number was closed before the first wait", async (fixture) => {
    const asked = { untilEmpty: true, timeoutMs: PATIENCE_MS };
    for (const kind of ["blocking", "pending"] as const) {
      const mux = fixture.another();
      const fd = fixture.bareNumber();
      mux.add(fd, READABLE);
      sys.close(fd);

      const list = kind === "blocking" ? mux.waitSync(asked) : await mux.wait(asked);

      expect([list, mux.endedBy, mux.size]).toEqual([[], "empty", 0]);
    }
  });

  claim("ends where asked when modify finds the last one closed", async (fixture) => {
    const { mux } = fixture;
    for (const isObject of [false, true]) {
      const fd = sys.eventfd(0, sys.EFD_CLOEXEC);
      const owner = { fd };
      const target = isObject ? owner : fd;
      mux.add(target, READABLE);
      const wait = await pending(mux, { untilEmpty: true });
      sys.close(fd);
      owner.fd = -1;

      expect(mux.modify.bind(mux, target, WRITABLE)).toThrow(failure("EBADF"));

      expect(await wait.result()).toEqual(new Map());
      expect(mux.endedBy).toBe("empty");
    }
  });

  claim("ends a wait in rounds where asked when a handler closes the last one", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    let rounds = 0;

    const close = (): void => {
      here.close();
    };
    const next = (): number => ++rounds && PATIENCE_MS;
    expect(await mux.waitRepeatedly({ untilEmpty: true }, close, next)).toBe(1);

    expect([rounds, mux.endedBy]).toEqual([1, "empty"]);
  });

  claim("leaves at once, and ends where asked, in a worker too", async ({ mux }) => {
    const worker = startWorker("leaving.mjs", mux.name);
    const exited = once(worker, "exit");

    expect(await once(worker, "message")).toEqual([{ size: 0, list: 0, endedBy: "empty" }]);

    await exited;
  });
}
