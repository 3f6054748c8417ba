import type { Registration } from "./registration.ts";

/** How soon the kernel is asked again for memory. */
const RETRY_MS = 100;

/** Registrations that a new epoll instance had no room for (ENOMEM, ENOSPC). */
export class MissingRegistrations<D> extends Set<Registration<D>> {
  /** @param add - returns `false` for one that is to be dropped; removes from this set what it has added */
  retry(add: (registration: Registration<D>) => boolean): void {
    for (const each of this) if (!add(each)) this.delete(each);
  }

  /** Shortens a wait if any is missing, since each wait tries again. */
  limit(timeoutMs: number): number {
    return this.size > 0 ? Math.min(timeoutMs, RETRY_MS) : timeoutMs;
  }
}
