import type { Scenario } from "pollux/bench";
import { CALLS, prepareCall } from "../support/calls.ts";
import { CoProcess } from "../support/co_process.ts";
import { buildPrograms, program, threaded, whyNoPrograms } from "../support/programs.ts";

export const scenario: Scenario<"c" | "c-mt" | "sys", string> = {
  name: "system_calls",
  question: "What does a system call cost from JavaScript, and what from C?",
  sweep: { name: "call", values: Object.keys(CALLS), quick: ["recv-would-block", "fcntl-F_GETFD"] },
  contenders: ["c", "c-mt", "sys"],
  titles: { c: "C", "c-mt": "C (2 threads)", sys: "pollux sys" },
  metrics: [{ name: "cpu", unit: "ns", better: "lower", title: "processor time per call" }],
  baseline: { sys: "c-mt" },
  goals: [
    { contender: "sys", versus: "c-mt", value: "recv-would-block", metric: "cpu", atLeast: 0.67 },
    {
      contender: "sys",
      versus: "c-mt",
      value: "epoll_wait-10-ready",
      metric: "cpu",
      atLeast: 0.77,
    },
  ],
  method:
    "The same call in a loop, through `sys` of this package and from C. Pairs count as one. " +
    "C with 2 threads has an idle one: see the waits.",
  setup: buildPrograms,
  skip: (contender) => (contender !== "sys" ? whyNoPrograms() : undefined),
  async prepare(contender, name) {
    if (contender === "sys") return prepareCall(name);
    const command = [program("calls"), name];
    const calls = new CoProcess(contender === "c" ? command : threaded(command));
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
