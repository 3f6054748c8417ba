import type { ReportOptions, View } from "pollux/bench";
import { adviceOf } from "./advice.ts";

/** How each scenario is shown. Scenarios that are not listed have the default view. */
const VIEWS: Readonly<Record<string, View>> = {
  wait_one: { short: "One of N pipes is ready", about: "growth", each: "idle pipe" },
  wait_ten: { short: "Ten of N pipes are ready", about: "pairs" },
  wait_all: { short: "All of N pipes are ready", about: "pairs" },
  wait_sockets_one: { short: "One of N sockets is ready", about: "growth", each: "idle socket" },
  wait_sockets: { short: "Ten of N sockets are ready", about: "pairs" },
  wait_sockets_all: { short: "All of N sockets are ready", about: "pairs" },
  ring: { short: "A ring of pipes, as in libevent’s benchmark", about: "pairs" },
  async_waits: { short: "Waits that leave the event loop free", about: "pairs" },
  system_calls: { short: "One system call, from JavaScript and from C", about: "baseline" },
  datagrams: { short: "Datagrams, one by one and in batches", about: "pairs" },
  echo_connections: { short: "An echo server, by connections", about: "baseline", at: 100 },
  echo_edge: { short: "Edge-triggered or level-triggered", about: "pairs" },
  echo_sizes: { short: "An echo server, by message size", about: "baseline", at: 16_384 },
  few_active: { short: "Many connections, ten active", about: "growth", each: "idle connection" },
  fixed_rate: { short: "Latency at a fixed rate", about: "standing", at: 60 },
  bulk: { short: "Bytes per second", about: "baseline", at: 100 },
  batching: { short: "Many events per wait, or one", about: "ends" },
  calls_per_message: { short: "System calls per message", about: "standing", at: 100 },
  // With more at a time, C sleeps now and then and pollux does not, so their samples are seldom comparable.
  churn: { short: "Short connections", about: "baseline", at: 1 },
  http: { short: "HTTP", about: "standing" },
  herd: { short: "Several workers that accept", about: "standing" },
  two_workers: { short: "Two workers", about: "pairs" },
  flood: { short: "Quiet connections beside flooding ones", about: "standing", at: 4 },
  memory: { short: "Memory per connection", about: "standing", at: 5_000 },
};

/** The report of the suite: its first screen, and how each scenario is shown. */
export const REPORT: ReportOptions = {
  title: "select, poll and epoll, measured",
  lead: "What each of them costs, from JavaScript (pollux) and from C, beside other languages and runtimes. Every sentence is computed from the samples.",
  cover: [
    {
      ...VIEWS["wait_one"],
      scenario: "wait_one",
      title: "Many descriptors, one ready",
      contenders: ["select", "poll", "epoll"],
    },
    {
      ...VIEWS["wait_all"],
      scenario: "wait_all",
      title: "All descriptors ready",
      contenders: ["select", "poll", "epoll"],
    },
    {
      ...VIEWS["echo_connections"],
      scenario: "echo_connections",
      title: "JavaScript over C",
      contenders: [
        ...["c-epoll", "epoll", "epoll-loop", "pollux-net", "node-net", "bun", "deno", "koffi"],
        ...["rust-mio", "go-net", "python-asyncio"],
      ],
    },
  ],
  views: VIEWS,
  advice: adviceOf,
  source:
    "Made by pollux bench. To see which findings hold on your machine, run “pollux bench verify results.json” on the results.",
};
