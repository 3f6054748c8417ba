import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { whereFree } from "./forgotten.ts";

/** How an {@link Inotify} is opened. */
export interface InotifyOptions {
  /** Whether {@link Inotify.take} waits for an event. Default: `false`, it answers `null`. */
  readonly blocking?: boolean;
}

const BUFFER_SIZE = 64 * 1024;

/** A queue of changes in the file system: inotify(7). READABLE while one waits. */
export class Inotify extends Descriptor {
  /** @throws SystemError EMFILE: no descriptor is free, or no queue for this user. ENFILE */
  constructor({ blocking = false }: InotifyOptions = {}) {
    super(whereFree(() => sys.inotifyInit1(sys.IN_CLOEXEC | (blocking ? 0 : sys.IN_NONBLOCK))));
  }

  /**
   * Watches a file or a directory, or changes how it is watched.
   *
   * @param path - as bytes where it is not UTF-8
   * @param mask - IN_… bits: what to report, and how
   * @returns the number of the watch, which its events have; the same for the same file
   * @throws SystemError as {@link sys.inotifyAddWatch}
   */
  watch(path: string | Uint8Array, mask: number): number {
    return sys.inotifyAddWatch(this.fd, path, mask);
  }

  /** Watches no more; an IN_IGNORED in the queue ends the events of this watch. */
  unwatch(wd: number): void {
    sys.inotifyRmWatch(this.fd, wd);
  }

  /**
   * What waits in the queue, oldest first: as much as one read(2) yields. `null` where the call would
   * block. An event with IN_Q_OVERFLOW says that some were lost.
   */
  take(): sys.InotifyEvent[] | null {
    const buffer = new Uint8Array(BUFFER_SIZE);
    const length = sys.read(this.fd, buffer);
    return length === null ? null : sys.inotifyEvents(buffer.subarray(0, length));
  }
}
