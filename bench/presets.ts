/** The settings of a whole run. `pollux bench --preset NAME` uses them, and nothing else. */
export interface Preset {
  /** The names of the scenarios, in the order in which they are measured. */
  readonly scenarios: readonly string[];
  /** Samples per cell. */
  readonly rounds: number;
  /** The length of a sample, in milliseconds. */
  readonly sampleMs: number;
  /** The names of the contenders. `all`: those of each scenario; one whose tool is absent is skipped. */
  readonly contenders: readonly string[] | "all";
}

/** The runs that can be asked for by name. */
export const PRESETS: Readonly<Record<"published", Preset>> = {
  /** The run behind docs/benchmarks.md. */
  published: {
    // All but herd, whose question `pollux experiment herd` answers as well.
    scenarios: [
      ...["wait_one", "wait_ten", "wait_all", "wait_sockets_one", "wait_sockets"],
      ...["wait_sockets_all", "ring", "async_waits", "system_calls", "datagrams"],
      ...["echo_connections", "echo_edge", "echo_sizes", "few_active", "churn", "http"],
      ...["fixed_rate", "bulk", "batching", "calls_per_message"],
      ...["two_workers", "flood", "memory"],
    ],
    rounds: 7,
    sampleMs: 60,
    contenders: "all",
  },
};
