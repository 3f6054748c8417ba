import { aBoolean, anInteger, type OptionTable, readOptions } from "../arguments.ts";
import { readFileSync } from "node:fs";
import * as sys from "../sys/index.ts";
import { isBlocking, pause, readWaiting, waitReady } from "./blocking.ts";
import { Descriptor, neverBlocks } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

const OPTIONS: OptionTable<EventFdOptions> = {
  initial: anInteger(0, 2 ** 32 - 1),
  semaphore: aBoolean,
  blocking: aBoolean,
};

const MAX = 2n ** 64n - 2n;
// The kernel has no event for more room than that.
const POLL_MS = 5;

/** How an {@link EventFd} is opened. */
export interface EventFdOptions {
  /** The initial value of the counter, 0 … 2^32 - 1. Default: 0. */
  readonly initial?: number;
  /** Whether {@link EventFd.take} subtracts only 1. Default: `false`, it resets the counter to 0. */
  readonly semaphore?: boolean;
  /** Whether calls block. Default: `false`; they return `null` or `false` instead. */
  readonly blocking?: boolean;
}

/**
 * A 64-bit counter that can be waited on: eventfd(2). Any thread or process that has the descriptor can
 * add to it. READABLE while it is not 0, WRITABLE while 1 can be added.
 *
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 */
export class EventFd extends Descriptor {
  /** @throws SystemError EMFILE, ENFILE: no descriptor is free. RangeError: `initial` */
  constructor(options: EventFdOptions = {}) {
    const { initial = 0, semaphore = false, blocking = false } = readOptions(options, OPTIONS);
    const flags = (semaphore ? sys.EFD_SEMAPHORE : 0) | (blocking ? 0 : sys.EFD_NONBLOCK);
    super(
      whereFree(() => sys.eventfd(initial, flags | sys.EFD_CLOEXEC)),
      undefined,
      !blocking,
    );
  }

  /**
   * Adds to the counter. Blocks only if opened with `blocking`.
   *
   * @param value - 0n … 2n ** 64n - 2n
   * @returns whether it was added; `false` if the sum would exceed 2^64 - 2, and the call would block
   * @throws SystemError EBADF: closed. EINVAL: `value` is 2n ** 64n - 1n
   */
  add(value = 1n): boolean {
    const { fd } = this;
    if (!neverBlocks(this) && fd >= 0 && isBlocking(fd)) waitForRoom(fd, value);
    return sys.eventfdWrite(fd, value);
  }

  /**
   * Returns the counter and resets it to 0. With `semaphore`, returns 1n and subtracts 1. Blocks only if
   * opened with `blocking`.
   *
   * @returns `null` if the counter is 0, and the call would block
   * @throws SystemError EBADF: closed
   */
  take(): bigint | null {
    if (neverBlocks(this)) return sys.eventfdRead(this.fd);
    const value = new BigUint64Array(1);
    return readWaiting(this, value) === null ? null : (value[0] ?? null);
  }
}

// POLLOUT says that there is room for 1.
function waitForRoom(fd: number, value: bigint): void {
  waitReady(fd, sys.POLLOUT);
  if (typeof value !== "bigint" || value > MAX) return;
  while (value > 1n && counterOf(fd) + value > MAX) pause(POLL_MS);
}

function counterOf(fd: number): bigint {
  const info = readFileSync(`/proc/self/fdinfo/${String(fd)}`, "latin1");
  const hex = /^eventfd-count:\s*([0-9a-f]+)$/m.exec(info)?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}
