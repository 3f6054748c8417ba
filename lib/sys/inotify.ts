import { checkBytes, checkCString } from "../arguments.ts";
import { check } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { forEachRecord } from "../memory/records.ts";
import { readText, untilNull } from "../memory/text.ts";
import { native } from "../native/native.ts";

export const IN_ACCESS: number = native.IN_ACCESS;
export const IN_ALL_EVENTS: number = native.IN_ALL_EVENTS;
export const IN_ATTRIB: number = native.IN_ATTRIB;
export const IN_CLOEXEC: number = native.IN_CLOEXEC;
export const IN_CLOSE: number = native.IN_CLOSE;
export const IN_CLOSE_NOWRITE: number = native.IN_CLOSE_NOWRITE;
export const IN_CLOSE_WRITE: number = native.IN_CLOSE_WRITE;
export const IN_CREATE: number = native.IN_CREATE;
export const IN_DELETE: number = native.IN_DELETE;
export const IN_DELETE_SELF: number = native.IN_DELETE_SELF;
export const IN_DONT_FOLLOW: number = native.IN_DONT_FOLLOW;
export const IN_EXCL_UNLINK: number = native.IN_EXCL_UNLINK;
export const IN_IGNORED: number = native.IN_IGNORED;
export const IN_ISDIR: number = native.IN_ISDIR;
export const IN_MASK_ADD: number = native.IN_MASK_ADD;
export const IN_MASK_CREATE: number = native.IN_MASK_CREATE;
export const IN_MODIFY: number = native.IN_MODIFY;
export const IN_MOVE: number = native.IN_MOVE;
export const IN_MOVED_FROM: number = native.IN_MOVED_FROM;
export const IN_MOVED_TO: number = native.IN_MOVED_TO;
export const IN_MOVE_SELF: number = native.IN_MOVE_SELF;
export const IN_NONBLOCK: number = native.IN_NONBLOCK;
export const IN_ONESHOT: number = native.IN_ONESHOT;
export const IN_ONLYDIR: number = native.IN_ONLYDIR;
export const IN_OPEN: number = native.IN_OPEN;
export const IN_Q_OVERFLOW: number = native.IN_Q_OVERFLOW;
export const IN_UNMOUNT: number = native.IN_UNMOUNT;

/** The maximum length of a directory entry's name, in bytes. */
export const NAME_MAX: number = native.NAME_MAX;

const INOTIFY_EVENT = native.structs.inotify_event;

/**
 * The size of a buffer, in bytes, that has room for any one event: a `struct inotify_event` and a name
 * of NAME_MAX bytes. read(2) into a smaller buffer may fail with EINVAL.
 */
export const INOTIFY_EVENT_MAX_SIZE: number = INOTIFY_EVENT.sizeof + NAME_MAX + 1;

/** One event of inotify(7): `struct inotify_event`. */
export interface InotifyEvent {
  /** The watch, as returned by {@link inotifyAddWatch}; -1 with IN_Q_OVERFLOW. */
  readonly wd: number;
  /** IN_… bits: what happened. */
  readonly mask: number;
  /** Connects the IN_MOVED_FROM and the IN_MOVED_TO event of one rename(2); else 0. */
  readonly cookie: number;
  /** The name of a directory's entry, decoded as UTF-8; "" if the event is about the watched file itself. */
  readonly name: string;
  /** The bytes of `name`, which need not be UTF-8. */
  readonly nameBytes: Uint8Array;
}

/**
 * `inotify_init1(flags)`: opens a queue of file system events; it is readable while an event is
 * queued. Does not block.
 *
 * @param flags - IN_CLOEXEC, IN_NONBLOCK
 * @throws SystemError EINVAL: unknown flag. EMFILE: no descriptor is free, or this user has too many queues.
 * ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/inotify_init.2.html
 */
export function inotifyInit1(flags = 0): number {
  return check(native.inotify_init1(flags), "inotify_init1");
}

/**
 * `inotify_add_watch(fd, pathname, mask)`: adds a watch for a file or directory, or changes it.
 * Does not block.
 *
 * @param mask - IN_… bits: what to report, and how
 * @returns the number of the watch; adding the same file again returns the same number
 * @throws SystemError EACCES, ENOENT, ENOTDIR, ENAMETOOLONG: about `pathname`. EEXIST: already
 * watched, with IN_MASK_CREATE. EBADF. EINVAL: `fd` is not an inotify descriptor, or `mask` has no event.
 * ENOSPC: this user has too many watches.
 * TypeError: a null byte in `pathname`
 * @see https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html
 */
export function inotifyAddWatch(fd: number, pathname: string | Uint8Array, mask: number): number {
  const path = checkCString(pathname, "pathname");
  return check(native.inotify_add_watch(fd, path, mask), "inotify_add_watch", fd);
}

/**
 * `inotify_rm_watch(fd, wd)`: removes a watch, and queues an IN_IGNORED event. Does not block.
 *
 * @throws SystemError EBADF. EINVAL: `fd` is not an inotify descriptor, or no such watch
 * @see https://man7.org/linux/man-pages/man2/inotify_rm_watch.2.html
 */
export function inotifyRmWatch(fd: number, wd: number): void {
  check(native.inotify_rm_watch(fd, wd), "inotify_rm_watch", fd);
}

/**
 * Decodes the events that read(2) returned. The events are copies: `bytes` can be reused.
 *
 * @param bytes - all the bytes that read(2) returned, and no others
 * @throws TypeError: `bytes` is not a Uint8Array
 */
export function inotifyEvents(bytes: Uint8Array): InotifyEvent[] {
  checkBytes(bytes, "bytes");
  const events: InotifyEvent[] = [];
  const { sizeof, fields } = INOTIFY_EVENT;
  forEachRecord(
    bytes.length,
    sizeof,
    1,
    (start) => sizeof + readNumber(bytes, fields.len, start),
    (start, end) => {
      const name = untilNull(bytes.subarray(start + sizeof, end));
      events.push({
        wd: readNumber(bytes, fields.wd, start),
        mask: readNumber(bytes, fields.mask, start),
        cookie: readNumber(bytes, fields.cookie, start),
        name: readText(name),
        nameBytes: new Uint8Array(name),
      });
    },
  );
  return events;
}
