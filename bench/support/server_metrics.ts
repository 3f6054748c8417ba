import type { Goal, Metric, Pair } from "pollux/bench";
import { CONTENDERS, type ContenderName } from "../contenders/index.ts";

/** What a server under load is measured by. */
export const SERVER_METRICS = {
  cpu: perMessage("cpu", "processor time per message"),
  user: perMessage("user", "user time per message"),
  system: perMessage("system", "system time per message"),
  rate: { name: "rate", unit: "messages/s", better: "higher", title: "messages per second" },
  sleeps: {
    name: "sleeps",
    unit: "per message",
    better: "lower",
    title: "sleeps of the server per message",
  },
  p50: latency("p50", 50, "latency of the middle round trip"),
  p90: latency("p90", 90, "latency of 9 in 10 round trips"),
  p99: latency("p99", 99, "latency of 99 in 100 round trips"),
  p999: latency("p999", 99.9, "latency of 999 in 1,000 round trips"),
} as const satisfies Record<string, Metric>;

function perMessage(name: string, title: string): Metric {
  return { name, unit: "ns", better: "lower", title };
}

function latency(name: string, percentile: number, title: string): Metric {
  return { name, unit: "µs", better: "lower", title, percentile };
}

/** The baseline of scenarios with a server: the C epoll server, for every other contender. */
export const BESIDE_C_EPOLL: Readonly<Partial<Record<ContenderName, ContenderName>>> =
  Object.fromEntries(
    CONTENDERS.filter(({ name }) => name !== "c-epoll").map(({ name }) => [name, "c-epoll"]),
  );

/** Edge-triggered beside level-triggered, in pollux and in C. */
export const EDGE_PAIRS: readonly Pair<ContenderName>[] = [
  { contender: "epoll-et", versus: "epoll", trait: "which is edge-triggered" },
  {
    contender: "c-epoll-et",
    versus: "c-epoll",
    trait: "which is edge-triggered and reads each connection until EAGAIN",
  },
];

/** Contenders of other projects, which pollux is to be ahead of. */
const OTHERS: readonly ContenderName[] = [
  ...(["node-net", "bun", "deno", "koffi", "python-selectors", "python-asyncio"] as const),
];

/** What an echo is to cost, blocking and inside the event loop: C's processor time at 97 %, and less than others. */
export function echoGoals(value: number): Goal<number>[] {
  return (["epoll", "epoll-loop"] as const).flatMap((contender) => {
    const about = { contender, value, metric: "cpu" };
    return [
      { ...about, versus: "c-epoll", atMost: 1 / 0.97 },
      ...OTHERS.map((versus) => ({ ...about, versus, atMost: 1 })),
    ];
  });
}
