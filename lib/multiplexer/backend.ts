import type { Notifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";

/**
 * The part that differs between select, poll and epoll. It translates interests into the kernel's bits and
 * back, and decides nothing else: the {@link Core} owns the table of registrations and the ready list, and
 * calls each method.
 */
export interface Backend<D> {
  /**
   * Tells the kernel of a new registration, which is not in the table yet.
   *
   * @param existing - the registration under the same number, if there is one
   * @throws SystemError EEXIST: `existing` is of the same open file; otherwise it is replaced. EBADF: the
   * descriptor is not open. After an error nothing has changed
   */
  watch(registration: Registration<D>, existing: Registration<D> | undefined): void;

  /**
   * Tells the kernel of a new interest; the registration still has the old one.
   *
   * @throws SystemError EBADF, ENOENT: the number was closed, or belongs to another file now
   */
  rewatch(registration: Registration<D>, interest: number): void;

  /** Removes a registration from the kernel. Does not throw if the descriptor was closed or reused. */
  unwatch(registration: Registration<D>): void;

  /**
   * Waits once, for up to `timeoutMs`, and puts ready descriptors into the ready list. Descriptors that the
   * kernel reports as closed are removed from the table.
   *
   * @param timeoutMs - milliseconds, fractions allowed; `Infinity`: without limit
   * @throws SystemError EINTR as the kernel does
   */
  harvest(timeoutMs: number): void;

  /**
   * Creates a notifier, which calls `look` when a harvest may find something. The core keeps it for all later
   * waits, and creates another one when it is closed.
   *
   * @throws SystemError EMFILE, ENFILE, EAGAIN: no descriptor or no thread is free
   */
  createNotifier(look: () => void): Notifier;

  /** Starts the notifier for what is watched now; it calls `look` after `leftMs` at the latest. */
  notify(leftMs: number): void;

  /**
   * Ends a wait of the notifier, and keeps the events that it found and the kernel will not report again, for
   * the next harvest.
   */
  collect(): void;

  /** Whether something is ready that no notifier reports. */
  isReady(): boolean;

  /** Closes what it owns. */
  close(): void;
}
