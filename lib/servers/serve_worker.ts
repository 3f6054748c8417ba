import { isMainThread } from "node:worker_threads";
import { type Served, WorkerSlot } from "../workers/worker_slot.ts";
import type { EchoServerOptions } from "./echo_server.ts";
import { createStreamServer, type Service } from "./services.ts";
import { reactorOf } from "./stream_options.ts";
import type { StreamServer } from "./stream_server.ts";

/** What `pollux serve --workers` gives to its workers. */
export interface ServeWorkerData {
  readonly service: Service;
  readonly options: EchoServerOptions;
}

// A terminal and systemd send these to the whole group of processes. It is the supervisor that acts on them.
if (isMainThread) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
}

const slot = WorkerSlot.open();
const { service, options } = slot.data as ServeWorkerData;
const { multiplexer, edge, capacity, ...others } = options;
const reactor = reactorOf(options);
const servers = slot.addresses.map((_, index) =>
  createStreamServer(service, slot.source(index), { ...others, reactor }),
);
let running = servers.length;

/** The servers share a reactor, which stops after the last one. */
function served(server: StreamServer): Served {
  const last = (onStopped?: () => unknown) => (): void => {
    onStopped?.();
    if (--running === 0) reactor.stop();
  };
  return {
    reactor,
    get totals() {
      return server.totals;
    },
    stop: (drainMs, onStopped) => {
      server.stop(drainMs, last(onStopped));
    },
    retire: (limitMs, onStopped) => {
      server.retire(limitMs, last(onStopped));
    },
  };
}

slot.serve(...servers.map(served));
reactor.runSync();
reactor.close();
