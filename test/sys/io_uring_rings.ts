// Rings for tests, closed when a test is finished.
import { isSystemError } from "../../lib/errors.ts";
import * as sys from "../../lib/sys/index.ts";

export interface Ring {
  readonly ring: sys.IoUring;
  readonly params: sys.IoUringParams;
}

const open = new Set<sys.IoUring>();

export function openRing({ entries = 8, flags = 0, cqEntries = 0, bufferSize = 4096 } = {}): Ring {
  const params = new sys.IoUringParams(flags, cqEntries);
  const ring = sys.ioUringSetup(entries, params, bufferSize);
  open.add(ring);
  return { ring, params };
}

/** For afterEach. */
export function closeAtEnd(): void {
  for (const ring of open) sys.ioUringQueueExit(ring);
  open.clear();
}

/** Takes all completions that have arrived. */
export function completions({ ring }: Ring): { userData: number; res: number }[] {
  const cqes = new sys.IoUringCqes(64);
  const count = sys.ioUringPeekBatchCqe(ring, cqes);
  sys.ioUringCqAdvance(ring, count);
  return Array.from({ length: count }, (_, index) => ({
    userData: cqes.userData(index),
    res: cqes.res(index),
  }));
}

/** Whether this kernel lets this process use io_uring. */
export const hasIoUring = ((): boolean => {
  try {
    sys.ioUringQueueExit(sys.ioUringSetup(1, new sys.IoUringParams()));
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOSYS", "EPERM", "ENOMEM")) return false;
    throw error;
  }
})();
