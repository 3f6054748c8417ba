import { type OptionTable, aBoolean, aTimeLimit, invalidState } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { now, sleep } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { checkWait, toOptions } from "./checks.ts";
import type { Core } from "./core.ts";
import { Interruptions } from "./interruptions.ts";
import { LoopWatch } from "./loop_watch.ts";
import type { OnReady, WaitEnd, WaitOptions } from "./multiplexer.ts";
import { listensToSignals } from "./signals.ts";

const OPTIONS: OptionTable<WaitOptions> = {
  timeoutMs: aTimeLimit,
  restart: aBoolean,
  untilEmpty: aBoolean,
};

/** The `waitSync()` of a multiplexer: deadlines, signals, and the thread's own event loop. */
export class BlockingWait<D> {
  readonly #core: Core<D>;
  #loop: LoopWatch | null = null;
  #exposed = false;
  readonly #interruptions = new Interruptions();

  constructor(core: Core<D>) {
    this.#core = core;
  }

  run(options: number | WaitOptions | undefined, onReady: OnReady<D>): number {
    const core = this.#core;
    core.checkOpen();
    if (core.asyncWait.pending) throw invalidState("another wait is pending");
    const checked: WaitOptions = toOptions(options, OPTIONS);
    checkWait(checked.timeoutMs ?? Infinity, onReady);
    core.asyncWait.pause();
    try {
      const leftOver = core.ready.deliver(onReady);
      if (leftOver > 0 || core.closed) return this.#end("ready", leftOver);
      return this.#wait(checked, onReady);
    } catch (error) {
      core.endedBy = undefined;
      throw error;
    } finally {
      if (this.#exposed) this.unwatchLoop();
    }
  }

  /** Stops watching the thread's event loop, until the next run. */
  unwatchLoop(): void {
    if (!this.#loop) return;
    this.#core.unwatchOwn(this.#loop.fd);
    this.#loop.release(this);
    this.#loop = null;
  }

  /**
   * The multiplexer may itself be watched from now on. Then its watch on the loop ends with each wait:
   * otherwise every turn of the loop would make it readable, and the loop could not watch it (ELOOP).
   */
  expose(): void {
    this.#exposed = true;
  }

  #wait(options: WaitOptions, onReady: OnReady<D>): number {
    const { timeoutMs = Infinity, restart = false, untilEmpty = false } = options;
    const core = this.#core;
    const limited = timeoutMs > 0 && timeoutMs < Infinity;
    const deadlineMs = limited ? now() + timeoutMs : timeoutMs;
    // After a wake-up by Node's loop it waits again: a pending termination takes effect here.
    for (let leftMs = timeoutMs; ; leftMs = limited ? deadlineMs - now() : timeoutMs) {
      if (limited && leftMs <= 0) return this.#end("time", 0);
      // A handler that waited itself may have ended this watch on the loop.
      if (timeoutMs > 0) this.#watchLoop();
      // The watch drops a bare number that was closed, if it gets that number.
      if (untilEmpty && core.table.isEmpty) return this.#end("empty", 0);
      const isDue = !restart && this.#loop !== null && this.#loop.hasNews;
      const interrupted = !this.#harvest(isDue ? 0 : leftMs);
      const reported = core.ready.deliver(onReady);
      if (reported > 0) return this.#end("ready", reported);
      if (core.closed) return this.#end("interrupt", 0);
      if (timeoutMs === 0) return this.#end("time", 0);
      if (!restart && this.#isSignalled(interrupted)) return this.#end("signal", 0);
    }
  }

  /** @returns `false` when a signal cut it short */
  #harvest(timeoutMs: number): boolean {
    try {
      this.#core.harvest(timeoutMs);
      this.#interruptions.reset();
      return true;
    } catch (error) {
      if (!isSystemError(error, "EINTR")) throw error;
      const pauseMs = Math.min(this.#interruptions.add(), timeoutMs);
      if (pauseMs > 0) this.#pause(pauseMs);
      return false;
    }
  }

  // A profiler can send as many signals as a failing wait is interrupted. With all signals blocked, only the
  // latter still is; otherwise the pause ends with the next event.
  #pause(pauseMs: number): void {
    const before = sys.pthreadSigmask(sys.SIG_BLOCK, sys.SigSet.full());
    try {
      this.#core.harvest(pauseMs);
      this.#interruptions.reset();
    } catch (error) {
      if (!isSystemError(error, "EINTR")) throw error;
      sleep(pauseMs);
    } finally {
      sys.pthreadSigmask(sys.SIG_SETMASK, before);
    }
  }

  // If a handler exists, the thread that took the signal has woken Node's loop.
  #isSignalled(interrupted: boolean): boolean {
    return this.#loop ? this.#loop.takeNews(interrupted) : interrupted && listensToSignals();
  }

  #end(endedBy: WaitEnd, reported: number): number {
    this.#core.endedBy = endedBy;
    return reported;
  }

  #watchLoop(): void {
    if (this.#loop) {
      this.#loop.refresh();
      return;
    }
    const loop = LoopWatch.acquire(this);
    if (!loop) return;
    try {
      if (!this.#tryWatch(loop) && loop.evictOthers(this)) this.#tryWatch(loop);
    } finally {
      if (!this.#loop) loop.release(this);
    }
  }

  /**
   * @returns `false` if the kernel refuses: Node's loop watches this multiplexer, or one that watches it
   * (ELOOP), too many epolls watch the loop (EINVAL), or there is no room for a watch (ENOSPC, ENOMEM). Then
   * the wait does not watch the loop
   */
  #tryWatch(loop: LoopWatch): boolean {
    try {
      this.#core.watchOwn(loop.fd, () => {
        loop.harvest();
      });
      this.#loop = loop;
      return true;
    } catch (error) {
      if (isSystemError(error, "ELOOP", "EINVAL", "ENOSPC", "ENOMEM")) return false;
      throw error;
    }
  }
}
