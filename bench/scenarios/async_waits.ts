import { type Multiplexer, READABLE, sys } from "pollux";
import type { Scenario, Trial } from "pollux/bench";
import { TITLES, contenderOf } from "../contenders/index.ts";
import { type NpmEpoll, npmEpoll } from "../support/npm_epoll.ts";

type Name = "select" | "poll" | "epoll" | "npm-epoll";
type Way = "waitSync" | "wait";

export const scenario: Scenario<Name, Way> = {
  name: "async_waits",
  question: "What does a wait cost that leaves Node's event loop free, beside one that blocks it?",
  sweep: { name: "wait", values: ["waitSync", "wait"], quick: ["waitSync", "wait"] },
  contenders: ["select", "poll", "epoll", "npm-epoll"],
  titles: TITLES,
  metrics: [
    { name: "time", unit: "ns", better: "lower", title: "time per wait" },
    { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
  ],
  method: "One byte is written to a pipe, waited for, and read, one after the other.",
  skip(contender, way) {
    if (contender === "npm-epoll" && way === "waitSync") return "it has no blocking wait";
    return contenderOf(contender).missing?.();
  },
  prepare(contender, way) {
    const pipe = new OneByte();
    if (contender === "npm-epoll") return callbacks(pipe, new (npmEpoll())(pipe.onReady));
    const multiplexer = contenderOf(contender).multiplexer!(pipe.writeEnd + 1);
    multiplexer.add(pipe.readEnd, READABLE);
    return way === "waitSync" ? blocking(pipe, multiplexer) : free(pipe, multiplexer);
  },
};

/** A pipe with at most one byte in it. */
class OneByte {
  readonly readEnd: number;
  readonly writeEnd: number;
  readonly #buffer = new Uint8Array(1);
  #written = 0;
  #found = 0;
  /** Called when a byte was found. */
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
    if (found !== written || found === 0) throw new Error(`${found} of ${written} came back`);
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

// It calls back for each event, without a wait in between.
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
