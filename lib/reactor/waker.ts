import { Descriptor } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import * as sys from "../sys/index.ts";

/**
 * Wakes a waiting thread from any other thread, with an eventfd. The waiting side watches `fd` for
 * READABLE and calls {@link take}; several wake-ups before that count as one.
 */
export class Waker extends Descriptor {
  constructor() {
    super(whereFree(() => sys.eventfd(0, sys.EFD_CLOEXEC | sys.EFD_NONBLOCK)));
  }

  /** Makes the descriptor readable. Does not block. */
  wake(): void {
    Waker.wake(this.fd);
  }

  /** Clears pending wake-ups; the descriptor is readable again after the next {@link wake}. */
  take(): void {
    Waker.take(this.fd);
  }

  /** {@link wake} by number, for a thread that does not have the object. */
  static wake(fd: number): void {
    sys.eventfdWrite(fd, 1n);
  }

  /** {@link take} by number. */
  static take(fd: number): void {
    sys.eventfdRead(fd);
  }
}
