import { type Multiplexer, type MultiplexerName, READABLE, sys } from "pollux";
import type { Scenario, Trial } from "pollux/bench";
import { contenderOf } from "../contenders/index.ts";
import { type NpmEpoll, npmEpoll } from "../support/npm_packages.ts";

const MULTIPLEXERS = ["select", "poll", "epoll"] as const;

type Way = "blocking" | "free" | "npm-epoll";

export const scenario: Scenario<Way, MultiplexerName> = {
  name: "async_waits",
  question: "What does a wait cost if it leaves Node's event loop free, and what if it blocks it?",
  sweep: { name: "multiplexer", values: MULTIPLEXERS, quick: MULTIPLEXERS },
  contenders: ["blocking", "free", "npm-epoll"],
  titles: { blocking: "waitSync (blocking)", free: "wait (async)", "npm-epoll": "npm epoll" },
  metrics: [
    { name: "time", unit: "ns", better: "lower", title: "time per wait" },
    { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
  ],
  pairs: [
    { contender: "free", versus: "blocking" },
    { contender: "npm-epoll", versus: "free" },
  ],
  method: "One byte is written to a pipe, waited for, and read; then the next one.",
  skip(way, name) {
    if (way !== "npm-epoll") return undefined;
    return name === "epoll" ? contenderOf("npm-epoll").missing?.() : "the package has epoll only";
  },
  prepare(way, name) {
    const pipe = new OneByte();
    if (way === "npm-epoll") return callbacks(pipe, new (npmEpoll())(pipe.onReady));
    const multiplexer = contenderOf(name).multiplexer!(pipe.writeEnd + 1);
    multiplexer.add(pipe.readEnd, READABLE);
    return way === "blocking" ? blocking(pipe, multiplexer) : free(pipe, multiplexer);
  },
};

/** A pipe with at most one byte in it. */
class OneByte {
  readonly readEnd: number;
  readonly writeEnd: number;
  readonly #buffer = new Uint8Array(1);
  #written = 0;
  #found = 0;
  /** Called after a byte was read. */
  onFound: () => void = () => undefined;

  constructor() {
    [this.readEnd, this.writeEnd] = sys.pipe2(sys.O_CLOEXEC);
  }

  send(): void {
    this.#written += sys.write(this.writeEnd, this.#buffer) ?? 0;
  }

  get empty(): boolean {
    return this.#found === this.#written;
  }

  readonly onReady = (): void => {
    this.#found += sys.read(this.readEnd, this.#buffer) ?? 0;
    this.onFound();
  };

  close(): void {
    sys.close(this.readEnd);
    sys.close(this.writeEnd);
    const [found, written] = [this.#found, this.#written];
    if (found !== written || found === 0) throw new Error(`${found} of ${written} bytes came back`);
  }
}

function blocking(pipe: OneByte, multiplexer: Multiplexer): Trial {
  return {
    run(times) {
      for (let wait = 0; wait < times; wait++) {
        pipe.send();
        while (!pipe.empty) multiplexer.waitSync(undefined, pipe.onReady);
      }
    },
    teardown() {
      multiplexer.close();
      pipe.close();
    },
  };
}

function free(pipe: OneByte, multiplexer: Multiplexer): Trial {
  return {
    async run(times) {
      for (let wait = 0; wait < times; wait++) {
        pipe.send();
        while (!pipe.empty) await multiplexer.wait(undefined, pipe.onReady);
      }
    },
    teardown() {
      multiplexer.close();
      pipe.close();
    },
  };
}

// The package calls back for each event; there is no call that waits.
function callbacks(pipe: OneByte, epoll: NpmEpoll): Trial {
  epoll.add(pipe.readEnd, sys.EPOLLIN);
  return {
    run: (times) =>
      new Promise((resolve) => {
        let left = times;
        pipe.onFound = () => {
          if (--left > 0) pipe.send();
          else resolve();
        };
        pipe.send();
      }),
    teardown() {
      epoll.remove(pipe.readEnd).close();
      pipe.close();
    },
  };
}
