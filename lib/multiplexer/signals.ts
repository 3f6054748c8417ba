import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";

/** `undefined`: listeners have come or gone since the last answer. */
let listens: boolean | undefined;
let observed = false;

/**
 * Whether this thread listens to any signal. Only the main thread can. Signals without a listener, such as
 * those of a profiler or SIGCONT, do not end a wait.
 */
export function listensToSignals(): boolean {
  if (!isMainThread) return false;
  if (!observed) observe();
  // Each wait of a script that has not awaited anything yet asks, and listing the names takes microseconds.
  listens ??= process.eventNames().some(isSignal);
  return listens;
}

function observe(): void {
  process.on("newListener", forget).on("removeListener", forget);
  observed = true;
}

// Called before a listener is added: the next answer counts it.
function forget(name: string | symbol): void {
  if (isSignal(name)) listens = undefined;
}

function isSignal(name: string | symbol): boolean {
  return typeof name === "string" && name in constants.signals;
}
