import { expect } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, drain } from "./fixture.ts";
import { Wait, reported } from "./pending.ts";

export function describeAsyncHandlers(claim: Claim): void {
  describeThrowing(claim);
  describeWaitingAgain(claim);
  describeChanging(claim);
}

function describeThrowing(claim: Claim): void {
  for (const thrown of [new Error("oops"), undefined, "text"]) {
    claim(
      `rejects with what a handler throws (${String(thrown)}), and delivers the rest by the next wait`,
      async (fixture) => {
        const sockets = readySockets(fixture);
        const first = new Wait(fixture.mux, {}, () => {
          // Gone from the kernel's point of view: only the batch still knows of the others.
          for (const socket of sockets) drain(socket);
          raise(thrown);
        });

        await expect(first.ended).rejects.toBe(thrown);

        expect(first.ready.size).toBe(1);
        const rest = await reported(fixture.mux);
        expect(new Set([...first.ready.keys(), ...rest.keys()])).toEqual(numbersOf(sockets));
        expect(rest.size).toBe(sockets.length - 1);
        expect(await reported(fixture.mux, { timeoutMs: 0 })).toEqual(new Map());
      },
    );
  }

  claim("drops the rest of a batch that is void by the next wait", async (fixture) => {
    const { mux } = fixture;
    const sockets = readySockets(fixture);
    const wait = new Wait(mux, {}, () => {
      throw new Error("oops");
    });
    await expect(wait.ended).rejects.toThrow("oops");
    for (const socket of sockets) mux.remove(socket);
    const [next] = fixture.readyPair();
    mux.add(next, READABLE);

    expect(await reported(mux)).toEqual(new Map([[next.fd, READABLE]]));
  });
}

function describeWaitingAgain(claim: Claim): void {
  claim("lets a handler start the next wait, and reports nothing twice", async (fixture) => {
    const { mux } = fixture;
    const sockets = readySockets(fixture);
    let next: Wait | undefined;

    const wait = new Wait(mux, {}, (fd) => {
      drainNumber(sockets, fd);
      next ??= new Wait(mux);
    });

    expect(await wait.ended).toBe(sockets.length);
    const [late] = fixture.readyPair();
    mux.add(late, READABLE);
    expect(await next?.result()).toEqual(new Map([[late.fd, READABLE]]));
  });

  claim("keeps the next wait when its handler throws after it has started it", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    let next: Wait | undefined;
    const wait = new Wait(mux, {}, () => {
      next = new Wait(mux);
      throw new Error("oops");
    });

    await expect(wait.ended).rejects.toThrow("oops");

    expect(await next?.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("lets a handler wait for a while with waitSync", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    mux.add(here, READABLE);
    const inner: number[] = [];

    const wait = new Wait(mux, {}, () => {
      inner.push(
        mux.waitSync(0, () => drain(here)),
        mux.waitSync(1.5, () => undefined),
      );
    });

    expect(await wait.ended).toBe(1);
    expect(inner).toEqual([1, 0]);
    there.send(Buffer.from("x"));
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("chains a thousand waits, each started by the handler before", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    let count = 0;

    await new Promise<void>((resolve, reject) => {
      const again = (): void => {
        if (++count === 1000) resolve();
        else mux.wait(undefined, again).catch(reject);
      };
      mux.wait(undefined, again).catch(reject);
    });

    expect(count).toBe(1000);
  });
}

function describeChanging(claim: Claim): void {
  claim("does not report what an earlier handler removed or closed", async (fixture) => {
    for (const act of ["remove", "close"] as const) {
      const sockets = readySockets(fixture);
      const wait = new Wait(fixture.mux, {}, (fd) => {
        for (const socket of sockets.filter((each) => each.fd !== fd)) {
          if (act === "remove") fixture.mux.remove(socket);
          else socket.close();
        }
      });

      expect(await wait.ended).toBe(1);
      for (const socket of sockets) fixture.mux.remove(socket);
    }
  });

  claim(
    "resolves with what it has reported when a handler closes the multiplexer",
    async (fixture) => {
      readySockets(fixture);

      const wait = new Wait(fixture.mux, {}, () => fixture.mux.close());

      expect(await wait.ended).toBe(1);
      expect(fixture.mux.size).toBe(0);
    },
  );

  claim("reports what a handler adds by the next asynchronous wait", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    const [added] = fixture.readyPair();
    mux.add(here, READABLE);

    const wait = new Wait(mux, {}, () => mux.add(added, READABLE));

    expect(await wait.ended).toBe(1);
    expect((await reported(mux)).get(added.fd)).toBe(READABLE);
  });
}

/** JavaScript throws whatever it likes. */
function raise(thrown: unknown): never {
  throw thrown as Error;
}

/** Three watched sockets with something to read. */
function readySockets(fixture: Fixture): Socket[] {
  const sockets = [0, 1, 2].map(() => fixture.readyPair()[0]);
  for (const socket of sockets) fixture.mux.add(socket, READABLE);
  return sockets;
}

function numbersOf(sockets: readonly Socket[]): Set<number> {
  return new Set(sockets.map(({ fd }) => fd));
}

function drainNumber(sockets: readonly Socket[], fd: number): void {
  for (const socket of sockets) if (socket.fd === fd) drain(socket);
}
