import { expect } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, PATIENCE_MS, drain } from "./fixture.ts";
import { Wait, pending, reported, turns } from "./pending.ts";

export function describeAsyncRepeated(claim: Claim): void {
  describeGoingOn(claim);
  describeEnds(claim);
  describeFailures(claim);
}

/** A pair of which the first is watched, and a byte is sent to it each time that is asked for. */
function watchedPair(fixture: Fixture) {
  const [here, there] = fixture.pair();
  fixture.mux.add(here, READABLE);
  return { here, send: () => there.send(Buffer.from("x")) };
}

function describeGoingOn(claim: Claim): void {
  claim("goes on after each batch for as long as `next` says so", async (fixture) => {
    const { here, send } = watchedPair(fixture);
    const batches: number[] = [];
    const next = (count: number): number | null => {
      batches.push(count);
      drain(here);
      return batches.length < 3 ? PATIENCE_MS : null;
    };

    const wait = await pending(fixture.mux, { next });
    for (let count = 1; count <= 3; count++) {
      expect(wait.isOver).toBe(false);
      send();
      while (batches.length < count) await turns(1);
    }

    expect(await wait.ended).toBe(1);
    expect(batches).toEqual([1, 1, 1]);
    expect(wait.ready).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("lets promises settle and ticks run before the next batch", async (fixture) => {
    const { send } = watchedPair(fixture);
    let [batches, settled] = [0, 0];

    const onReady = (): void => {
      expect(settled).toBe(2 * batches);
      batches++;
      void Promise.resolve().then(() => settled++);
      process.nextTick(() => settled++);
      send();
    };
    send();
    await fixture.mux.waitRepeatedly(undefined, onReady, () =>
      batches < 100 ? PATIENCE_MS : null,
    );

    expect(batches).toBe(100);
  });

  claim("tells `next` of nothing when its time has passed, and not before", async (fixture) => {
    watchedPair(fixture);
    const startMs = performance.now();
    const times: number[] = [];
    const next = (count: number): number | null => {
      expect(count).toBe(0);
      times.push(performance.now() - startMs);
      return times.length < 3 ? 2.5 : null;
    };

    await fixture.mux.waitRepeatedly(5, () => undefined, next);

    expect(times).toHaveLength(3);
    times.forEach((ms, index) => {
      expect(ms).toBeGreaterThanOrEqual(5 + 2.5 * index);
    });
  });

  claim(
    "sees at once, while it goes on, what a handler adds, modifies or removes",
    async (fixture) => {
      const [first] = fixture.readyPair();
      const [second] = fixture.readyPair();
      const { mux } = fixture;
      mux.add(first, READABLE, "first");
      const seen: string[] = [];
      const next = (): number | null => (seen.length < 4 ? PATIENCE_MS : null);

      const onReady = (_fd: number, _events: number, data: string): void => {
        seen.push(data);
        if (seen.length === 1) mux.add(second, READABLE, "second");
        if (data === "first") mux.modify(first, 0);
        if (seen.length === 3) mux.remove(second);
        if (seen.length === 3) mux.modify(first, READABLE);
      };
      await mux.waitRepeatedly(undefined, onReady, next);

      expect(seen).toEqual(["first", "second", "second", "first"]);
    },
  );

  claim("lets nobody else wait while it goes on, not even its handlers", async (fixture) => {
    const [here] = fixture.readyPair();
    const { mux } = fixture;
    mux.add(here, READABLE);
    const refusals: unknown[] = [];
    const pendingError = expect.objectContaining({ code: "ERR_INVALID_STATE" }) as Error;

    const onReady = (): void => {
      refusals.push(mux.wait(0, () => undefined).catch((error: unknown) => error));
      expect(() => mux.waitSync(0, () => undefined)).toThrow(pendingError);
    };
    await mux.waitRepeatedly(undefined, onReady, () => null);

    expect(await Promise.all(refusals)).toEqual([pendingError]);
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });
}

function describeEnds(claim: Claim): void {
  const ends: Record<string, (fixture: Fixture, abort: AbortController) => void> = {
    "`interrupt`": ({ mux }) => {
      mux.interrupt();
    },
    "`close`": ({ mux }) => {
      mux.close();
    },
    "its signal": (_, abort) => {
      abort.abort(new Error("enough"));
    },
  };

  for (const [name, end] of Object.entries(ends)) {
    claim(`is ended by ${name} in a handler, and \`next\` is not asked`, async (fixture) => {
      const [here] = fixture.readyPair();
      fixture.mux.add(here, READABLE);
      const abort = new AbortController();
      let asked = 0;
      const next = (): number => {
        asked++;
        return PATIENCE_MS;
      };

      const wait = new Wait(fixture.mux, { next, signal: abort.signal }, () => {
        end(fixture, abort);
      });

      if (name === "its signal") await expect(wait.ended).rejects.toThrow("enough");
      else expect(await wait.ended).toBe(0);
      await turns();
      expect([asked, wait.data.length]).toEqual([0, 1]);
    });

    claim(`says what a handler throws after ${name} has ended it`, async (fixture) => {
      const [here] = fixture.readyPair();
      fixture.mux.add(here, READABLE);
      const abort = new AbortController();

      const wait = new Wait(fixture.mux, { next: () => null, signal: abort.signal }, () => {
        end(fixture, abort);
        throw new Error("thrown");
      });

      await expect(wait.ended).rejects.toThrow("thrown");
    });

    claim(`is ended by ${name} between two batches`, async (fixture) => {
      const { here, send } = watchedPair(fixture);
      const abort = new AbortController();
      let asked = 0;
      const next = (): number => {
        drain(here);
        asked++;
        return Infinity;
      };
      const wait = await pending(fixture.mux, { next, signal: abort.signal });
      send();
      while (asked === 0) await turns(1);

      end(fixture, abort);

      if (name === "its signal") await expect(wait.ended).rejects.toThrow("enough");
      else expect(await wait.ended).toBe(0);
    });
  }
}

function describeFailures(claim: Claim): void {
  claim(
    "rejects with what a handler or `next` throws, and can be waited for anew",
    async (fixture) => {
      const [here] = fixture.readyPair();
      fixture.mux.add(here, READABLE);
      const thrower = (): never => {
        throw new Error("thrown");
      };

      await expect(new Wait(fixture.mux, { next: thrower }).ended).rejects.toThrow("thrown");
      await expect(new Wait(fixture.mux, { next: () => 1 }, thrower).ended).rejects.toThrow(
        "thrown",
      );

      expect(await reported(fixture.mux)).toEqual(new Map([[here.fd, READABLE]]));
    },
  );

  claim("refuses a `next` that is no function, or answers no time", async (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    const wrong = { next: 5 } as unknown as { next: () => null };
    const code = (name: string) => expect.objectContaining({ code: name }) as Error;

    await expect(new Wait(fixture.mux, wrong).ended).rejects.toEqual(code("ERR_INVALID_ARG_TYPE"));
    for (const [answer, name] of [
      [-1, "ERR_OUT_OF_RANGE"],
      [NaN, "ERR_OUT_OF_RANGE"],
      ["1", "ERR_INVALID_ARG_TYPE"],
      [undefined, "ERR_INVALID_ARG_TYPE"],
    ] as [number, string][]) {
      const wait = new Wait(fixture.mux, { next: () => answer });
      await expect(wait.ended).rejects.toEqual(code(name));
    }

    expect(await reported(fixture.mux)).toEqual(new Map([[here.fd, READABLE]]));
  });
}
