import { describe, expect, it, vi } from "vitest";
import { readExactly, readExactlySync, writeAll, writeAllSync } from "../../lib/socket/exact.ts";
import { native } from "../../lib/native/native.ts";
import * as sys from "../../lib/sys/index.ts";
import { WAITS } from "../multiplexer/contract/fixture.ts";
import { openPair, openPipe } from "../sys/support.ts";

/** Who spins makes ten thousand calls in this time. */
const LIMIT = { timeoutMs: 100 };
const FEW = 60;
const CALLS = ["read", "recv", "send", "write", ...WAITS] as const;

/** How often the kernel is called until `run` is over. */
async function countCalls(run: () => Promise<unknown>): Promise<number> {
  const spies = CALLS.map((call) => vi.spyOn(native, call));
  try {
    await run();
    return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Two ends, of which the first has nothing to read, and the second no room. */
function stuck(open: () => readonly [number, number]): readonly [number, number] {
  const [here] = open();
  const [, there] = open();
  const bytes = new Uint8Array(2 ** 16);
  while (sys.write(there, bytes) !== null);
  return [here, there];
}

describe.each([
  ["a non-blocking pipe", () => openPipe()],
  ["a non-blocking socket", () => openPair()],
] as const)("%s, where nothing happens,", (_, open) => {
  it.each<[name: string, call: (here: number, there: number) => unknown]>([
    ["readExactlySync", (here) => readExactlySync(here, new Uint8Array(4), LIMIT)],
    ["readExactly", (here) => readExactly(here, new Uint8Array(4), LIMIT)],
    ["writeAllSync", (_here, there) => writeAllSync(there, new Uint8Array(4), LIMIT)],
    ["writeAll", (_here, there) => writeAll(there, new Uint8Array(4), LIMIT)],
  ])("lets %s wait, and not ask again and again", async (_name, call) => {
    const [here, there] = stuck(open);
    let thrown: unknown;

    const calls = await countCalls(async () => {
      try {
        await call(here, there);
      } catch (error) {
        thrown = error;
      }
    });

    expect(thrown).toMatchObject({ code: "ETIMEDOUT", transferred: 0 });
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(FEW);
  });
});
