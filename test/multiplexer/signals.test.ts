import type { EventEmitter } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { listensToSignals } from "../../lib/multiplexer/signals.ts";

const ignore = (): void => undefined;

it("listensToSignals() follows listeners that come and go", () => {
  const answers = [listensToSignals()];
  process.on("SIGUSR2", ignore).once("SIGWINCH", ignore);
  answers.push(listensToSignals());
  process.off("SIGUSR2", ignore);
  answers.push(listensToSignals());
  process.removeAllListeners("SIGWINCH");
  answers.push(listensToSignals());

  expect(answers).toEqual([false, true, true, false]);
});

it("listensToSignals() knows that the last one has gone where process does not tell it, as on Bun", () => {
  const emitter: EventEmitter = process;
  const emit = emitter.emit.bind(emitter);
  vi.spyOn(emitter, "emit").mockImplementation((name, ...rest: unknown[]) =>
    name === "removeListener" ? false : emit(name, ...rest),
  );
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  process.on("SIGUSR2", ignore);
  expect(listensToSignals()).toBe(true);

  process.off("SIGUSR2", ignore);

  expect(listensToSignals()).toBe(false);
});
