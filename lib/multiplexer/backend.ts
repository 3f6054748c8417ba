import type { Notifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";

/**
 * What is particular to one of select, poll and epoll. It translates interests into the kernel's bits and
 * back, and decides nothing else: the {@link Core} owns the table of registrations and the ready list, and
 * calls each method.
 */
export interface Backend<D> {
  /**
   * Tells the kernel of a new registration, which is not in the table yet.
   *
   * @param existing - the registration under the same number, if there is one
   * @throws SystemError EEXIST: `existing` is of the same open file; otherwise it is replaced. EBADF.
   * Nothing is changed then
   */
  watch(registration: Registration<D>, existing: Registration<D> | undefined): void;

  /**
   * Tells the kernel of a new interest; the registration still has the old one.
   *
   * @throws SystemError EBADF, ENOENT: the number was closed, or is another file's now
   */
  rewatch(registration: Registration<D>, interest: number): void;

  /** Tells the kernel to forget. Never throws because the descriptor was closed or reused. */
  unwatch(registration: Registration<D>): void;

  /**
   * Waits once, for up to `timeoutMs`, and puts what is ready into the ready list. What the kernel says
   * is closed leaves the table.
   *
   * @param timeoutMs - fractions count; `Infinity` waits without limit
   * @throws SystemError EINTR as the kernel does
   */
  harvest(timeoutMs: number): void;

  /**
   * Makes what calls `look` when a harvest is worth it. The core keeps it for all later waits, and asks for
   * another one once it is closed.
   *
   * @throws SystemError EMFILE, ENFILE, EAGAIN: no descriptor or no thread is free
   */
  createNotifier(look: () => void): Notifier;

  /** Starts the notifier for what is watched now; it calls after `leftMs` at the latest. */
  notify(leftMs: number): void;

  /**
   * Keeps what a notifier's wait has found that the kernel does not tell again, for the next harvest. Ends
   * that wait.
   */
  collect(): void;

  /** Whether something is ready of which no notifier tells. */
  isReady(): boolean;

  /** Gives back what it owns. */
  close(): void;
}
