// holds.mjs: a successor that says that it is ready, and never that it has taken over. Says in JSON what it hears.
import { readSync, writeSync } from "node:fs";
import { sys } from "pollux";

const fd = Number(process.env.POLLUX_HANDOVER_FD);
const say = (message) => console.log(JSON.stringify({ event: "hears", message }));
const buffer = Buffer.alloc(100_000);
sys.fcntl(fd, sys.F_SETFL, sys.fcntl(fd, sys.F_GETFL, 0) & ~sys.O_NONBLOCK);
for (;;) {
  const size = readSync(fd, buffer);
  if (size === 0) break;
  const { type } = JSON.parse(buffer.toString("utf8", 0, size));
  if (type === "passed") writeSync(fd, JSON.stringify({ type: "ready" }));
  say(type);
}
say("end");
