import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";

/** A signal that has a listener. `null`: there is none. `undefined`: it has to be looked up. */
let listened: string | null | undefined;
let observed = false;

/**
 * Whether this thread listens to any signal. Only the main thread can. Signals without a listener, such as
 * those of a profiler or SIGCONT, do not end a wait.
 */
export function listensToSignals(): boolean {
  if (!isMainThread) return false;
  if (!observed) observe();
  // Not by "removeListener": on Bun, `process` does not emit it.
  if (listened && process.listenerCount(listened) === 0) listened = undefined;
  // Each wait of a script that has not awaited anything yet asks, and listing the names takes microseconds.
  if (listened === undefined) listened = process.eventNames().find(isSignal) ?? null;
  return listened !== null;
}

function observe(): void {
  // Called before a listener is added: the next answer counts it.
  process.on("newListener", (name: string | symbol) => {
    if (isSignal(name)) listened = undefined;
  });
  observed = true;
}

function isSignal(name: string | symbol): name is string {
  return typeof name === "string" && name in constants.signals;
}
