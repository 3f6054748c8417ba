import type { Address } from "../address/address.ts";
import { fdOf } from "../descriptors/descriptor.ts";
import type { Candidate } from "../multiplexer/wait_for_any.ts";
import { now } from "../runtime/timing.ts";
import { type AttemptStep, attempt } from "./connect.ts";
import type { Socket } from "./socket.ts";

/** The milliseconds that are left. */
export interface Clock {
  readonly leftMs: number;
}

/** What a {@link Race} waits for. */
export interface RaceStep {
  /** At least one. */
  readonly candidates: readonly Candidate[];
  readonly limitMs: number;
}

/** How a {@link Race} is run. */
export interface RaceRules {
  /** Opens the socket for an attempt, non-blocking. */
  readonly open: (to: Address) => Socket;
  /** When the next attempt begins beside those that have not ended. */
  readonly attemptDelayMs: number;
  /** Whether the winner is to block. */
  readonly blocking: boolean;
  readonly clock: Clock;
}

/** The outcome of a {@link Race}. */
export interface Reached {
  /** Connected. */
  readonly socket: Socket;
  /** The address that it is connected to. */
  readonly address: Address;
}

interface Runner {
  readonly socket: Socket;
  readonly index: number;
  readonly steps: Generator<AttemptStep, void, boolean>;
  interest: number;
  /** When it goes on although its socket is not ready. */
  untilMs: number;
}

/**
 * Attempts to connect to several addresses, each begun some time after the one before, or when that has failed. The
 * first that succeeds wins. It waits for nothing itself: each step says what its caller is to wait for.
 */
export class Race {
  readonly #addresses: readonly Address[];
  readonly #rules: RaceRules;
  readonly #errors: Error[] = [];
  #runners: Runner[] = [];
  #begun = 0;
  #nextMs = 0;
  #winner: Runner | null = null;

  /** @param addresses - at least one */
  constructor(addresses: readonly Address[], rules: RaceRules) {
    this.#addresses = addresses;
    this.#rules = rules;
  }

  /** Begins. @returns what to wait for; `null`: it has ended */
  start(): RaceStep | null {
    while (this.#isToBegin()) this.#begin(this.#addresses[this.#begun]!);
    return this.#next();
  }

  /** @param ready - the descriptors that are ready. @returns as {@link start} */
  goOn(ready: ReadonlySet<number>): RaceStep | null {
    for (const runner of [...this.#runners]) {
      const isReady = ready.has(fdOf(runner.socket));
      const isLate = now() >= runner.untilMs || this.#rules.clock.leftMs === 0;
      if (isReady || isLate) this.#advance(runner, isReady);
      if (this.#winner) return null;
    }
    return this.start();
  }

  /** The connection, which the caller owns from now on. @throws if every attempt has failed */
  winner(): Reached {
    const winner = this.#winner;
    if (!winner) throw this.#failure();
    const { socket, index } = winner;
    if (this.#rules.blocking) socket.blocking = true;
    this.#winner = null;
    return { socket, address: this.#addresses[index]! };
  }

  /** Ends all attempts. */
  close(): void {
    for (const { socket } of this.#runners) socket.close();
    this.#runners = [];
    this.#winner?.socket.close();
  }

  #isToBegin(): boolean {
    if (this.#winner || this.#begun === this.#addresses.length) return false;
    if (this.#begun === 0) return true;
    const isDue = this.#runners.length === 0 || now() >= this.#nextMs;
    return isDue && this.#rules.clock.leftMs > 0;
  }

  #begin(to: Address): void {
    const index = this.#begun++;
    this.#nextMs = now() + this.#rules.attemptDelayMs;
    try {
      const socket = this.#rules.open(to);
      const steps = attempt(socket, to, this.#rules.clock);
      const runner = { socket, index, steps, interest: 0, untilMs: Infinity };
      this.#runners.push(runner);
      this.#advance(runner, false);
    } catch (error) {
      this.#errors[index] = error as Error;
    }
  }

  #advance(runner: Runner, ready: boolean): void {
    try {
      const { done, value } = runner.steps.next(ready);
      if (done) {
        this.#leave(runner);
        this.#winner = runner;
        return;
      }
      runner.interest = value.interest;
      runner.untilMs = now() + (value.limitMs ?? Infinity);
    } catch (error) {
      this.#leave(runner);
      runner.socket.close();
      this.#errors[runner.index] = error as Error;
    }
  }

  #leave(runner: Runner): void {
    this.#runners = this.#runners.filter((each) => each !== runner);
  }

  #next(): RaceStep | null {
    if (this.#winner || this.#runners.length === 0) return null;
    const isLast = this.#begun === this.#addresses.length;
    const untilMs = Math.min(
      isLast ? Infinity : this.#nextMs,
      ...this.#runners.map((runner) => runner.untilMs),
    );
    return {
      candidates: this.#runners.map(({ socket, interest }) => ({ fd: fdOf(socket), interest })),
      limitMs: Math.max(0, Math.min(untilMs - now(), this.#rules.clock.leftMs)),
    };
  }

  #failure(): Error {
    const errors = this.#errors.filter(Boolean);
    const [first] = errors;
    if (errors.length === 1 && first) return first;
    const message = errors.map((error) => error.message).join("; ");
    const code =
      this.#rules.clock.leftMs === 0 ? "ETIMEDOUT" : (first as NodeJS.ErrnoException).code;
    return Object.assign(new AggregateError(errors, message), { code });
  }
}
