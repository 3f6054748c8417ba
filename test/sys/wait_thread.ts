import { onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { counterOf, openedBy, threadIds, threadStatus, turn, until } from "./processes.ts";

/** A thread, and how often its callback ran. */
export class Thread {
  runs = 0;
  readonly id: string;
  readonly handle: sys.WaitThread;
  readonly #wakeFd: number;

  /** @param callback - runs whenever the thread's callback does */
  constructor(callback?: () => void) {
    const before = threadIds();
    const [handle, [wakeFd = -1]] = openedBy("anon_inode:[eventfd]", () =>
      sys.waitThreadCreate(() => {
        this.runs++;
        callback?.();
      }),
    );
    this.id = threadIds().find((id) => !before.includes(id)) ?? "";
    this.handle = handle;
    this.#wakeFd = wakeFd;
    onTestFinished(() => sys.waitThreadClose(handle));
  }

  poll(fd: number, events: number, timeoutMs = -1): void {
    const fds = new sys.PollFds(1);
    fds.set(0, fd, events);
    sys.waitThreadPoll(this.handle, fds.bytes, 1, timeoutMs);
  }

  /** Until the thread waits for what the last call wants, and what it found before has arrived. */
  async settled(): Promise<void> {
    await until(() => counterOf(this.#wakeFd) === 0);
    await until(() => threadStatus(this.id, "State").startsWith("S"));
    await turn();
  }
}
