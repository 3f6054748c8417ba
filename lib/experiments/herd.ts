import { setTimeout } from "../runtime/timing.ts";
import { type Share, SHARES } from "../workers/share.ts";
import { Supervisor } from "../workers/supervisor.ts";
import type { Experiment, Row } from "./experiment.ts";
import { Clients } from "./herd_clients.ts";
import { conclude, type Measured } from "./herd_conclusion.ts";
import { type Counters, type CountersBySlot, since, sumOf } from "./herd_counters.ts";
import { spreadOf } from "./herd_spread.ts";
import { until } from "./until.ts";

const WORKERS = 6; // as in the notes
const CONNECTIONS = 2000;
const WARM_UP = 600; // connections, while Node compiles the code
const CONCURRENCY = 1; // all workers are idle when a connection comes
const PING_MS = 100; // a worker tells its counters so often
const LIMIT_MS = 10_000;

const WORKER = new URL("./herd_worker.js", import.meta.url);

const FIGURES = [
  "per connection: wake-ups and preempted are the voluntary and involuntary context switches of the workers",
  "returns are those of epoll_wait (one that woke for nothing may go on waiting inside), in vain: with no connection to accept",
  "cpu is the processor time of the workers, for accept also of the supervisor; p50 and p99 are from connect to echo",
  "a worker with few connections still runs code that Node has not compiled yet: `pollux bench herd` measures processor time",
  "min, max, standard deviation and Gini coefficient are of the connections of each worker",
];

const WHAT: Readonly<Record<Share, string>> = {
  reuseport:
    "each worker has a listening socket of its own (SO_REUSEPORT), and the kernel picks one by a hash of the addresses",
  steered:
    "as reuseport, but a BPF program picks the socket by the processor that received the connection",
  shared: "all workers watch one listening socket: the herd",
  exclusive: "as shared, with EPOLLEXCLUSIVE: one or a few workers wake",
  mutex: "as shared, but only the worker that holds a lock, of flock(2), watches",
  accept: "the supervisor accepts, and passes each connection to the worker that has the fewest",
};

/** What a short connection costs six workers, by how they share the listener (A15 and A16 of the notes). */
export const herd: Experiment = {
  name: "herd",
  summary: "whom a new connection wakes: six workers that share a listener in six ways",
  bars: ["wake-ups", "Gini"],
  async run(out) {
    using clients = new Clients();
    const count = CONNECTIONS.toLocaleString("en");
    out.remark(
      `${WORKERS} worker processes serve ${count} connections, one after the other: connect, echo of 64 bytes, close`,
    );
    const all: Measured[] = [];
    for (const line of FIGURES) out.remark(line);
    for (const share of SHARES) {
      out.remark(`${share}: ${WHAT[share]}`);
      const measured = await measure(share, clients);
      out.figure(rowOf(measured));
      all.push(measured);
    }
    return conclude(all);
  },
};

async function measure(share: Share, clients: Clients): Promise<Measured> {
  await using supervisor = await Supervisor.start(WORKER, {
    workers: WORKERS,
    share,
    listen: [{ address: "127.0.0.1", port: 0 }],
    unresponsiveMs: 10 * PING_MS,
  });
  const port = supervisor.addresses[0]?.port ?? 0;
  await clients.run({ port, connections: WARM_UP, concurrency: CONCURRENCY });
  const before = await countersAfter(supervisor, WARM_UP);
  const cpuBefore = process.cpuUsage();
  const served = await clients.run({ port, connections: CONNECTIONS, concurrency: CONCURRENCY });
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await countersAfter(supervisor, WARM_UP + CONNECTIONS);
  const workers = after.map((one, slot) => since(before[slot]!, one));
  const sum = sumOf(workers);
  return {
    share,
    workers,
    sum,
    served,
    cpuUs: sum.cpuUs + (share === "accept" ? user + system : 0),
  };
}

/** The counters of each slot, once so many connections have ended. */
async function countersAfter(supervisor: Supervisor, connections: number): Promise<Counters[]> {
  const read = (): Counters[] =>
    Object.values<Counters>(supervisor.totals as unknown as CountersBySlot);
  await until(() => read().length === WORKERS && sumOf(read()).ended >= connections, LIMIT_MS);
  await new Promise((resolve) => setTimeout(resolve, 2 * PING_MS)); // those that woke in vain tell it as well
  return read();
}

function rowOf({ share, workers, sum, served, cpuUs }: Measured): Row {
  const per = (total: number): number => total / sum.connections;
  const { min, max, deviation, gini } = spreadOf(workers.map(({ connections }) => connections));
  return {
    share,
    connections: sum.connections,
    "wake-ups": per(sum.voluntary),
    preempted: per(sum.involuntary),
    returns: per(sum.returns),
    "in vain": per(sum.inVain),
    EAGAIN: per(sum.empty),
    "cpu us": per(cpuUs),
    "p50 us": served.p50Us,
    "p99 us": served.p99Us,
    min,
    max,
    deviation,
    Gini: gini,
  };
}
