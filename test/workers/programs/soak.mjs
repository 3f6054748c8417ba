// soak.mjs SHARE HOW CYCLES [CLIENTS [PER_SECOND]]: two workers under a load of short connections, again and again: `reload` replaces both, `kill`
// kills one with SIGKILL, `stop` stops one with SIGSTOP until the supervisor replaces it. Says in JSON what became of the
// clients, and how many connections the killed and stopped workers held: only those may be lost.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers";
import { fileURLToPath } from "node:url";
import { Supervisor } from "pollux";

const [share, how, cycles, clients = "8", ...rate] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The sockets that a process has open. */
function socketsOf(pid) {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`).startsWith("socket:");
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}

let tell = () => {};
const idle = new Map();
const exits = [];
const supervisor = await Supervisor.start(path("echo.mjs"), {
  workers: 2,
  share,
  listen: [{ address: "127.0.0.1", port: 0 }],
  readyMs: 60_000,
  unresponsiveMs: 500,
  pauseMs: 1,
  onWorker: (change) => {
    if (change.state === "exited") exits.push(change);
    tell(change);
  },
});
// Before any client: its control socket and its listeners.
for (const { pid } of supervisor.workers) idle.set(pid, socketsOf(pid));
const idleSockets = Math.max(...idle.values());

const crowd = spawn(
  "python3",
  [
    path("../../support/clients/short.py"),
    "127.0.0.1",
    String(supervisor.addresses[0].port),
    clients,
    ...rate,
  ],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const lines = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
await lines.next();

let held = 0;
for (let cycle = 0; cycle < Number(cycles); cycle++) {
  crowd.stdin.write("go\n");
  await lines.next();
  if (how === "reload") {
    await supervisor.reload();
    continue;
  }
  const slot = cycle % 2;
  const { pid } = supervisor.workers.find((worker) => worker.slot === slot);
  const followed = new Promise((resolve) => {
    tell = (change) => change.slot === slot && change.state === "ready" && resolve();
  });
  process.kill(pid, "SIGSTOP");
  while (!readStat(pid).startsWith("T")) await new Promise(setImmediate);
  held += socketsOf(pid) - idleSockets;
  if (how === "kill") process.kill(pid, "SIGKILL");
  await followed;
}
crowd.stdin.end();
const { value } = await lines.next();
if (crowd.exitCode === null) await once(crowd, "exit");
const totals = await supervisor.stop();
console.log(
  JSON.stringify({
    share,
    how,
    cycles: Number(cycles),
    ...JSON.parse(value),
    held,
    connections: totals.connections,
  }),
);

function readStat(pid) {
  return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1];
}
