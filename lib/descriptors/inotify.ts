import { aBoolean, type OptionTable, readOptions } from "../arguments.ts";
import * as sys from "../sys/index.ts";
import { readWaiting } from "./blocking.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How an {@link Inotify} is opened. */
export interface InotifyOptions {
  /** Whether {@link Inotify.take} blocks until there is an event. Default: `false`; it returns `null`. */
  readonly blocking?: boolean;
}

const OPTIONS: OptionTable<InotifyOptions> = { blocking: aBoolean };
const BUFFER_BYTES = 64 * 1024;

/**
 * A queue of file system events: inotify(7). READABLE while an event is queued.
 *
 * @see https://man7.org/linux/man-pages/man7/inotify.7.html
 */
export class Inotify extends Descriptor {
  /** @throws SystemError EMFILE: no descriptor is free, or this user has too many queues. ENFILE */
  constructor(options: InotifyOptions = {}) {
    const { blocking = false } = readOptions(options, OPTIONS);
    super(
      whereFree(() => sys.inotifyInit1(sys.IN_CLOEXEC | (blocking ? 0 : sys.IN_NONBLOCK))),
      undefined,
      !blocking,
    );
  }

  /**
   * Adds a watch for a file or directory, or changes it. Does not block.
   *
   * @param path - text, or bytes if it is not UTF-8
   * @param mask - IN_… bits: what to report, and how
   * @returns the number of the watch, which is in each of its events; adding the same file again returns the
   * same number
   * @throws SystemError as {@link sys.inotifyAddWatch}
   */
  watch(path: string | Uint8Array, mask: number): number {
    return sys.inotifyAddWatch(this.fd, path, mask);
  }

  /** Removes a watch; its last event is IN_IGNORED. @throws SystemError as {@link sys.inotifyRmWatch} */
  unwatch(wd: number): void {
    sys.inotifyRmWatch(this.fd, wd);
  }

  /**
   * Takes the queued events, oldest first, as many as one read(2) returns. Blocks only if opened with
   * `blocking`. An IN_Q_OVERFLOW event means that events were lost.
   *
   * @returns `null` if no event is queued, and the call would block
   * @throws SystemError EBADF: closed. EINTR: a signal arrived
   */
  take(): sys.InotifyEvent[] | null {
    const buffer = new Uint8Array(BUFFER_BYTES);
    const length = readWaiting(this, buffer);
    return length === null ? null : sys.inotifyEvents(buffer.subarray(0, length));
  }
}
