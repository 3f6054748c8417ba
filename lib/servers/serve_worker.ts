import { isMainThread } from "node:worker_threads";
import { WorkerSlot } from "../workers/worker_slot.ts";
import type { EchoServerOptions } from "./echo_server.ts";
import { createStreamServer, type Service } from "./services.ts";
import { reactorOf } from "./stream_options.ts";

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
slot.serve(...servers);
reactor.runSync();
reactor.close();
