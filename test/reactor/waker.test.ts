import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { Waker } from "../../lib/reactor/waker.ts";
import { KINDS, reactorOf, settle, turnUntil } from "../support/reactors.ts";

const POLLUX = new URL("../../dist/lib/index.js", import.meta.url).href;
const WAKE = `
  const { workerData } = require("node:worker_threads");
  import(workerData.pollux).then(({ Waker }) => { Waker.wake(workerData.fd); });
`;

describe.each(KINDS)("Waker, watched by $multiplexer, edge: $edge", (kind) => {
  it("counts any number of wake-ups before it is taken as one", () => {
    using reactor = reactorOf(kind);
    using waker = new Waker();
    let woken = 0;
    reactor.add(waker, READABLE, {
      onReady() {
        woken++;
        waker.take();
      },
    });
    settle(reactor);
    expect(woken).toBe(0);

    for (let wake = 0; wake < 1000; wake++) waker.wake();
    settle(reactor);
    expect(woken).toBe(1);

    waker.wake();
    settle(reactor);
    expect(woken).toBe(2);
  });

  it("ends the wait of another thread, by number", async () => {
    using reactor = reactorOf(kind);
    using waker = new Waker();
    let woken = 0;
    reactor.add(waker, READABLE, {
      onReady() {
        woken++;
        waker.take();
      },
    });

    const worker = new Worker(WAKE, { eval: true, workerData: { pollux: POLLUX, fd: waker.fd } });
    turnUntil(reactor, () => woken > 0);

    await once(worker, "exit");
    expect(woken).toBe(1);
  });
});

describe("Waker", () => {
  it("takes nothing without a wake-up, and does not block", () => {
    using waker = new Waker();

    expect(() => {
      waker.take();
    }).not.toThrow();
  });
});
