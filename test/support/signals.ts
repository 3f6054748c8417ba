import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { python, toolEnvironment } from "../sys/support.ts";

// Who imports this has a process of its own (vitest.config.ts): that one listens to signals changes
// how its waits end.

// At import, not in a test: libuv keeps a pipe per process once it has handled a signal.
process.on("SIGUSR2", ignore).off("SIGUSR2", ignore);

function ignore(): void {
  // A signal without a handler would end the process.
}

/**
 * Has another process send SIGUSR2 to this one over and over, until the test is finished. From here on this
 * process listens to it: a signal that arrives late must still find its handler.
 */
export function receiveSignals(): void {
  if (process.listenerCount("SIGUSR2") === 0) process.on("SIGUSR2", ignore);
  const script = 'while kill -USR2 "$1"; do sleep 0.01; done';
  const killer = spawn("sh", ["-c", script, "sh", String(process.pid)], {
    stdio: "ignore",
    env: toolEnvironment(),
  });
  onTestFinished(async () => {
    killer.kill("SIGKILL");
    await once(killer, "exit");
  });
}

/** Has another process send a signal to this very thread, which the main thread of a process is. */
export function signalThisThread(signal: number): void {
  const pid = String(process.pid);
  python(`__import__("ctypes").CDLL(None).tgkill(${pid}, ${pid}, ${String(signal)})`);
}
