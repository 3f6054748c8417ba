// supervised.mjs PORT: a supervisor of two workers, until it is killed. Says where it listens, and the workers' process ids.
import { fileURLToPath } from "node:url";
import { Supervisor } from "pollux";

const supervisor = await Supervisor.start(fileURLToPath(new URL("echo.mjs", import.meta.url)), {
  workers: 2,
  listen: [{ address: "127.0.0.1", port: Number(process.argv[2]) }],
});
const pids = supervisor.workers.map(({ pid }) => pid);
console.log(JSON.stringify({ port: supervisor.addresses[0].port, pids }));
