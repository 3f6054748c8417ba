/** `length` rounded up to a multiple of `alignment`: where the next record begins. */
export function alignUp(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

/**
 * Visits records that stand one behind another, each with its own length in its header: control
 * messages, netlink messages and attributes, next hops, inotify events. Ends at a record that is cut
 * short, or whose length is less than its header.
 *
 * @param end - where the records end in `bytes`
 * @param header - bytes of a header
 * @param alignment - the next record begins at a multiple of this, counted from the record before
 * @param lengthAt - reads the length, header included, of the record that begins there
 * @param visit - is told where a record begins and ends in the memory
 * @returns where it ended: `end` or behind it, unless something is left that is no record
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
