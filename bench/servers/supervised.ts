// supervised.js SHARE WORKERS: an echo server of so many processes. Prints its port and the processes' ids.
import { type Share, Supervisor } from "pollux";
import { fromSuite } from "../support/paths.ts";

const [share, workers] = process.argv.slice(2) as [Share, string];

const supervisor = await Supervisor.start(fromSuite("servers/supervised_worker.js"), {
  share,
  workers: Number(workers),
  listen: [{ address: "127.0.0.1", port: 0 }],
});
const pids = [process.pid, ...supervisor.workers.map(({ pid }) => pid)];
process.stdout.write(`${String(supervisor.addresses[0]?.port)} ${pids.join(" ")}\n`);
process.stdin.resume().on("end", () => void supervisor.stop(0));
