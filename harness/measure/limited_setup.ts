import type { AnyScenario } from "../scenario/scenario.ts";

/**
 * Runs the setup of a scenario. One that takes too long, or that an abort interrupts, cannot be stopped: it is left
 * alone. A setup that never returns to the event loop blocks this process.
 *
 * @throws Error the setup has failed, or takes longer than `setupLimitMs`
 */
export async function limitedSetup(
  scenario: Pick<AnyScenario, "name" | "setup">,
  contenders: readonly string[],
  { setupLimitMs, signal }: { readonly setupLimitMs: number; readonly signal?: AbortSignal },
): Promise<void> {
  if (!scenario.setup || signal?.aborted) return;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const ending = new Promise<"late" | "aborted">((resolve) => {
    timer = setTimeout(resolve, setupLimitMs, "late");
    onAbort = () => resolve("aborted");
    signal?.addEventListener("abort", onAbort);
  });
  try {
    if ((await Promise.race([scenario.setup(contenders), ending])) !== "late") return;
    const seconds = String(setupLimitMs / 1000);
    throw new Error(
      `setup of ${scenario.name} was given up after ${seconds} s, the limit for a setup`,
    );
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}
