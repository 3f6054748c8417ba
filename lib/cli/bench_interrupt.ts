import { fail } from "./report.ts";

/** The exit code after Ctrl-C. */
export const INTERRUPTED = 130;

/** The first Ctrl-C ends the measurement after the current sample; the second one ends the process. */
export async function interruptibly<T>(
  display: { interrupt(): void },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    display.interrupt();
    fail("stopping after the current sample; a second Ctrl-C stops at once");
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}
