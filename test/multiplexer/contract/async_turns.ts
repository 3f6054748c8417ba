import { expect } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { drain } from "./fixture.ts";
import { Wait, pending, reported } from "./pending.ts";

const invalidState = expect.objectContaining({ code: "ERR_INVALID_STATE" }) as unknown;

export function describeAsyncTurns(claim: Claim): void {
  claim("rejects a second wait while one is pending, which goes on", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    const second = new Wait(fixture.mux, { timeoutMs: 0 });

    await expect(second.ended).rejects.toEqual(invalidState);
    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("refuses waitSync while a wait is pending, which goes on", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    for (const timeoutMs of [0, 5]) {
      expect(() => fixture.mux.waitSync(timeoutMs, () => undefined)).toThrow(invalidState);
    }

    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("takes blocking and asynchronous waits in turn, many times", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    for (let round = 0; round < 100; round++) {
      // Blocking waits watch Node's loop, which watches whoever waits asynchronously.
      expect(mux.waitSync(0.05, () => undefined)).toBe(0);
      const wait = round % 2 === 0 ? await pending(mux) : new Wait(mux);
      there.send(Buffer.from("x"));
      expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
      expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
      drain(here);
      expect(await mux.wait({ timeoutMs: 0 }, () => undefined)).toBe(0);
    }
  });

  claim(
    "waits asynchronously while others of its sort have blocked the thread",
    async (fixture) => {
      const { mux } = fixture;
      const other = fixture.another();
      const [here, there] = fixture.pair();
      const [idle] = fixture.pair();
      mux.add(here, READABLE);
      other.add(idle, READABLE);
      expect(other.waitSync(0.05, () => undefined)).toBe(0);
      const wait = await pending(mux);

      expect(other.waitSync(0.05, () => undefined)).toBe(0);
      there.send(Buffer.from("x"));
      expect(other.waitSync(0.05, () => undefined)).toBe(0);

      expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
    },
  );

  claim(
    "does not give the time of an aborted wait to the waitSync that follows",
    async (fixture) => {
      const { mux } = fixture;
      const controller = new AbortController();
      const wait = await pending(mux, { timeoutMs: 1000, signal: controller.signal });
      controller.abort();
      await expect(wait.ended).rejects.toMatchObject({ name: "AbortError" });
      const start = performance.now();

      expect(mux.waitSync(20.5, () => undefined)).toBe(0);

      expect(performance.now() - start).toBeGreaterThanOrEqual(20.5);
    },
  );

  claim("hands the rest of a batch over from waitSync to wait, and back", async (fixture) => {
    const { mux } = fixture;
    const sockets = [0, 1, 2].map(() => fixture.readyPair()[0]);
    for (const socket of sockets) mux.add(socket, READABLE);
    const seen: number[] = [];
    const throwing = (fd: number): never => {
      seen.push(fd);
      for (const socket of sockets) drain(socket);
      throw new Error("oops");
    };

    expect(() => mux.waitSync(0, throwing)).toThrow("oops");
    await expect(mux.wait({}, throwing)).rejects.toThrow("oops");
    expect(mux.waitSync(0, (fd) => seen.push(fd))).toBe(1);

    expect(new Set(seen)).toEqual(new Set(sockets.map(({ fd }) => fd)));
    expect(await reported(mux, { timeoutMs: 0 })).toEqual(new Map());
  });
}
