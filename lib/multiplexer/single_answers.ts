import { statOf } from "../runtime/stat.ts";
import * as sys from "../sys/index.ts";
import { PRIORITY, READ_CLOSED } from "./multiplexer.ts";
import type { ReadyList } from "./ready_list.ts";
import type { Registration } from "./registration.ts";

/**
 * Files that report a change to one call only, and their events that were not delivered yet. The mount table,
 * and the sysctl and pressure files of procfs are such files: the first call that polls them gets the event,
 * and the next one does not.
 */
export class SingleAnswers<D> {
  readonly #watched = new Set<Registration<D>>();
  readonly #kept: [Registration<D>, number][] = [];

  /** Whether any such file is watched. */
  get expected(): boolean {
    return this.#watched.size > 0;
  }

  /** Whether there are events to deliver. */
  get any(): boolean {
    return this.#kept.length > 0;
  }

  /** @returns whether it is the first such file */
  watch(registration: Registration<D>): boolean {
    if (!registration.answersOnce) return false;
    this.#watched.add(registration);
    return this.#watched.size === 1;
  }

  /** @returns whether it was the last such file */
  unwatch(registration: Registration<D>): boolean {
    return this.expected && this.#watched.delete(registration) && !this.expected;
  }

  keep(registration: Registration<D>, events: number): void {
    this.#kept.push([registration, events]);
  }

  moveTo(ready: ReadyList<D>): void {
    for (const [registration, events] of this.#kept) ready.merge(registration, events);
    this.#kept.length = 0;
  }

  clear(): void {
    this.#watched.clear();
    this.#kept.length = 0;
  }
}

/**
 * Whether a descriptor with this interest may report a change to one call only. Sockets do not, and only they
 * are watched for READ_CLOSED: connections need not be asked.
 */
export function mayAnswerOnce(fd: number, interest: number): boolean {
  if ((interest & PRIORITY) === 0 || (interest & READ_CLOSED) !== 0) return false;
  return !isSocket(fd);
}

/** `false` also for a number that is not open: the call that watches it gets EBADF. */
export function isSocket(fd: number): boolean {
  try {
    return statOf(fd).isSocket();
  } catch {
    return false;
  }
}

/** Polls a file for POLLPRI once. @returns POLL… bits, which equal those of epoll */
export function askOnce(fd: number): number {
  const fds = new sys.PollFds(1);
  fds.set(0, fd, sys.POLLPRI);
  return sys.poll(fds, 1, 0) > 0 && (fds.revents(0) & sys.POLLPRI) !== 0 ? fds.revents(0) : 0;
}
