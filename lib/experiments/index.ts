import type { Experiment } from "./experiment.ts";

/** All experiments, each with how it is loaded: only the one that runs is. */
export const EXPERIMENTS: ReadonlyMap<string, () => Promise<Experiment>> = new Map([
  ["half-close", async () => (await import("./half_close.ts")).halfClose],
  ["io-models", async () => (await import("./io_models.ts")).ioModels],
  ["sigpipe", async () => (await import("./sigpipe.ts")).sigpipe],
]);
