import { EpollMultiplexer, type OnReady, READABLE, sys } from "pollux";
import type { Scenario } from "pollux/bench";
import { TITLES, contenderOf } from "../contenders/index.ts";

type Name = "select" | "poll" | "epoll";
type Way = "waitSync" | "wait";

/** The part of the contract that is asked about; `wait` may be missing. */
interface Waits {
  waitSync(options: number | undefined, onReady: OnReady<undefined>): number;
  wait?(options: object, onReady: OnReady<undefined>): Promise<number>;
}

export const scenario: Scenario<Name, Way> = {
  name: "async_waits",
  question: "What does a wait cost that leaves Node's event loop free, beside one that blocks it?",
  sweep: { name: "wait", values: ["waitSync", "wait"], quick: ["waitSync", "wait"] },
  contenders: ["select", "poll", "epoll"],
  titles: TITLES,
  metrics: [
    { name: "time", unit: "ns", better: "lower", title: "time per wait" },
    { name: "cpu", unit: "ns", better: "lower", title: "processor time per wait" },
  ],
  method: "One byte is written to a pipe, waited for, and read, one after the other.",
  skip(_contender, way) {
    return way === "wait" && !("wait" in EpollMultiplexer.prototype)
      ? "this version of the package has no wait()"
      : undefined;
  },
  prepare(contender, way) {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC);
    const multiplexer = contenderOf(contender).multiplexer!(writeEnd + 1);
    const waits: Waits = multiplexer;
    const buffer = new Uint8Array(1);
    let written = 0;
    let found = 0;
    const onReady = (): void => {
      found += sys.read(readEnd, buffer) ?? 0;
    };
    const send = (): void => {
      written += sys.write(writeEnd, buffer) ?? 0;
    };
    multiplexer.add(readEnd, READABLE);
    return {
      run: way === "waitSync" ? runBlocking : runFree,
      teardown() {
        multiplexer.close();
        sys.close(readEnd);
        sys.close(writeEnd);
        if (found !== written || found === 0) throw new Error(`${found} of ${written} came back`);
      },
    };

    function runBlocking(times: number): void {
      for (let wait = 0; wait < times; wait++) {
        send();
        while (found < written) waits.waitSync(undefined, onReady);
      }
    }

    async function runFree(times: number): Promise<void> {
      for (let wait = 0; wait < times; wait++) {
        send();
        while (found < written) await waits.wait?.({}, onReady);
      }
    }
  },
};
