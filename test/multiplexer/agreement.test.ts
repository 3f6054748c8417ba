import fc from "fast-check";
import { describe, it } from "vitest";
import { MULTIPLEXERS, createMultiplexer } from "../../lib/multiplexer/create.ts";
import { type Multiplexer, READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { PATIENCE_MS, expectSame } from "./contract/fixture.ts";
import { ACTIONS, type Command, World } from "./contract/world.ts";
import { Wait } from "./contract/pending.ts";

const RUNS = 1000;
const LONGEST = 30;
const LIMIT_MS = 60_000;

const command = fc.tuple(
  fc.constantFrom(...(Object.keys(ACTIONS) as Command[0][])),
  fc.nat(3),
  fc.constantFrom(0, READABLE, WRITABLE, READABLE | WRITABLE),
  fc.boolean(),
);

/** Runs `test` with many sequences of commands; `how` varies with each command. */
async function checkAll<T>(
  how: fc.Arbitrary<T>,
  test: (world: World, command: Command, how: T) => Promise<void> | void,
): Promise<void> {
  const steps = fc.array(fc.tuple(command, how), { maxLength: LONGEST, size: "max" });
  const property = fc.asyncProperty(steps, async (all) => {
    using world = new World(MULTIPLEXERS.map((name) => createMultiplexer<string>(name)));
    for (const [each, way] of all) await test(world, each, way);
  });
  await fc.assert(property, { numRuns: RUNS, plugins: [fc.interruptAfterTimeLimit(LIMIT_MS)] });
}

describe("select, poll and epoll, told the same", () => {
  it("report by waitSync what a plain table says", async () => {
    await checkAll(fc.boolean(), (world, each, look) => {
      world.run(each);
      if (!look) return;
      for (const mux of world.muxes) expectSame(readyNow(mux), world.expected);
    });
  });

  it("report by wait what a plain table says", async () => {
    await checkAll(fc.constantFrom("not", "sync", "async"), async (world, each, look) => {
      world.run(each);
      if (look === "not") return;
      const { expected } = world;
      // Where something is ready the wait has to be told so; only else it may end by its time.
      const timeoutMs = expected.size === 0 ? 0 : PATIENCE_MS;
      for (const mux of world.muxes) {
        const ready = look === "sync" ? readyNow(mux) : await new Wait(mux, { timeoutMs }).result();
        expectSame(ready, expected);
      }
    });
  });

  it("end a pending wait when a plain table says so, and not before", async () => {
    await checkAll(fc.boolean(), async (world, each, waits) => {
      if (!waits || world.expected.size > 0) {
        world.run(each);
        return;
      }
      const controller = new AbortController();
      const all = world.muxes.map((mux) => new Wait(mux, { signal: controller.signal }));
      // Some commands find the waits just begun, some well under way.
      if (each[3]) await new Promise((resolve) => setImmediate(resolve));
      world.run(each);
      const { expected } = world;
      if (expected.size === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        expectSame(
          all.map(({ isOver }) => isOver),
          [false, false, false],
        );
        controller.abort();
        await Promise.allSettled(all.map(({ ended }) => ended));
      } else {
        for (const wait of all) expectSame(await wait.result(), expected);
      }
    });
  });
});

function readyNow(mux: Multiplexer<string>): Map<number, number> {
  const ready = new Map<number, number>();
  mux.waitSync(0, (fd, events) => ready.set(fd, events & (READABLE | WRITABLE)));
  return ready;
}
