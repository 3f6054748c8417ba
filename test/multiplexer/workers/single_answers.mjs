// unshare --uts --mount node single_answers.mjs: what waits report of files that answer once, as JSON.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { ERROR, PRIORITY, READABLE, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const { AbortController, setImmediate } = globalThis;
const HOSTNAME = "/proc/sys/kernel/hostname";
let changes = 0;

/** Files, and what changes them. */
const FILES = {
  [HOSTNAME]: () => writeFileSync(HOSTNAME, `host${++changes}`),
  "/proc/self/mounts": () => mount(),
  "/proc/self/mountinfo": () => mount(),
};

function mount() {
  execFileSync("mount", ["-t", "tmpfs", `pollux${++changes}`, "/mnt"]);
}

function names(events) {
  return [
    ...(events & PRIORITY ? ["PRIORITY"] : []),
    ...(events & READABLE ? ["READABLE"] : []),
    // select has no bit for it.
    ...(events & ~(PRIORITY | READABLE | ERROR) ? ["more"] : []),
  ].join();
}

function list(found) {
  return found.sort().join(" ");
}

/** Each has a multiplexer that watches the file, and returns what its waits have reported. */
const CASES = {
  async blocking({ mux, change, wait }) {
    change();
    const found = wait(mux.waitSync.bind(mux));
    return [found, wait(mux.waitSync.bind(mux))];
  },
  async pending({ mux, change, wait }) {
    const pending = wait(mux.wait.bind(mux), 10_000);
    setImmediate(change);
    return [await pending, await wait(mux.wait.bind(mux))];
  },
  async before({ mux, change, wait }) {
    await wait(mux.wait.bind(mux), 1);
    change();
    return [await wait(mux.wait.bind(mux), 10_000), await wait(mux.wait.bind(mux))];
  },
  async aborted({ mux, change, wait }) {
    const end = new AbortController();
    const pending = mux.wait({ signal: end.signal }, () => {}).catch(() => "aborted");
    change();
    end.abort();
    return [await pending, await wait(mux.wait.bind(mux), 10_000)];
  },
  // The thread has the answer already, or is about to get it.
  async blockingAfterwards({ mux, change, wait }) {
    const pending = wait(mux.wait.bind(mux), 10_000);
    await new Promise(setImmediate);
    change();
    mux.interrupt();
    return [await pending, wait(mux.waitSync.bind(mux), 10_000)];
  },
  async changed({ mux, target, change, wait }) {
    const pending = wait(mux.wait.bind(mux), 10_000);
    change();
    mux.modify(target, PRIORITY);
    return [await pending, await wait(mux.wait.bind(mux))];
  },
  async removed({ mux, target, change, wait }) {
    const pending = wait(mux.wait.bind(mux), 50);
    change();
    mux.remove(target);
    return [await pending, mux.size];
  },
  async beforeItIsAdded({ mux, target, change, wait }) {
    mux.remove(target);
    change();
    mux.add(target, PRIORITY);
    return [await wait(mux.wait.bind(mux), 10_000), await wait(mux.wait.bind(mux))];
  },
  async repeatedly({ mux, change }) {
    const found = [];
    const note = (_fd, events) => {
      found.push(names(events));
      if (found.length < 3) setImmediate(change);
    };
    change();
    await mux.waitRepeatedly(undefined, note, () => (found.length === 3 ? null : Infinity));
    return found;
  },
  async beside({ mux, change, wait }) {
    const [here, there] = Socket.pair();
    mux.add(here, READABLE);
    const pending = wait(mux.wait.bind(mux), 10_000);
    there.send(Buffer.from("x"));
    const first = await pending;
    change();
    const both = wait(mux.waitSync.bind(mux), 10_000);
    const again = await wait(mux.wait.bind(mux), 10_000);
    here.close();
    there.close();
    return [first, both, again];
  },
};

const results = {};
for (const multiplexer of ["select", "poll", "epoll"]) {
  for (const [file, change] of Object.entries(FILES)) {
    for (const [name, run] of Object.entries(CASES)) {
      const target = openSync(file, "r");
      const mux = createMultiplexer(multiplexer);
      mux.add(target, PRIORITY);
      const wait = (method, timeoutMs = 0) => {
        const found = [];
        const count = method(timeoutMs, (_fd, events) => found.push(names(events)));
        return typeof count === "number" ? list(found) : count.then(() => list(found));
      };
      ((results[name] ??= {})[file] ??= {})[multiplexer] = await run({ mux, target, change, wait });
      mux.close();
      closeSync(target);
    }
  }
}
console.log(JSON.stringify(results));
