import { type Multiplexer, READABLE, sys } from "pollux";
import type { Scenario, Trial } from "pollux/bench";
import { contenderOf, FAMILIES, TITLES, versionOfContender } from "../contenders/index.ts";
import { buildPrograms } from "../support/programs.ts";
import { OWN_C, PAIRS, WAITERS, type Waiter, cTrial, skipWait } from "../support/waits.ts";
import { type Watched, openWatched } from "../support/watched.ts";

/** The parameters of libevent's benchmark: pipes, bytes under way at a time, writes in all. */
interface Knobs {
  readonly n: number;
  readonly a: number;
  readonly w: number;
}

const VALUES = [
  "n=100 a=1 w=100",
  "n=1000 a=1 w=1000",
  "n=1000 a=100 w=1000",
  "n=5000 a=1 w=1000",
  "n=5000 a=100 w=1000",
] as const;

type Value = `n=${number} a=${number} w=${number}`;

// The room for events in bench/c/wait_cost.c.
const MAX_PIPES = 16_384;
const MAX_WRITES = 1_000_000_000;

function knobsOf(value: string): Knobs {
  const [n = 0, a = 0, w = 0] = /^n=(\d+) a=(\d+) w=(\d+)$/.exec(value)?.slice(1).map(Number) ?? [];
  if (a >= 1 && a <= n && n <= MAX_PIPES && w >= 1 && w <= MAX_WRITES) return { n, a, w };
  throw new RangeError(
    `ring takes values such as n=200 a=10 w=500, with 1 ≤ a ≤ n ≤ ${MAX_PIPES} and 1 ≤ w ≤ ${MAX_WRITES}, not ${value}`,
  );
}

/** Writes equal parameters alike, so that they are one value. */
function parse(text: string): Value {
  const { n, a, w } = knobsOf(text);
  return `n=${n} a=${a} w=${w}`;
}

export const scenario: Scenario<Waiter, Value> = {
  name: "ring",
  question: "What does an event cost when bytes travel around a ring of pipes?",
  sweep: { name: "pipes, bytes, writes", values: VALUES, quick: ["n=100 a=1 w=100"], parse },
  contenders: WAITERS,
  titles: TITLES,
  families: FAMILIES,
  versionOf: versionOfContender,
  metrics: [{ name: "cpu", unit: "ns", better: "lower", title: "processor time per event" }],
  baseline: OWN_C,
  pairs: PAIRS,
  method:
    "As in the benchmark of libevent: a bytes start in a ring of n pipes, all of them watched. Each byte is " +
    "read from its pipe and written to the next one, until w writes are done.",
  setup: buildPrograms,
  skip: (name, value) => skipWait(name, "two-ended pipe", knobsOf(value).n),
  prepare(name, value) {
    const { n, a, w } = knobsOf(value);
    const { waitCost } = contenderOf(name);
    return waitCost
      ? cTrial(waitCost, "two-ended pipe", [n, a, w], a + w)
      : ownTrial(name, { n, a, w });
  },
};

function ownTrial(name: Waiter, { n, a, w }: Knobs): Trial {
  const ring = new Ring(name, n);
  let rounds = 0;
  return {
    run(times) {
      const [before, startMs] = [process.cpuUsage(), performance.now()];
      for (let round = 0; round < times; round++) ring.travel(a, w);
      rounds += times;
      const { user, system } = process.cpuUsage(before);
      const [cpu, elapsed] = [(user + system) * 1e3, (performance.now() - startMs) * 1e6];
      return { cpu: cpu / times / (a + w), elapsed, busy: cpu / elapsed };
    },
    teardown() {
      const found = ring.close();
      if (found !== rounds * (a + w) || found === 0)
        throw new Error(`${found} events instead of ${rounds * (a + w)}`);
    },
  };
}

/** A ring of pipes: what is read from one is written to the next. */
class Ring {
  readonly #fds: Watched;
  readonly #multiplexer: Multiplexer;
  readonly #next: Int32Array;
  readonly #byte = new Uint8Array(1);
  #found = 0;
  #left = 0;

  constructor(name: Waiter, count: number) {
    this.#fds = openWatched("two-ended pipe", count, 0);
    const { watched, others, highest } = this.#fds;
    this.#multiplexer = contenderOf(name).multiplexer!(highest + 1);
    this.#next = new Int32Array(highest + 1);
    for (const [index, fd] of watched.entries()) {
      this.#multiplexer.add(fd, READABLE);
      this.#next[fd] = others[(index + 1) % count]!;
    }
  }

  /** Starts `bytes`, evenly spread, and moves them on until `writes` are done. */
  travel(bytes: number, writes: number): void {
    const { others } = this.#fds;
    const goal = this.#found + bytes + writes;
    for (let index = 0; index < bytes; index++) {
      sys.write(others[Math.floor((index * others.length) / bytes)]!, this.#byte);
    }
    this.#left = writes;
    while (this.#found < goal) this.#multiplexer.waitSync(0, this.#onReady);
  }

  /** Closes everything, and returns how many events it has seen. */
  close(): number {
    this.#multiplexer.close();
    this.#fds.close();
    return this.#found;
  }

  readonly #onReady = (fd: number): void => {
    this.#found += sys.read(fd, this.#byte) ?? 0;
    if (this.#left > 0) {
      this.#left--;
      sys.write(this.#next[fd]!, this.#byte);
    }
  };
}
