import type { Experiment } from "./experiment.ts";

/** All experiments, each with how it is loaded: only the one that runs is. */
export const EXPERIMENTS: ReadonlyMap<string, () => Promise<Experiment>> = new Map([
  ["backlog", async () => (await import("./backlog.ts")).backlog],
  ["closing-states", async () => (await import("./closing_states.ts")).closingStates],
  ["connect-errors", async () => (await import("./connect_errors.ts")).connectErrors],
  ["half-close", async () => (await import("./half_close.ts")).halfClose],
  ["herd", async () => (await import("./herd.ts")).herd],
  ["io-models", async () => (await import("./io_models.ts")).ioModels],
  ["linger", async () => (await import("./linger.ts")).linger],
  ["lt-and-et", async () => (await import("./lt_and_et.ts")).ltAndEt],
  ["nagle", async () => (await import("./nagle.ts")).nagle],
  ["ready", async () => (await import("./ready.ts")).ready],
  ["sigpipe", async () => (await import("./sigpipe.ts")).sigpipe],
  ["udp-dead-server", async () => (await import("./udp_dead_server.ts")).udpDeadServer],
  ["udp-flow-control", async () => (await import("./udp_flow_control.ts")).udpFlowControl],
]);
