// An echo server with a process for each connection. The parent accepts, a child serves the connected
// descriptor. In C the child is made with fork(2); a running V8 cannot be forked, so the parent passes the
// descriptor to a new process (SCM_RIGHTS), and keeps some ready. Each child is waited for, so none stays a zombie.
//
//   node process_per_connection.js [port]
import { EchoServer, ProcessPerConnection, WorkerSlot } from "pollux";

if (WorkerSlot.present) serve(WorkerSlot.open());
else await listen(Number(process.argv[2] ?? 9999));

async function listen(port: number): Promise<void> {
  const server = await ProcessPerConnection.start(new URL(import.meta.url), {
    listen: [{ address: "127.0.0.1", port }],
    backlog: 5,
    onChild({ pid, state, code }) {
      if (state === "exited") console.log(`child ${pid} ended with ${code}`);
    },
  });
  console.log(`listening on ${server.addresses.join()}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.stop());
  await server.stopped;
}

function serve(slot: WorkerSlot): void {
  const server = new EchoServer(slot.source()); // it gets one connection
  slot.serve(server);
  server.runSync();
}
