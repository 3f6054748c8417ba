import { expect, vi } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../../lib/sys/index.ts";
import { openDescriptors } from "../../support/descriptors.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, PATIENCE_MS, countHarvests } from "./fixture.ts";
import { Wait, pending, reported, threads, turns } from "./pending.ts";

/** A wait that spins asks the kernel thousands of times in this time. */
const QUIET_MS = 25.5;
const FEW = 20;

export function describeAsyncClosing(claim: Claim): void {
  describeClosedDescriptors(claim);
  describeStale(claim);
  describeClosedMultiplexer(claim);
}

function describeClosedDescriptors(claim: Claim): void {
  claim("drops what is closed while it is pending, and reports the others", async (fixture) => {
    const [here, there] = fixture.pair();
    const [other, peer] = fixture.pair();
    const fd = sys.eventfd(0, sys.EFD_CLOEXEC);
    fixture.mux.add(fd, READABLE);
    fixture.mux.add(other, READABLE);
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    sys.close(fd);
    other.close();
    peer.close();
    await turns();
    there.send(Buffer.from("x"));

    // The hang-up of `other` may wake it, but is not reported.
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim(
    "never takes what it opens for waiting for a watched number that was closed",
    async (fixture) => {
      const numbers = [fixture.bareNumber(), fixture.bareNumber(), fixture.bareNumber()];
      for (const fd of numbers) fixture.mux.add(fd, READABLE | WRITABLE);
      for (const fd of numbers) sys.close(fd);

      // Its own descriptors get the lowest numbers that are free.
      await expectQuiet(fixture);
      await expectQuiet(fixture);

      for (const fd of numbers) fixture.mux.remove(fd);
      await expectQuiet(fixture);
    },
  );

  claim(
    "does not spin because of what was closed before or while it is pending",
    async (fixture) => {
      await expectQuiet(fixture);
      const [here, there] = fixture.pair();
      const numbers = [fixture.bareNumber(), fixture.bareNumber()];
      for (const fd of numbers) fixture.mux.add(fd, READABLE | WRITABLE);
      fixture.mux.add(here, READABLE);
      for (const fd of numbers) sys.close(fd);

      await expectQuiet(fixture, async (wait) => {
        await turns();
        there.close();
        here.close();
        expect(wait.isOver).toBe(false);
      });
      await expectQuiet(fixture);
    },
  );

  claim(
    "does not report a number that was closed and reused while it is pending",
    async (fixture) => {
      const [old] = fixture.pair();
      const { fd } = old;
      fixture.mux.add(old, READABLE);
      const wait = await pending(fixture.mux);

      old.close();
      const [next] = fixture.readyPair();
      expect(next.fd).toBe(fd);
      await turns();

      const [ready] = fixture.readyPair();
      fixture.mux.add(ready, READABLE);
      expect(await wait.result()).toEqual(new Map([[ready.fd, READABLE]]));
      expect(fixture.mux.has(next)).toBe(false);
    },
  );

  claim("lets go of a file that is removed while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    fixture.mux.remove(here);
    here.close();

    await vi.waitUntil(() => there.recv(new Uint8Array(1)) === 0, { timeout: PATIENCE_MS });
    expect(wait.isOver).toBe(false);
  });

  claim(
    "lets go of a file that is closed while it is pending, also without remove",
    async (fixture) => {
      const [here, there] = fixture.pair();
      fixture.mux.add(here, READABLE);
      await pending(fixture.mux);

      here.close();

      expect(there.recv(new Uint8Array(1))).toBe(0);
    },
  );
}

function describeStale(claim: Claim): void {
  claim(
    "neither reports nor spins on what was removed while a duplicate lives",
    async (fixture) => {
      const [here] = fixture.readyPair();
      const fd = fixture.bareNumber();
      for (const target of [here, fd]) fixture.mux.add(target, READABLE);
      for (const number of [here.fd, fd]) {
        fixture.own(new Descriptor(sys.fcntl(number, sys.F_DUPFD_CLOEXEC)));
      }
      here.close();
      sys.close(fd);
      fixture.mux.remove(fd);

      await expectQuiet(fixture);
      await expectQuiet(fixture);
      const [next] = fixture.readyPair();
      fixture.mux.add(next, READABLE);
      expect(await reported(fixture.mux)).toEqual(new Map([[next.fd, READABLE]]));
    },
  );

  claim(
    "stays pending when a registration becomes stale, and reports what comes after",
    async (fixture) => {
      const [here] = fixture.pair();
      const [other, there] = fixture.pair();
      fixture.mux.add(here, READABLE);
      fixture.mux.add(other, READABLE);
      const duplicate = fixture.own(new Descriptor(sys.fcntl(here.fd, sys.F_DUPFD_CLOEXEC)));
      const wait = await pending(fixture.mux);

      here.close();
      sys.shutdown(duplicate.fd, sys.SHUT_RDWR);
      await turns();

      expect(wait.isOver).toBe(false);
      there.send(Buffer.from("x"));
      expect(await wait.result()).toEqual(new Map([[other.fd, READABLE]]));
    },
  );
}

function describeClosedMultiplexer(claim: Claim): void {
  claim("resolves with 0 when the multiplexer is closed while it is pending", async (fixture) => {
    const [here] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    fixture.mux.close();
    fixture.mux.close();

    expect(await wait.ended).toBe(0);
  });

  claim("reports nothing of what is ready when it is closed in the same turn", async (fixture) => {
    const [here] = fixture.readyPair();
    for (const timeoutMs of [0, undefined]) {
      const mux = fixture.another();
      mux.add(here, READABLE);
      const wait = new Wait(mux, { timeoutMs });

      mux.close();

      expect(await wait.ended).toBe(0);
      await turns();
      expect(wait.ready.size).toBe(0);
    }
  });

  claim(
    "ends a pending wait with 0 when it is interrupted, and goes on watching",
    async (fixture) => {
      const [here, there] = fixture.pair();
      fixture.mux.add(here, READABLE);
      fixture.mux.interrupt();
      const wait = await pending(fixture.mux);

      fixture.mux.interrupt();
      fixture.mux.interrupt();

      expect(await wait.ended).toBe(0);
      const next = await pending(fixture.mux);
      there.send(Buffer.from("x"));
      expect(await next.result()).toEqual(new Map([[here.fd, READABLE]]));
    },
  );

  claim("closes whatever it opened for waiting, and ends its thread", async (fixture) => {
    const [here, there] = fixture.pair();
    const [descriptors, tasks] = [openDescriptors(), threads()];
    for (let round = 0; round < 5; round++) {
      const mux = fixture.another();
      mux.add(here, READABLE);
      const wait = await pending(mux, { timeoutMs: 10_000 });
      if (round % 2 === 0) there.send(Buffer.from("x"));
      else mux.close();
      expect(await wait.ended).toBe(round % 2 === 0 ? 1 : 0);
      if (round % 2 === 0) here.recv(new Uint8Array(1));
      mux.close();
    }

    expect(openDescriptors()).toEqual(descriptors);
    // A thread that has ended may be in the list a moment longer.
    await vi.waitUntil(() => threads() <= tasks, { timeout: PATIENCE_MS });
  });
}

/** Nothing is reported, for the whole time, with but a few calls. */
async function expectQuiet(
  { mux }: Fixture,
  meanwhile: (wait: Wait) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const start = performance.now();
  const harvests = await countHarvests(async () => {
    const wait = new Wait(mux, { timeoutMs: QUIET_MS });
    await meanwhile(wait);
    expect(await wait.ended).toBe(0);
  });
  expect(performance.now() - start).toBeGreaterThanOrEqual(QUIET_MS);
  expect(harvests).toBeLessThan(FEW);
}
