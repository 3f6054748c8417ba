import type { Scenario, Trial } from "pollux/bench";
import { CoProcess } from "../support/co_process.ts";
import { BATCH, batched, type DatagramWay, nodeDgram, single } from "../support/datagrams.ts";
import { buildPrograms, program, threaded, whyNoPrograms } from "../support/programs.ts";

type Name = "c-single" | "c-batch" | "single" | "batch" | "node-dgram";

export const scenario: Scenario<Name, number> = {
  name: "datagrams",
  question: "What does a datagram cost over loopback, one at a time and in batches?",
  sweep: { name: "datagrams", values: [10_000, 1_000_000], quick: [10_000] },
  contenders: ["c-single", "single", "c-batch", "batch", "node-dgram"],
  titles: {
    "c-single": "C one by one",
    "c-batch": "C in batches",
    single: "pollux one by one",
    batch: "pollux in batches",
    "node-dgram": "node:dgram",
  },
  metrics: [
    { name: "time", unit: "ns", better: "lower", title: "time per datagram" },
    { name: "cpu", unit: "ns", better: "lower", title: "processor time per datagram" },
  ],
  baseline: { single: "c-single", batch: "c-batch", "node-dgram": "c-single" },
  pairs: [
    { contender: "batch", versus: "single" },
    { contender: "c-batch", versus: "c-single" },
    { contender: "single", versus: "node-dgram" },
  ],
  times: 1,
  method:
    "One process sends 64 datagrams of 64 bytes, then receives them with their senders' addresses, and so " +
    "on. C has a second, idle thread, because Node.js has several threads.",
  setup: buildPrograms,
  skip: (contender) => (contender.startsWith("c-") ? whyNoPrograms() : undefined),
  async prepare(contender, datagrams) {
    switch (contender) {
      case "c-single":
      case "c-batch":
        return await inC(contender.slice(2), datagrams);
      case "single":
        return trialOf(single(), datagrams);
      case "batch":
        return trialOf(batched(), datagrams);
      case "node-dgram":
        return trialOf(await nodeDgram(), datagrams);
    }
  },
};

async function inC(way: string, datagrams: number): Promise<Trial> {
  const co = new CoProcess(threaded([program("datagrams"), way]));
  await co.line();
  return {
    async run(times) {
      const all = times * datagrams;
      const { elapsed, cpu } = await co.run(all, false);
      return { time: elapsed / all, cpu: cpu / all, elapsed, busy: cpu / elapsed };
    },
    teardown: () => co.end(),
  };
}

function trialOf(way: DatagramWay, datagrams: number): Trial {
  return {
    async run(times) {
      const all = times * datagrams;
      const [start, cpuStart] = [process.hrtime.bigint(), process.cpuUsage()];
      for (let left = all; left > 0; left -= BATCH) {
        const count = Math.min(left, BATCH);
        const turn = way.turn(count);
        const received = typeof turn === "number" ? turn : await turn;
        if (received !== count) throw new Error(`${received} of ${count} datagrams arrived`);
      }
      const elapsed = Number(process.hrtime.bigint() - start);
      const { user, system } = process.cpuUsage(cpuStart);
      const cpu = (user + system) * 1000;
      return { time: elapsed / all, cpu: cpu / all, elapsed, busy: cpu / elapsed };
    },
    teardown: () => way.close(),
  };
}
