import type { Scenario } from "pollux/bench";
import { CALLS, prepareCall } from "../support/calls.ts";
import { CoProcess } from "../support/co_process.ts";
import { buildPrograms, program, whyNoPrograms } from "../support/programs.ts";

export const scenario: Scenario<"c" | "sys", string> = {
  name: "system_calls",
  question: "What does a system call cost from JavaScript, and what from C?",
  sweep: { name: "call", values: Object.keys(CALLS), quick: ["recv-would-block", "fcntl-F_GETFD"] },
  contenders: ["c", "sys"],
  titles: { c: "C", sys: "pollux sys" },
  metrics: [{ name: "cpu", unit: "ns", better: "lower", title: "processor time per call" }],
  baseline: { sys: "c" },
  goals: [
    { contender: "sys", versus: "c", value: "recv-would-block", metric: "cpu", atLeast: 0.67 },
    { contender: "sys", versus: "c", value: "epoll_wait-10-ready", metric: "cpu", atLeast: 0.77 },
  ],
  method: "The same call in a loop, through `sys` of this package and from C. Pairs count as one.",
  setup: buildPrograms,
  skip: (contender) => (contender === "c" ? whyNoPrograms() : undefined),
  async prepare(contender, name) {
    if (contender === "sys") return prepareCall(name);
    const calls = new CoProcess([program("calls"), name]);
    await calls.line();
    return {
      async run(times) {
        const { elapsed, cpu } = await calls.run(times, false);
        return { cpu: cpu / times, elapsed, busy: cpu / elapsed };
      },
      teardown: () => calls.end(),
    };
  },
};
