// node async_process.mjs NAME MODE: what becomes of a process that waits.
import { readFile } from "node:fs/promises";
import { openSync, readdirSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { READABLE, Socket, createMultiplexer, sys } from "../../../dist/lib/index.js";

const { AbortSignal, setImmediate } = globalThis;

const [, , name, mode] = process.argv;
const kept = [];

/** A multiplexer that watches one of two sockets. */
function watching() {
  const multiplexer = createMultiplexer(name);
  const [here, there] = Socket.pair();
  multiplexer.add(here, READABLE);
  kept.push(here, there);
  return { multiplexer, there, here };
}

function ended(reported) {
  console.log(`ended with ${reported}`);
}

const MODES = {
  // A pending wait, and nothing else, keeps the process alive.
  pending() {
    void watching()
      .multiplexer.wait({ timeoutMs: 30 }, () => {})
      .then(ended);
  },
  unrefBefore() {
    void watching()
      .multiplexer.unref()
      .wait(undefined, () => {})
      .then(ended);
  },
  unrefWhilePending() {
    const { multiplexer } = watching();
    void multiplexer.wait(undefined, () => {}).then(ended);
    setImmediate(() => multiplexer.unref());
  },
  unrefThenAgain() {
    const { multiplexer } = watching();
    void multiplexer
      .unref()
      .wait({ timeoutMs: 1 }, () => {})
      .then(() => multiplexer.wait(undefined, () => {}))
      .then(ended);
    setTimeout(() => {}, 30);
  },
  refAgain() {
    const { multiplexer } = watching();
    multiplexer.unref();
    void multiplexer.wait({ timeoutMs: 30 }, () => {}).then(ended);
    multiplexer.ref();
  },
  refWhilePending() {
    const { multiplexer } = watching();
    void multiplexer
      .unref()
      .wait({ timeoutMs: 30 }, () => {})
      .then(ended);
    setImmediate(() => multiplexer.ref());
  },
  // What is open, but does not wait, does not keep the process alive.
  async over() {
    const { multiplexer, there } = watching();
    const wait = multiplexer.wait({ timeoutMs: 1e9 }, () => {});
    there.send(Buffer.from("x"));
    ended(await wait);
  },
  async aborted() {
    const signal = AbortSignal.timeout(5);
    await watching()
      .multiplexer.wait({ signal }, () => {})
      .catch(({ name }) => console.log(name));
  },
  exit() {
    void watching()
      .multiplexer.wait(undefined, () => {})
      .then(ended);
    setTimeout(() => process.exit(7), 5);
  },
  exitInHandler() {
    const { multiplexer, there } = watching();
    void multiplexer.wait(undefined, () => process.exit(7));
    setImmediate(() => there.send(Buffer.from("x")));
  },
  // What throws after a handler, while nobody else runs, ends no later wait.
  async throwInNextTick() {
    const { multiplexer, there, here } = watching();
    process.on("uncaughtException", ({ message }) => console.log(message));
    there.send(Buffer.from("x"));
    await multiplexer.wait(undefined, () => {
      here.recv(new Uint8Array(1));
      process.nextTick(() => {
        throw new Error("oops");
      });
    });
    setImmediate(() => there.send(Buffer.from("x")));
    ended(await multiplexer.wait(undefined, () => here.recv(new Uint8Array(1))));
    ended(await multiplexer.wait({ timeoutMs: 1.5 }, () => {}));
  },
  // A stale registration, of a file that a duplicate keeps open: epoll replaces its instance.
  staleWhileItGoesOn() {
    const { multiplexer, there, here } = watching();
    kept.push(sys.fcntl(here.fd, sys.F_DUPFD_CLOEXEC, 0));
    void multiplexer
      .waitRepeatedly(
        100,
        () => {},
        () => null,
      )
      .then(ended);
    here.close();
    there.send(Buffer.from("x"));
  },
  unrefWithFile() {
    const { multiplexer } = watching();
    multiplexer.unref();
    multiplexer.add(openSync(new URL(import.meta.url)), READABLE);
    const waitAgain = () => void multiplexer.wait(undefined, () => {}).then(waitAgain);
    waitAgain();
  },
  throwInHandler() {
    const { multiplexer, there } = watching();
    process.on("unhandledRejection", ({ message }) => {
      console.log(message);
      process.exit(7);
    });
    void multiplexer.wait(undefined, () => {
      throw new Error("oops");
    });
    there.send(Buffer.from("x"));
  },
  async files() {
    const multiplexers = Array.from({ length: 10 }, () => watching().multiplexer);
    const waits = multiplexers.map((multiplexer) => multiplexer.wait(undefined, () => {}));
    await turn();
    const files = [1, 2, 3, 4].map(() => readFile(new URL(import.meta.url)));
    console.log(`read ${(await Promise.all(files)).length} files`);
    for (const multiplexer of multiplexers) multiplexer.close();
    ended(String(await Promise.all(waits)));
  },
  // With --expose-gc: whoever waits is kept, whoever does not is let go.
  async collected() {
    const threads = () => readdirSync("/proc/self/task").length;
    process.removeAllListeners("warning");
    const reports = [];
    const there = waitAndForget(reports);
    await turn();
    const before = threads();
    const gone = new Set();
    const registry = new FinalizationRegistry((number) => gone.add(number));
    for (let number = 0; number < 20; number++) await forget(registry, number);
    while (gone.size < 20 || threads() > before) {
      globalThis.gc();
      await turn();
    }
    there.send(Buffer.from("x"));
    while (reports.length === 0) await turn();
    console.log(`let go of ${gone.size}, kept ${reports.length}`);
  },
};

/** Waits in a multiplexer that nobody else knows. */
function waitAndForget(reports) {
  const { multiplexer, there } = watching();
  void multiplexer.wait(undefined, (fd) => reports.push(fd));
  return there;
}

/** Waits in a multiplexer, ends in one of the possible ways, and forgets it. */
async function forget(registry, number) {
  const { multiplexer, there } = watching();
  registry.register(multiplexer, number);
  if (number % 4 === 0) there.send(Buffer.from("x"));
  if (number % 4 === 1) multiplexer.waitSync(0.01, () => {});
  const signal = number % 4 === 2 ? AbortSignal.timeout(1) : undefined;
  await multiplexer.wait({ timeoutMs: 2, signal }, () => {}).catch(() => {});
  if (number % 4 === 3) multiplexer.close();
}

await MODES[mode]();
