import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How an {@link EventFd} is opened. */
export interface EventFdOptions {
  /** Where the counter starts, 0 … 2^32 - 1. Default: 0. */
  readonly initial?: number;
  /** Whether {@link EventFd.take} takes 1 at a time. Default: `false`, it takes all. */
  readonly semaphore?: boolean;
  /** Whether calls wait until they can be done. Default: `false`, they answer `null` or `false`. */
  readonly blocking?: boolean;
}

/**
 * A 64-bit counter that can be waited on, and that any thread or process which has the descriptor
 * adds to: eventfd(2). READABLE while it is not 0, WRITABLE while 1 can be added.
 */
export class EventFd extends Descriptor {
  /** @throws SystemError EMFILE, ENFILE: no descriptor is free. RangeError: `initial` */
  constructor({ initial = 0, semaphore = false, blocking = false }: EventFdOptions = {}) {
    const flags = (semaphore ? sys.EFD_SEMAPHORE : 0) | (blocking ? 0 : sys.EFD_NONBLOCK);
    super(whereFree(() => sys.eventfd(initial, flags | sys.EFD_CLOEXEC)));
  }

  /**
   * Adds to the counter.
   *
   * @param value - 0n … 2n ** 64n - 2n
   * @returns `false` where the sum would pass 2^64 - 2: the call would block
   */
  add(value = 1n): boolean {
    return sys.eventfdWrite(this.fd, value);
  }

  /** Takes the counter, which is 0 then, or 1 of a semaphore; `null` where the call would block. */
  take(): bigint | null {
    return sys.eventfdRead(this.fd);
  }
}
