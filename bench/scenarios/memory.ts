import { type Scenario, placementOf } from "pollux/bench";
import { SERVERS, TITLES, contenderOf } from "../contenders/index.ts";
import type { ContenderName } from "../contenders/contender.ts";
import { CoProcess } from "../support/co_process.ts";
import { skipServer } from "../support/server_trial.ts";
import { buildPrograms, program } from "../support/programs.ts";
import { residentBytes } from "../support/usage.ts";

export const scenario: Scenario<ContenderName, number> = {
  name: "memory",
  question: "How much memory of the server does an idle connection hold?",
  sweep: { name: "idle connections", values: [1_000, 5_000], quick: [100] },
  contenders: SERVERS,
  titles: TITLES,
  metrics: [{ name: "memory", unit: "bytes", better: "lower", title: "memory per connection" }],
  method:
    "Anonymous resident memory of a fresh server, before and after N connections that have had one " +
    "message each. What the kernel holds is the same for all, and not counted.",
  times: 1,
  setup: buildPrograms,
  skip: skipServer,
  prepare: (contender, connections) => ({
    run: async () => ({ memory: await memoryPerConnection(contender, connections) }),
  }),
};

async function memoryPerConnection(name: ContenderName, connections: number): Promise<number> {
  const server = new CoProcess(contenderOf(name).server(), placementOf()?.measured);
  const port = await server.line();
  // What the first connections load and compile is not what a connection costs.
  const first = await connect(port, 20);
  const before = residentBytes(server.pid);
  const load = await connect(port, connections);
  const after = residentBytes(server.pid);
  await Promise.all([first.end(), load.end()]);
  await server.end();
  // Counted in pages, and some may have been given back meanwhile: that is no memory at all.
  return Math.max(0, after - before) / connections;
}

async function connect(port: string, connections: number): Promise<CoProcess> {
  const load = new CoProcess(
    [program("load"), port, String(connections), "1", "64"],
    placementOf()?.load,
  );
  await load.line();
  return load;
}
