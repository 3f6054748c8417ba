// restarts.mjs SHARE CYCLES [CLIENTS [PER_SECOND]]: `pollux serve --workers 2` under a load of short connections, replaced by `pollux restart`
// again and again. Says in JSON what became of the clients, and how many descriptors the first and the last program had.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const [share, cycles, clients = "8", ...rate] = process.argv.slice(2);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const pollux = path("../../../dist/lib/cli/main.js");
const descriptorsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;

const serve = ["serve", "--json", "--port", "0", "--workers", "2", "--share", share];
// All programs that follow write to the same output.
const server = spawn(process.execPath, [pollux, ...serve], {
  stdio: ["ignore", "pipe", "inherit"],
});
const events = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
async function until(wanted) {
  for (;;) {
    const { value: line, done } = await events.next();
    if (done) throw new Error(`ended before ${wanted}`);
    const event = JSON.parse(line);
    if (event.event === wanted) return event;
  }
}
const { port } = await until("listening");

const short = path("../../support/clients/short.py");
const crowd = spawn("python3", [short, "127.0.0.1", String(port), clients, ...rate], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
await answers.next();

let { pid } = server;
const before = descriptorsOf(pid);
for (let cycle = 0; cycle < Number(cycles); cycle++) {
  crowd.stdin.write("go\n");
  await answers.next();
  const restart = [pollux, "restart", String(pid), "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, restart);
  ({ pid } = JSON.parse(stdout));
  // The last one goes when its clients have gone: never more than two programs at a time.
  await until("stopped");
}
crowd.stdin.end();
const { value } = await answers.next();
if (crowd.exitCode === null) await once(crowd, "exit");
const after = descriptorsOf(pid);
process.kill(pid, "SIGTERM");
await until("stopped");
console.log(
  JSON.stringify({
    share,
    cycles: Number(cycles),
    ...JSON.parse(value),
    descriptors: [before, after],
  }),
);
