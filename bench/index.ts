export { installHints } from "./support/install_hints.ts";

// To add a scenario: a file of scenarios/ that exports `scenario`, and its name in this list.

export { PRESETS, type Preset } from "./presets.ts";

/** The names of the scenarios, in the order in which they are measured. */
const NAMES = [
  ...["wait_one", "wait_ten", "wait_all", "wait_sockets_one", "wait_sockets", "wait_sockets_all"],
  ...["ring", "async_waits", "system_calls", "datagrams"],
  ...["echo_connections", "echo_edge", "echo_sizes", "few_active", "churn", "http"],
  ...["fixed_rate", "bulk", "batching", "calls_per_message"],
  ...["herd", "two_workers", "flood", "memory"],
];

/** The module of each scenario, by the name of the scenario. */
export const SCENARIOS: ReadonlyMap<string, URL> = new Map(
  NAMES.map((name) => [name, new URL(`./scenarios/${name}.js`, import.meta.url)]),
);

export { REPORT } from "./report/report.ts";
