import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";

/**
 * Whether JavaScript of this thread wants to hear of a signal: only the main thread can, and a signal that
 * nobody listens to (of a profiler, SIGCONT) ends no wait.
 */
export function listensToSignals(): boolean {
  if (!isMainThread) return false;
  return process.eventNames().some((name) => typeof name === "string" && name in constants.signals);
}
