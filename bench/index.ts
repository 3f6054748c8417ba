/** The questions, in the order in which they are asked. */
const NAMES = [
  ...["wait_one", "wait_ten", "wait_all", "wait_sockets_one", "wait_sockets", "wait_sockets_all"],
  ...["ring", "async_waits", "system_calls", "datagrams"],
  ...["echo_connections", "echo_sizes", "few_active", "churn", "flood", "memory"],
];

/** Each scenario's module, by its name. */
export const SCENARIOS: ReadonlyMap<string, URL> = new Map(
  NAMES.map((name) => [name, new URL(`./scenarios/${name}.js`, import.meta.url)]),
);
