import { type Metric, type Scenario, type Trial, placementOf } from "pollux/bench";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { CoProcess } from "../support/co_process.ts";
import { program } from "../support/programs.ts";
import { OF_SERVERS } from "../support/of_servers.ts";
import { skipServer } from "../support/server_trial.ts";
import { startServer } from "../support/start_server.ts";
import { callsDuring, whyNoStrace } from "../support/strace.ts";

const MESSAGES = 2_000;
// Node compiles the code of a message step by step.
const WARM_UP = 5_000;

/** The system calls of a message by what they are for. All others are `others`. */
const KINDS: Readonly<Record<string, RegExp>> = {
  waits: /^(epoll_p?wait2?|p?poll|select|pselect6|io_uring_enter)$/,
  receives: /^(recv(from|msg|mmsg)|p?readv?)$/,
  sends: /^(send(to|msg|mmsg)|p?writev?)$/,
};

export const scenario: Scenario<ContenderName, number> = {
  name: "calls_per_message",
  question: "How many system calls does a server make for each message?",
  sweep: { name: "connections", values: [1, 10, 100], quick: [10] },
  ...OF_SERVERS,
  metrics: [
    calls("calls", "system calls per message"),
    calls("waits", "waits per message (epoll_wait, poll, select)"),
    calls("receives", "calls that receive, per message"),
    calls("sends", "calls that send, per message"),
    calls("others", "other calls per message (epoll_ctl, futex, …)"),
  ],
  method:
    "Counted by strace, in a run that measures no time. Each connection sends its next message of 64 bytes when the " +
    "previous one has come back. strace slows the server down, so that more messages are ready at each wait than " +
    "otherwise: the number of waits is a lower limit. The results file has the count of each call by its name.",
  times: MESSAGES,
  skip: (contender, connections) => skipServer(contender, connections) ?? whyNoStrace(),
  prepare: countingTrial,
};

function calls(name: string, title: string): Metric {
  return { name, unit: "calls", better: "lower", title };
}

async function countingTrial(name: ContenderName, connections: number): Promise<Trial> {
  const { program: server, pid, port } = await startServer(contenderOf(name).server());
  const args = [port, connections, connections, 64].map(String);
  const client = new CoProcess([program("load"), ...args], placementOf()?.load);
  await client.line();
  await client.run(WARM_UP, true);
  return {
    async run(times) {
      const counts = await callsDuring(pid, () => client.run(times, true));
      return sampleOf([...counts].map(([call, count]) => [call, count / times] as const));
    },
    async teardown() {
      await client.end();
      await server.end();
    },
  };
}

/** The metrics, and each call by its name. */
function sampleOf(perMessage: readonly (readonly [string, number])[]): Record<string, number> {
  const sum = (has: (call: string) => boolean): number =>
    perMessage.filter(([call]) => has(call)).reduce((total, [, count]) => total + count, 0);
  const kinds = Object.entries(KINDS);
  const isKnown = (call: string): boolean => kinds.some(([, names]) => names.test(call));
  return {
    ...Object.fromEntries(perMessage),
    ...Object.fromEntries(kinds.map(([kind, names]) => [kind, sum((call) => names.test(call))])),
    calls: sum(() => true),
    others: sum((call) => !isKnown(call)),
  };
}
