import { checkInteger, invalidArgType } from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/** A descriptor, or anything that has one: a {@link Descriptor}, an `fs.ReadStream`, a multiplexer… */
export type Target = number | { readonly fd: number };

/** The number behind a {@link Target}; -1 where its owner has closed it. */
export function descriptorOf(target: Target): number {
  const fd: unknown = typeof target === "object" && target !== null ? target.fd : target;
  // The streams of node:fs have null before they are open and after they were closed.
  if (fd === null && target !== null) return -1;
  if (typeof fd !== "number")
    throw invalidArgType("fd", "a number or an object with an fd", target);
  return checkInteger(fd, "fd", -1, 2 ** 31 - 1);
}

interface Forgotten {
  readonly fd: number;
  readonly owner: string;
}

const forgotten = new FinalizationRegistry<Forgotten>(({ fd, owner }) => {
  process.emitWarning(`A ${owner} was forgotten with descriptor ${String(fd)} open; closing it.`, {
    type: "PolluxWarning",
    code: "POLLUX_FORGOTTEN_DESCRIPTOR",
    detail: "Call close(), or declare it with `using`, when it is no longer needed.",
  });
  try {
    sys.close(fd);
  } catch (error) {
    // Somebody else closed it. Nobody is there to catch that, and the warning is out.
    if (!isSystemError(error)) throw error;
  }
});

/**
 * Owns one open descriptor and closes it exactly once: with {@link close}, when the thread's
 * environment ends (also by `worker.terminate()`), or, with a warning, when it was forgotten.
 */
export class Descriptor implements Disposable {
  #fd: number;
  #waiting: Set<() => void> | null = null;

  /** @param fd - an open descriptor that nobody else closes */
  constructor(fd: number) {
    this.#fd = checkInteger(fd, "fd", 0, 2 ** 31 - 1);
    sys.own(fd);
    forgotten.register(this, { fd, owner: new.target.name }, this);
  }

  /** The descriptor, or -1 when it was closed or detached. */
  get fd(): number {
    return this.#fd;
  }

  /** Whether it was closed or detached. */
  get closed(): boolean {
    return this.#fd === -1;
  }

  /**
   * Calls back once when the descriptor is closed or given away: for those who wait for it.
   *
   * @returns a function that calls this off
   */
  whenGone(callback: () => void): () => void {
    this.#waiting ??= new Set();
    this.#waiting.add(callback);
    return () => this.#waiting?.delete(callback);
  }

  /**
   * Gives the descriptor away: it stays open, and closing it is now the caller's business.
   *
   * @returns the descriptor, or -1 when it was closed or detached before
   */
  detach(): number {
    const fd = this.#take();
    if (fd !== -1) sys.disown(fd);
    return fd;
  }

  /**
   * Closes the descriptor; the second time does nothing.
   *
   * @throws SystemError EBADF: somebody else closed it. EIO
   */
  close(): void {
    const fd = this.#take();
    if (fd !== -1) sys.close(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(): number {
    const fd = this.#fd;
    this.#fd = -1;
    forgotten.unregister(this);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) for (const callback of waiting) callback();
    return fd;
  }
}
