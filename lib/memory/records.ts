/** `length` rounded up to a multiple of `alignment`. */
export function alignUp(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

/**
 * Visits consecutive records, each with its length in its header: control messages, netlink messages
 * and attributes, next hops, inotify events. Stops at a record that is truncated, or whose length is
 * less than its header. All offsets and lengths are in bytes.
 *
 * @param end - the offset at which the records end
 * @param header - the length of a header
 * @param alignment - each record starts at a multiple of this, relative to the previous record
 * @param lengthAt - reads the length, header included, of the record that starts at an offset
 * @param visit - receives the offsets of the start and the end of each record
 * @returns the offset at which it stopped: `end` or more, unless the remaining bytes are not a record
 */
export function forEachRecord(
  end: number,
  header: number,
  alignment: number,
  lengthAt: (start: number) => number,
  visit: (start: number, end: number) => void,
): number {
  let start = 0;
  while (end - start >= header) {
    const length = lengthAt(start);
    if (!(length >= header && length <= end - start)) break;
    visit(start, start + length);
    start += alignUp(length, alignment);
  }
  return start;
}
