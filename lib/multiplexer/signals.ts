import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";

/**
 * Whether this thread listens to any signal. Only the main thread can. Signals without a listener, such as
 * those of a profiler or SIGCONT, do not end a wait.
 */
export function listensToSignals(): boolean {
  if (!isMainThread) return false;
  return process.eventNames().some((name) => typeof name === "string" && name in constants.signals);
}
