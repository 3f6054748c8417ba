import { readFileSync } from "node:fs";
import * as sys from "../sys/index.ts";
import type { Recorder } from "./experiment.ts";
import { SignalDriven } from "./sigio.ts";

/** With a higher limit the queue is not filled: it would take too long. */
const MAX_PENDING = 200_000;
/** How many signals more than fit. */
const MORE = 64;

/**
 * Fills the queue of real-time signals, until the kernel sends SIGIO in their place.
 *
 * @returns what remains to be done then, as a part of a sentence; `null` where the limit is too high
 */
export function overflow(out: Recorder): string | null {
  const limit = pendingLimit();
  if (limit > MAX_PENDING) {
    out.remark(`RLIMIT_SIGPENDING is ${String(limit)}: the queue of signals is not filled here`);
    return null;
  }
  const [here, there] = sys.socketpair(
    sys.AF_UNIX,
    sys.SOCK_STREAM | sys.SOCK_NONBLOCK | sys.SOCK_CLOEXEC,
  );
  try {
    using signals = new SignalDriven(here, out.call.bind(out), false);
    const sent = fill(here, there, limit + MORE);
    out.remark(
      `${String(sent)} bytes were sent and read, one by one, and no signal was taken: ` +
        `RLIMIT_SIGPENDING is ${String(limit)}`,
    );
    out.call("send", ["peer", '"x"', 1, 0], () => sys.send(there, Buffer.from("x")));
    const first = signals.take(out.call.bind(out));
    const next = signals.take(out.call.bind(out));
    const fds = new sys.PollFds(1);
    fds.set(0, here, sys.POLLIN);
    const ready = out.call("poll", ["all descriptors", 1, 0], () => sys.poll(fds, 1, 0));
    const isPlain = first !== null && first.signo !== next?.signo;
    return isPlain && ready === 1
      ? "when its queue is full, the kernel sends a plain SIGIO, and poll tells what is ready"
      : "its queue did not overflow";
  } finally {
    sys.close(here);
    sys.close(there);
  }
}

/** Causes `count` signals: each byte is one. */
function fill(here: number, there: number, count: number): number {
  const byte = Buffer.from("x");
  for (let sent = 0; sent < count; sent++) {
    sys.send(there, byte);
    sys.recv(here, byte);
  }
  return count;
}

/** RLIMIT_SIGPENDING of this process. */
function pendingLimit(): number {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const [, limit] = /^Max pending signals\s+(\d+)/m.exec(limits) ?? [];
  return limit === undefined ? Infinity : Number(limit);
}
