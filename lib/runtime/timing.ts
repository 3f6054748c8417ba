// As they were when the library was loaded: fake timers of a test put others in their place, and the
// kernel's time goes on all the same.

/** Milliseconds on the monotonic clock. */
export const now: () => number = performance.now.bind(performance);

export const { clearTimeout, queueMicrotask, setImmediate, setTimeout } = globalThis;

export const nextTick: (callback: () => void) => void = process.nextTick.bind(process);
