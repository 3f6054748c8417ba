// With --expose-gc: forgets multiplexers that have blocked; prints how many were collected, and left open.
import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const COUNT = 10;
const open = () => readdirSync("/proc/self/fd").length;
const warned = new Set();
process.removeAllListeners("warning");
process.on("warning", ({ code }) => warned.add(code));

const registry = new FinalizationRegistry(() => collected++);
const sockets = Socket.pair(); // they outlive the multiplexers that watch them
let collected = 0;
const before = open();
for (let count = 0; count < COUNT; count++) await forget(count % 2);
const deadlineMs = performance.now() + 20_000;
while ((collected < COUNT || open() > before) && performance.now() < deadlineMs) {
  globalThis.gc();
  await setImmediate();
}
async function forget(timeoutMs) {
  const multiplexer = createMultiplexer(process.argv[2]);
  for (const socket of sockets) multiplexer.add(socket, READABLE);
  multiplexer.waitSync(timeoutMs, () => {});
  registry.register(multiplexer);
  await setImmediate();
}
console.log(collected, open() - before, ...warned);
for (const socket of sockets) socket.close();
