import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How an {@link Inotify} is opened. */
export interface InotifyOptions {
  /** Whether {@link Inotify.take} waits for an event. Default: `false`, it answers `null`. */
  readonly blocking?: boolean;
}

const BUFFER_SIZE = 64 * 1024;

/** A queue of file system events: inotify(7). READABLE while an event is queued. */
export class Inotify extends Descriptor {
  /** @throws SystemError EMFILE: no descriptor is free, or no queue for this user. ENFILE */
  constructor({ blocking = false }: InotifyOptions = {}) {
    super(whereFree(() => sys.inotifyInit1(sys.IN_CLOEXEC | (blocking ? 0 : sys.IN_NONBLOCK))));
  }

  /**
   * Adds a watch for a file or directory, or changes it.
   *
   * @param path - as bytes where it is not UTF-8
   * @param mask - IN_… bits: what to report, and how
   * @returns the number of the watch, which each of its events carries; the same for the same file
   * @throws SystemError as {@link sys.inotifyAddWatch}
   */
  watch(path: string | Uint8Array, mask: number): number {
    return sys.inotifyAddWatch(this.fd, path, mask);
  }

  /** Removes a watch; an IN_IGNORED event is its last. */
  unwatch(wd: number): void {
    sys.inotifyRmWatch(this.fd, wd);
  }

  /**
   * Takes the queued events, oldest first, as many as one read(2) returns. `null` when the call would
   * block. An IN_Q_OVERFLOW event says that some were lost.
   */
  take(): sys.InotifyEvent[] | null {
    const buffer = new Uint8Array(BUFFER_SIZE);
    const length = sys.read(this.fd, buffer);
    return length === null ? null : sys.inotifyEvents(buffer.subarray(0, length));
  }
}
