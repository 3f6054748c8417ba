// An echo server with several workers. SIGHUP replaces them one by one, without losing a client; SIGTERM stops.
//
//   node workers.js [port] [workers] [share]
import { fileURLToPath } from "node:url";
import { EchoServer, type EchoTotals, type Share, Supervisor, WorkerSlot } from "pollux";

if (WorkerSlot.present) work();
else
  await supervise(Number(process.argv[2] ?? 9999), Number(process.argv[3] ?? 2), process.argv[4]);

function work(): void {
  const slot = WorkerSlot.open();
  const server = new EchoServer(slot.source());
  slot.serve(server);
  const { connections } = server.runSync();
  console.log(`${connections} connections`);
}

async function supervise(port: number, workers: number, share = "reuseport"): Promise<void> {
  const supervisor = await Supervisor.start<EchoTotals>(fileURLToPath(import.meta.url), {
    workers,
    share: share as Share,
    listen: [{ address: "127.0.0.1", port }],
    onWorker: ({ slot, pid, state }) => console.log(`slot ${slot}: process ${pid} is ${state}`),
  });
  console.log(`${workers} workers listening on ${supervisor.addresses.join()}`);
  process.on("SIGHUP", () => {
    supervisor.reload().then(
      () => console.log("replaced"),
      (error: unknown) => console.error("the old workers go on:", error),
    );
  });
  process.on("SIGTERM", () => void supervisor.stop());
  const { connections } = await supervisor.stopped;
  console.log(`all workers: ${connections} connections`);
}
