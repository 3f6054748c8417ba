import { readFileSync } from "node:fs";
import { Descriptor, fdOf } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import { SystemError, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

const FIRST_CAPACITY = 64;
const LARGEST_CAPACITY = 16_384;
const MAX_WAIT_MS = 2 ** 31 - 1;

let hasPwait2 = true;

/** Owns an epoll descriptor, and the memory that epoll_wait(2) writes to. */
export class EpollInstance extends Descriptor {
  #events = new sys.EpollEvents(FIRST_CAPACITY);
  #full = false;

  /** @param fd - an epoll descriptor that this object then closes. Default: opens one */
  constructor(fd?: number) {
    super(fd ?? whereFree(() => sys.epollCreate1(sys.EPOLL_CLOEXEC)));
  }

  /**
   * Opens an epoll, or takes an open one over, which stays the caller's if this throws.
   *
   * @throws SystemError EBADF: not open. EINVAL: not an epoll. EEXIST: it watches descriptors already
   */
  static open(fd: number | undefined): EpollInstance {
    if (fd === undefined) return new EpollInstance();
    // Without /proc, only what is ready now is found.
    const watches = hasWatches(fd) || sys.epollWait(fd, new sys.EpollEvents(1), 0) > 0;
    if (watches) {
      const reason = "it watches descriptors already, which only their owner knows";
      throw new SystemError(sys.errno.EEXIST, "epoll_ctl", { fd, reason });
    }
    return new EpollInstance(fd);
  }

  /**
   * Returns a new instance, and closes this one. If no descriptor is free, closes this one first; another
   * thread can take the freed descriptor.
   *
   * @throws SystemError EMFILE, ENFILE: another thread took it
   */
  renew(): EpollInstance {
    const next = EpollInstance.tryOpen();
    this.close();
    return next ?? new EpollInstance();
  }

  /** A new instance, or `null` if no descriptor is free. */
  static tryOpen(): EpollInstance | null {
    try {
      return new EpollInstance();
    } catch (error) {
      if (isSystemError(error, "EMFILE", "ENFILE")) return null;
      throw error;
    }
  }

  /** epoll_ctl(2) with `fd` and `generation` as the data. Errors explain which rule was broken. */
  control(op: number, fd: number, events: number, generation: number): void {
    try {
      sys.epollCtl(fdOf(this), op, fd, events, fd, generation);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const reason = brokenRule(error.code, events);
      throw reason === undefined
        ? error
        : new SystemError(-error.errno, error.syscall, { fd, reason });
    }
  }

  /** Asks the kernel whether epoll refuses the descriptor: a regular file or a directory. */
  refuses(fd: number): boolean {
    try {
      this.control(sys.EPOLL_CTL_ADD, fd, sys.EPOLLET, 0);
      this.control(sys.EPOLL_CTL_DEL, fd, 0, 0);
      return false;
    } catch (error) {
      return isSystemError(error, "EPERM");
    }
  }

  /** The entries that the last {@link wait} wrote. */
  get events(): sys.EpollEvents {
    return this.#events;
  }

  /**
   * Waits once. Doubles the room first if the last wait filled it.
   *
   * @param timeoutMs - milliseconds, fractions allowed; `Infinity`: without limit
   */
  wait(timeoutMs: number): number {
    if (this.#full) this.#events = new sys.EpollEvents(this.#events.capacity * 2);
    const { capacity } = this.#events;
    const ready = this.#wait(timeoutMs);
    this.#full = ready === capacity && capacity < LARGEST_CAPACITY;
    return ready;
  }

  #wait(timeoutMs: number): number {
    if (timeoutMs === Infinity) return sys.epollWait(fdOf(this), this.#events, -1);
    if (!Number.isInteger(timeoutMs) && hasPwait2) {
      try {
        return sys.epollPwait2(fdOf(this), this.#events, timeoutMs);
      } catch (error) {
        if (!isSystemError(error, "ENOSYS")) throw error;
        hasPwait2 = false;
      }
    }
    const wholeMs = Math.min(Math.ceil(timeoutMs), MAX_WAIT_MS);
    return sys.epollWait(fdOf(this), this.#events, wholeMs);
  }
}

/** The error of epoll_ctl(2) for a registration. */
export function failure(number: number, { fd }: { readonly fd: number }): SystemError {
  return new SystemError(number, "epoll_ctl", { fd });
}

/** Whether the kernel lists anything that an epoll watches; `false` also for what is no epoll. */
function hasWatches(fd: number): boolean {
  try {
    return /^tfd:/m.test(readFileSync(`/proc/self/fdinfo/${String(fd)}`, "latin1"));
  } catch {
    return false; // not open, or no /proc
  }
}

function brokenRule(code: string, events: number): string | undefined {
  if (code === "ENOSPC")
    return `the limit of ${String(sys.maxUserWatches())} watches of this user is reached`;
  if (code === "ELOOP") return "epolls watch each other, or more than five in a row";
  if (code === "EINVAL" && events & sys.EPOLLEXCLUSIVE) {
    return "EPOLLEXCLUSIVE goes with neither EPOLLONESHOT, EPOLLPRI nor EPOLLRDHUP, nor with another epoll";
  }
  return undefined;
}
