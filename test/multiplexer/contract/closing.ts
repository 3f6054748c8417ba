import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../../lib/sys/index.ts";
import { openDescriptors } from "../../support/descriptors.ts";
import { run } from "../../support/program.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, countWaits, failure } from "./fixture.ts";

/** A wait that spins makes thousands of calls in this time. */
const QUIET_MS = 25.5;
const FEW = 20;

export function describeClosing(claim: Claim): void {
  describeDropped(claim);
  describeRemoved(claim);
  describeClosedMultiplexer(claim);
}

function describeDropped(claim: Claim): void {
  claim("drops a closed number: no wait fails, none spins, none ends early", (fixture) => {
    const numbers = [fixture.bareNumber(), fixture.bareNumber(), fixture.bareNumber()];
    for (const fd of numbers) fixture.mux.add(fd, READABLE | WRITABLE);
    for (const fd of numbers) sys.close(fd);

    expectQuiet(fixture);
    expectQuiet(fixture);
    expect(fixture.readyNow().size).toBe(0);
  });

  claim("drops the descriptor of an object that has closed it", (fixture) => {
    const [here, there] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    fixture.mux.add(there, WRITABLE);
    here.close();
    there.close();

    expectQuiet(fixture);
  });

  claim("drops the descriptor of an object that has given it away, which stays open", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    const fd = here.detach();

    expectQuiet(fixture);
    expect(fixture.mux.has(fd)).toBe(false);
    fixture.mux.add(fd, READABLE);
    expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
    sys.close(fd);
  });

  claim("drops an object whose fd is undefined, or not to be read any more", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const owners: { handle: { fd: number | undefined } | null; readonly fd: number }[] = [];
    for (const [handle, left] of [1, 2].map((each) => [fixture.eventfd(each).fd, each] as const)) {
      const owner = {
        handle: { fd: handle } as { fd: number | undefined } | null,
        get fd() {
          return this.handle!.fd!;
        },
      };
      owners.push(owner);
      mux.add(owner, READABLE);
      owner.handle = left === 1 ? null : { fd: undefined };
    }

    expect([mux.size, [...mux].length]).toEqual([1, 1]);
    for (const owner of owners) {
      expect([mux.has(owner), mux.get(owner)]).toEqual([false, undefined]);
    }
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    const [, undefinedOwner] = owners;
    expect([mux.has(undefinedOwner!), mux.remove(undefinedOwner!)]).toEqual([false, false]);
  });

  claim("reports the others when some were closed", (fixture) => {
    const closed = [fixture.bareNumber(), fixture.bareNumber()];
    const [here] = fixture.readyPair();
    fixture.mux.add(closed[0]!, READABLE);
    fixture.mux.add(here, READABLE);
    fixture.mux.add(closed[1]!, READABLE);
    for (const fd of closed) sys.close(fd);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("counts a closed number no more after the next wait", (fixture) => {
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    sys.close(fd);

    fixture.readyNow();

    expect(fixture.mux.size).toBe(0);
    expect(fixture.mux.has(fd)).toBe(false);
  });
}

function describeRemoved(claim: Claim): void {
  claim("removes a closed descriptor without an error, by number and by object", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    const [here] = fixture.pair();
    mux.add(fd, READABLE);
    mux.add(here, READABLE);
    sys.close(fd);
    here.close();

    expect(mux.remove(fd)).toBe(true);
    expect(mux.remove(here)).toBe(false); // it has left by itself
    expect(mux.size).toBe(0);
  });

  claim("refuses to modify a closed number (EBADF), and watches it no more", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE);
    sys.close(fd);

    expect(() => {
      mux.modify(fd, WRITABLE);
    }).toThrow(failure("EBADF", { fd }));
    expect(mux.has(fd)).toBe(false);
    expect(mux.size).toBe(0);
  });

  claim(
    "refuses to modify what its object has closed (EBADF), and watches it no more",
    (fixture) => {
      const { mux } = fixture;
      const [here] = fixture.pair();
      mux.add(here, READABLE);
      here.close();

      expect(() => {
        mux.modify(here, WRITABLE);
      }).toThrow(failure("EBADF"));
      expect(mux.has(here)).toBe(false);
      expect(mux.size).toBe(0);
    },
  );
}

function describeClosedMultiplexer(claim: Claim): void {
  claim("forgets all descriptors when it is closed, and leaves them open", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    fixture.mux.close();

    expect(fixture.mux.size).toBe(0);
    expect(fixture.mux.has(here)).toBe(false);
    expect(fixture.mux.remove(here)).toBe(false);
    expect(here.recv(new Uint8Array(1))).toBe(1);
  });

  claim("keeps nothing of what it had to report in memory, once it is closed", async ({ mux }) => {
    const script = fileURLToPath(new URL("../workers/closed.mjs", import.meta.url));

    const { stdout } = await run(process.execPath, "--expose-gc", script, mux.name);

    expect(stdout).toBe("3 true\n");
  });

  claim("refuses to be used after it was closed (ERR_INVALID_STATE)", (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.pair();
    mux.add(here, READABLE);
    mux.close();

    for (const call of [
      () => {
        mux.add(here, READABLE);
      },
      () => {
        mux.modify(here, READABLE);
      },
      () => mux.waitSync(0, () => undefined),
    ]) {
      expect(call).toThrow(expect.objectContaining({ code: "ERR_INVALID_STATE" }));
    }
  });

  claim("is closed twice, and by `using`, without an error", ({ mux }) => {
    mux.close();
    mux.close();
    mux[Symbol.dispose]();

    expect(mux.size).toBe(0);
  });

  claim("closes whatever it opened for itself", (fixture) => {
    const before = openDescriptors();
    const [one, other] = [fixture.another(), fixture.another()];
    expect([one.waitSync(1, () => undefined), other.waitSync(1, () => undefined)]).toEqual([0, 0]);

    one.close();
    expect(other.waitSync(1, () => undefined)).toBe(0);
    other[Symbol.dispose]();

    expect(openDescriptors()).toEqual(before);
  });
}

/** Nothing is reported, for the whole time, with but a few calls. */
function expectQuiet({ mux }: Fixture): void {
  const start = performance.now();
  const waits = countWaits(() => {
    expect(
      mux.waitSync(QUIET_MS, () => {
        throw new Error("something was reported");
      }),
    ).toBe(0);
  });
  expect(performance.now() - start).toBeGreaterThanOrEqual(QUIET_MS);
  expect(waits).toBeLessThan(FEW);
}
