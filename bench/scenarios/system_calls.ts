import type { Goal, Scenario, Trial } from "pollux/bench";
import { CALLS, SUBARRAY_CALLS, prepareCall } from "../support/calls.ts";
import { CoProcess } from "../support/co_process.ts";
import { buildPrograms, program, threaded, whyNoPrograms } from "../support/programs.ts";

type Name = "c" | "c-mt" | "sys" | "subarray";

const goals: readonly Goal<string>[] = [
  goalOf("c-mt", "recv-would-block", 1.5),
  goalOf("c-mt", "epoll_wait-10-ready", 1.3),
  // The buffer, an offset and a length cross into native code cheaper than a view of the buffer.
  ...Object.keys(SUBARRAY_CALLS).map((call) => goalOf("subarray", call, 1)),
];

export const scenario: Scenario<Name, string> = {
  name: "system_calls",
  question: "What does a system call cost from JavaScript, and what from C?",
  sweep: { name: "call", values: Object.keys(CALLS), quick: ["recv-would-block", "fcntl-F_GETFD"] },
  contenders: ["c", "c-mt", "sys", "subarray"],
  titles: {
    c: "C",
    "c-mt": "C (2 threads)",
    sys: "pollux sys",
    subarray: "pollux subarray()",
  },
  metrics: [{ name: "cpu", unit: "ns", better: "lower", title: "processor time per call" }],
  baseline: { sys: "c-mt", subarray: "c-mt" },
  goals,
  method:
    "The same call in a loop, through `sys` of pollux and from C. A pair of calls counts as one. " +
    "C with 2 threads has an idle thread: see the waits. With subarray(), each call gets a new view of " +
    "the buffer instead of an offset and a length.",
  setup: buildPrograms,
  skip(contender, name) {
    if (contender === "subarray" && !(name in SUBARRAY_CALLS)) return "the call takes no offset";
    return contender.startsWith("c") ? whyNoPrograms() : undefined;
  },
  async prepare(contender, name) {
    if (contender === "sys") return prepareCall(CALLS, name);
    if (contender === "subarray") return prepareCall(SUBARRAY_CALLS, name);
    const command = [program("calls"), name];
    return await inC(contender === "c" ? command : threaded(command));
  },
};

function goalOf(versus: Name, value: string, atMost: number): Goal<string> {
  return { contender: "sys", versus, value, metric: "cpu", atMost };
}

async function inC(command: readonly string[]): Promise<Trial> {
  const calls = new CoProcess(command);
  await calls.line();
  return {
    async run(times) {
      const { elapsed, cpu } = await calls.run(times, false);
      return { cpu: cpu / times, elapsed, busy: cpu / elapsed };
    },
    teardown: () => calls.end(),
  };
}
