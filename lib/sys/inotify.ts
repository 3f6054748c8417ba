import { checkBytes, checkCString } from "../arguments.ts";
import { check } from "../errors.ts";
import { readNumber } from "../memory/fields.ts";
import { forEachRecord } from "../memory/records.ts";
import { readText, untilNull } from "../memory/text.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  IN_ACCESS, IN_ALL_EVENTS, IN_ATTRIB, IN_CLOEXEC, IN_CLOSE, IN_CLOSE_NOWRITE, IN_CLOSE_WRITE,
  IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_DONT_FOLLOW, IN_EXCL_UNLINK, IN_IGNORED, IN_ISDIR,
  IN_MASK_ADD, IN_MASK_CREATE, IN_MODIFY, IN_MOVE, IN_MOVED_FROM, IN_MOVED_TO, IN_MOVE_SELF,
  IN_NONBLOCK, IN_ONESHOT, IN_ONLYDIR, IN_OPEN, IN_Q_OVERFLOW, IN_UNMOUNT, NAME_MAX,
} = native;

/** The maximum length of a directory entry's name, in bytes. */

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
export function inotifyInit1(flags: Constant<"IN"> = 0): number {
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
export function inotifyAddWatch(
  fd: number,
  pathname: string | Uint8Array,
  mask: Constant<"IN">,
): number {
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
