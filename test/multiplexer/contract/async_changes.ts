import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, drain } from "./fixture.ts";
import { FILES } from "./kinds.ts";
import { type Wait, pending, turns } from "./pending.ts";

export function describeAsyncChanges(claim: Claim): void {
  describeAdded(claim);
  describeModified(claim);
  describeRemoved(claim);
}

function describeAdded(claim: Claim): void {
  claim("reports what is added while it is pending, ready before or after", async (fixture) => {
    for (const ready of [true, false]) {
      const [here, there] = ready ? fixture.readyPair() : fixture.pair();
      const wait = await pending(fixture.mux);

      fixture.mux.add(here, READABLE);
      if (!ready) {
        await turns();
        there.send(Buffer.from("x"));
      }

      expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
      fixture.mux.remove(here);
    }
  });

  claim("reports all that are added in one turn while it is pending", async (fixture) => {
    const counters = Array.from({ length: 100 }, () => fixture.eventfd(1));
    const wait = await pending(fixture.mux);

    for (const counter of counters) fixture.mux.add(counter, READABLE);

    const ready = new Set((await wait.result()).keys());
    // More than one harvest may be needed.
    while (ready.size < 100) fixture.mux.waitSync(0, (fd) => ready.add(fd));
    expect(ready).toEqual(new Set(counters.map(({ fd }) => fd)));
  });

  for (const [file, open] of Object.entries(FILES)) {
    claim(`reports ${file} that is added while it is pending`, async (fixture) => {
      const wait = await pending(fixture.mux);
      const fd = open();

      fixture.mux.add(fd, WRITABLE);

      expect(await wait.result()).toEqual(new Map([[fd, WRITABLE]]));
      sys.close(fd);
    });
  }

  claim("goes on when what cannot be added is refused while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    expect(() => fixture.mux.add(here, WRITABLE)).toThrow();
    expect(() => fixture.mux.add(1_000_000, READABLE)).toThrow();
    expect(() => fixture.mux.modify(there, READABLE)).toThrow();
    expect(fixture.mux.remove(there)).toBe(false);

    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });
}

function describeModified(claim: Claim): void {
  claim("counts a new interest at once while it is pending", async (fixture) => {
    const [here] = fixture.readyPair();
    for (const [before, after] of [
      [0, READABLE],
      [0, WRITABLE],
      [0, READABLE | WRITABLE],
    ] as const) {
      fixture.mux.add(here, before);
      const wait = await pending(fixture.mux);

      fixture.mux.modify(here, after);

      expect(await wait.result()).toEqual(new Map([[here.fd, after]]));
      fixture.mux.remove(here);
    }
    drain(here);
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);
    fixture.mux.modify(here, WRITABLE);
    expect(await wait.result()).toEqual(new Map([[here.fd, WRITABLE]]));
  });

  claim("does not report what is parked while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    fixture.mux.modify(here, 0);
    await turns();
    there.send(Buffer.from("x"));

    await expectOnlyTheNext(fixture, wait);
  });
}

function describeRemoved(claim: Claim): void {
  claim("does not report what is removed while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    fixture.mux.remove(here);
    await turns();
    there.send(Buffer.from("x"));

    await expectOnlyTheNext(fixture, wait);
  });

  claim("does not report what is ready and removed in the same turn", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    there.send(Buffer.from("x"));
    fixture.mux.remove(here);

    await expectOnlyTheNext(fixture, wait);
  });

  claim("reports what is removed and added again while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE, "before");
    const wait = await pending(fixture.mux);

    fixture.mux.remove(here);
    fixture.mux.add(here, READABLE, "again");
    await turns();
    there.send(Buffer.from("x"));

    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
    expect(wait.data).toEqual(["again"]);
  });

  claim("stays pending through hundreds of changes", async (fixture) => {
    const [here, there] = fixture.pair();
    const others = Array.from({ length: 5 }, () => fixture.pair()[0]);
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    for (let change = 0; change < 300; change++) {
      const other = others[change % others.length]!;
      if (fixture.mux.has(other)) fixture.mux.remove(other);
      else fixture.mux.add(other, READABLE);
      if (change % 7 === 0) await turns(1);
    }

    expect(wait.isOver).toBe(false);
    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });
}

/** The wait is still pending, and what ends it is all that it reports. */
async function expectOnlyTheNext(fixture: Fixture, wait: Wait): Promise<void> {
  await turns();
  expect(wait.isOver).toBe(false);
  const [next] = fixture.readyPair();
  fixture.mux.add(next, READABLE);
  expect(await wait.result()).toEqual(new Map([[next.fd, READABLE]]));
}
