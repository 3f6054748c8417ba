// Watches more descriptors than RLIMIT_NOFILE allows in the end; prints what its waits say.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { EventFd, PollMultiplexer, READABLE } from "../../../dist/lib/index.js";

const [ALL, ACTIVE, LIMIT] = [100, 20, 64];
const multiplexer = new PollMultiplexer();
const counters = Array.from({ length: ALL }, () => new EventFd({ initial: 1 }));
counters.forEach((counter, index) => multiplexer.add(counter, index % 5 === 0 ? READABLE : 0));
// What it needs for waiting it opens now.
multiplexer.waitSync(1000, () => {});
await multiplexer.wait(1000, () => {});
spawnSync("prlimit", [`--pid=${process.pid}`, `--nofile=${LIMIT}:${LIMIT}`]);
const ignore = () => {};
const said = ({ code, message }) => [code, message];

const answers = { active: ACTIVE, few: [], many: [], rest: [] };
answers.few.push(multiplexer.waitSync(0, ignore), await multiplexer.wait(0, ignore));
for (const counter of counters) multiplexer.modify(counter, READABLE);
try {
  multiplexer.waitSync(1000, ignore);
} catch (error) {
  answers.many.push(...said(error));
}
answers.many.push(...said(await multiplexer.wait(1000, ignore).catch((error) => error)));
for (const counter of counters.slice(LIMIT)) multiplexer.modify(counter, 0);
for (const counter of counters.slice(0, 10)) multiplexer.remove(counter);
answers.rest.push(multiplexer.waitSync(0, ignore), await multiplexer.wait(0, ignore));
console.log(JSON.stringify(answers));
