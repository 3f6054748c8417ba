import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { type Call, CLASSES, type ErrorClass, classOf } from "../../lib/failures/classes.ts";
import { type TracedCall, whyNotAttachable } from "../support/injection.ts";
import type { Kind } from "../support/reactors.ts";
import { FaultyServer, Peer } from "./serving.ts";

/** The first pause of most calls. */
export const FIRST_PAUSE_MS = 10;

/** The report of a server that nothing has happened to. */
export const NEVER = { told: [], turnedAway: 0, broken: [], ended: [] };

export type Cell = readonly [code: string, expected: ErrorClass];

/** The cells of one call: each error that is documented, and its class. */
export function cells(call: Call): Cell[] {
  const codes = Object.values<readonly string[]>(CLASSES[call]).flat();
  return codes.map((code) => [code, classOf(call, code)]);
}

/** One error of each class. */
export function representatives(call: Call): Cell[] {
  return cells(call).filter(
    ([, expected], index, all) => all.findIndex(([, each]) => each === expected) === index,
  );
}

/** That it was called again in the way of its class. */
export function expectRetry(
  calls: TracedCall[],
  expected: ErrorClass,
  firstPauseMs = FIRST_PAUSE_MS,
): void {
  expect(calls.filter(({ injected }) => injected)).toHaveLength(1);
  const index = calls.findIndex(({ injected }) => injected);
  const failed = calls[index]!;
  const after = calls.slice(index + 1);
  const next = after.findIndex(({ name }) => name === failed.name);
  const between = after.slice(0, Math.max(0, next));
  // Where a timer is set, the wait has a timeout.
  const hasTimer = between.some(({ hasTimeout }) => hasTimeout);
  if (expected === "retry") expect(hasTimer).toBe(false);
  if (expected !== "pause") return;
  const pauseMs = after[next]!.atMs - failed.atMs;
  expect(pauseMs).toBeGreaterThanOrEqual(firstPauseMs);
}

export interface Used {
  readonly server: FaultyServer;
  readonly other: Peer;
}

/** For the tests of a `describe`: a server, and a peer that is connected before all others. */
export function useServer({ multiplexer, edge }: Kind): Used {
  const used: { server?: FaultyServer; other?: Peer; unable?: string | undefined } = {};

  beforeAll(async () => {
    used.server = await FaultyServer.start(multiplexer, edge);
    used.other = await Peer.connect(used.server.port);
    used.unable = await whyNotAttachable(used.server.pid);
  });

  afterAll(async () => {
    await used.other?.[Symbol.asyncDispose]();
    await used.server?.[Symbol.asyncDispose]();
  });

  beforeEach(async ({ skip }) => {
    skip(used.unable !== undefined, used.unable);
    // Whatever happens to others, it is served.
    expect(await used.other!.ask("still there?")).toBe("still there?");
    await used.server!.report();
  });

  return {
    get server() {
      return used.server!;
    },
    get other() {
      return used.other!;
    },
  };
}
