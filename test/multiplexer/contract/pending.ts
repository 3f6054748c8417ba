import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { expect } from "vitest";
import {
  type AsyncWaitOptions,
  type Multiplexer,
  type OnReady,
  PRIORITY,
  READABLE,
  WRITABLE,
} from "../../../lib/multiplexer/multiplexer.ts";
import { PATIENCE_MS, expectSame } from "./fixture.ts";

const DIRECTIONS = READABLE | WRITABLE | PRIORITY;

/** The options of `wait`, or, with `next`, those of `waitRepeatedly`. */
export interface HowToWait extends AsyncWaitOptions {
  readonly next?: (reported: number) => number | null;
}

/** One wait that was started, and what has come of it. */
export class Wait {
  /** The directions that were reported, by descriptor, without ERROR and HANGUP. */
  readonly ready = new Map<number, number>();
  readonly data: string[] = [];
  /** Resolves with the number that `wait` resolves with; a rejection is passed on. */
  readonly ended: Promise<number>;
  isOver = false;

  constructor(
    mux: Multiplexer<string>,
    options: HowToWait | undefined = { timeoutMs: PATIENCE_MS },
    act: (fd: number) => void = () => undefined,
  ) {
    const { next, ...rest } = options;
    const onReady: OnReady<string> = (fd, events, data) => {
      this.ready.set(fd, events & DIRECTIONS);
      this.data.push(data);
      act(fd);
    };
    const wait = next ? mux.waitRepeatedly(rest, onReady, next) : mux.wait(rest, onReady);
    this.ended = wait.finally(() => {
      this.isOver = true;
    });
    // Whoever expects a rejection says so; until then it is not an unhandled one.
    this.ended.catch(() => undefined);
  }

  /** What it reported, when it is over. */
  async result(): Promise<Map<number, number>> {
    expectSame(await this.ended, this.data.length);
    return this.ready;
  }
}

/** A wait that is under way: whatever starting it needs several turns for has happened. */
export async function pending(
  mux: Multiplexer<string>,
  ...rest: [options?: HowToWait, act?: (fd: number) => void]
): Promise<Wait> {
  const wait = new Wait(mux, ...rest);
  await turns();
  expect(wait.isOver).toBe(false);
  return wait;
}

/** Lets Node's event loop turn a few times. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

/** What one wait reports. */
export async function reported(
  mux: Multiplexer<string>,
  options?: AsyncWaitOptions,
): Promise<Map<number, number>> {
  return await new Wait(mux, options).result();
}

/** How many threads this process has. */
export function threads(): number {
  return readdirSync("/proc/self/task").length;
}
