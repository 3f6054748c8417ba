import { type Scenario, placementOf } from "pollux/bench";
import { type ContenderName, contenderOf } from "../contenders/index.ts";
import { CoProcess } from "../support/co_process.ts";
import { program } from "../support/programs.ts";
import { residentBytes } from "../support/process_usage.ts";
import { OF_SERVERS } from "../support/of_servers.ts";
import { startServer } from "../support/start_server.ts";

export const scenario: Scenario<ContenderName, number> = {
  name: "memory",
  question: "How much memory of the server does an idle connection hold?",
  sweep: { name: "idle connections", values: [1_000, 5_000], quick: [100] },
  ...OF_SERVERS,
  metrics: [{ name: "memory", unit: "bytes", better: "lower", title: "memory per connection" }],
  method:
    "Anonymous resident memory of a new server, before and after N connections that have exchanged one " +
    "message each. Memory of the kernel is the same for all contenders, and not counted.",
  times: 1,
  prepare: (contender, connections) => ({
    run: async () => ({ memory: await memoryPerConnection(contender, connections) }),
  }),
};

async function memoryPerConnection(name: ContenderName, connections: number): Promise<number> {
  const { program: server, pid, port } = await startServer(contenderOf(name).server());
  // The first connections make the server load and compile code, which later ones share.
  const first = await connect(port, 20);
  const before = residentBytes(pid);
  const load = await connect(port, connections);
  const after = residentBytes(pid);
  await Promise.all([first.end(), load.end()]);
  await server.end();
  // Memory is counted in pages, of which the server may have returned some: that is 0, not less.
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
