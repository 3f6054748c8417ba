import type { EchoServerOptions } from "./echo_server.ts";
import { createStreamServer, type Service } from "./services.ts";
import { WorkerSlot } from "../workers/worker_slot.ts";

/** What a child is told to serve. */
export interface ServeChildData {
  readonly service: Service;
  readonly options: EchoServerOptions;
}

// A terminal sends these to the whole group of processes. It is the parent that acts on them.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);

const slot = WorkerSlot.open();
const { service, options } = slot.data as ServeChildData;
const server = createStreamServer(service, slot.source(), options);
slot.serve(server);
server.runSync();
