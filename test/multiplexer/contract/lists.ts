import { expect } from "vitest";
import { READABLE, type Ready, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { drain, type Fixture } from "./fixture.ts";
import { turns } from "./pending.ts";

export function describeLists(claim: Claim): void {
  describeResults(claim);
  describeEnds(claim);
}

function describeResults(claim: Claim): void {
  claim("returns, or resolves with, what is ready", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    const counter = fixture.eventfd(1);
    const [idle] = fixture.pair();
    mux.add(here, READABLE, "first");
    mux.add(counter.fd, READABLE | WRITABLE, "second");
    mux.add(idle, READABLE, "third");
    const expected: Ready<string>[] = [
      { fd: here.fd, target: here, events: READABLE, data: "first" },
      { fd: counter.fd, target: counter.fd, events: READABLE | WRITABLE, data: "second" },
    ];

    for (const list of [mux.waitSync(), mux.waitSync({}), await mux.wait(), await mux.wait(5)]) {
      expect(list.sort((one, other) => one.fd - other.fd)).toEqual(expected);
      expect(list[0]?.target).toBe(here);
      expect(mux.endedBy).toBe("ready");
    }
  });

  claim("returns an empty list when the time has passed, never early", async (fixture) => {
    const { mux } = fixture;
    mux.add(fixture.pair()[0], READABLE);

    for (const wait of [() => mux.waitSync(5.5), () => mux.wait({ timeoutMs: 5.5 })]) {
      const start = performance.now();
      expect(await wait()).toEqual([]);
      expect(performance.now() - start).toBeGreaterThanOrEqual(5.5);
      expect(mux.endedBy).toBe("time");
    }
  });

  claim("hands over what a handler that threw has left", async (fixture) => {
    const { mux } = fixture;
    const sockets = [fixture.readyPair()[0], fixture.readyPair()[0]];
    for (const socket of sockets) mux.add(socket, READABLE);
    const fail = (): never => {
      throw new Error("a handler");
    };

    expect(() => mux.waitSync(0, fail)).toThrow("a handler");
    expect(mux.waitSync()).toHaveLength(1);
    await expect(mux.wait(0, fail)).rejects.toThrow("a handler");
    expect(await mux.wait()).toHaveLength(1);
  });

  claim("leaves each list to the caller", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    const first = fixture.mux.waitSync();
    drain(here);
    const second = fixture.mux.waitSync(0);

    expect([first.length, second.length]).toEqual([1, 0]);
  });
}

function describeEnds(claim: Claim): void {
  claim("says that a call has ended it: interrupt, close, its signal", async (fixture) => {
    const ends: unknown[] = [];
    const reason = new Error("enough");
    const calls = [
      (mux: Fixture["mux"]) => {
        mux.interrupt();
      },
      (mux: Fixture["mux"]) => {
        mux.close();
      },
    ];
    for (const call of calls) {
      const mux = fixture.another();
      const wait = mux.wait();
      await turns();
      call(mux);
      ends.push(await wait, mux.endedBy);
    }
    const controller = new AbortController();
    const wait = fixture.mux.wait({ signal: controller.signal });
    await turns();
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
    ends.push(fixture.mux.endedBy);

    expect(ends).toEqual([[], "interrupt", [], "interrupt", "interrupt"]);
  });

  claim("says the same of a signal that was aborted before", async ({ mux }) => {
    expect(mux.waitSync(0)).toEqual([]);
    expect(mux.endedBy).toBe("time");

    await expect(mux.wait({ signal: AbortSignal.abort(5) })).rejects.toBe(5);

    expect(mux.endedBy).toBe("interrupt");
  });

  claim("says the same of a call that is refused, which does not wait", async ({ mux }) => {
    mux.waitSync(0);

    expect(() => mux.waitSync(-1)).toThrow(RangeError);
    await expect(mux.wait(-1)).rejects.toThrow(RangeError);

    expect(mux.endedBy).toBe("time");
  });

  claim("says nothing of why it ended after a handler has failed", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const fail = (): never => {
      throw new Error("a handler");
    };
    const failing = [
      () => Promise.resolve().then(() => mux.waitSync(0, fail)),
      () => mux.wait(0, fail),
      () => mux.waitRepeatedly(0, fail, () => null),
      () =>
        mux.waitRepeatedly(
          0,
          () => 0,
          () => fail(),
        ),
    ];

    for (const wait of failing) {
      expect(mux.waitSync()).toHaveLength(1);
      expect(mux.endedBy).toBe("ready");
      await expect(wait()).rejects.toThrow("a handler");
      expect(mux.endedBy).toBeUndefined();
      mux.waitSync(0);
    }
  });

  claim("refuses wrong options without a handler as with one", async ({ mux }) => {
    for (const wrong of ["5", { timeout: 5 }, { untilEmpty: 1 }, -1, NaN]) {
      expect(() => {
        Reflect.apply(mux.waitSync.bind(mux), null, [wrong]);
      }).toThrow(Error);
      await expect(Reflect.apply(mux.wait.bind(mux), null, [wrong])).rejects.toThrow(Error);
    }
    expect(mux.waitSync(0)).toEqual([]);
  });
}
