import { performance } from "node:perf_hooks";

// The functions as they were when the library was loaded. A test's fake timers replace the globals, but
// the kernel's clock keeps running.

// Fake timers replace the global object or its method, also before the library is loaded, and not its class.
// In Bun only the object has the method.
const ofClass = Object.getPrototypeOf(performance) as typeof performance;
const clock = "now" in ofClass ? ofClass : performance;

/** The time on the monotonic clock, in milliseconds. */
export const now: () => number = clock.now.bind(performance);

export const {
  clearInterval,
  clearTimeout,
  queueMicrotask,
  setImmediate,
  setInterval,
  setTimeout,
} = globalThis;

const forever = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread; `worker.terminate()` and `process.exit()` end it. */
export function sleep(ms: number): void {
  Atomics.wait(forever, 0, 0, ms);
}

export const nextTick: (callback: () => void) => void = process.nextTick.bind(process);
