/** A label beside the end of a line. */
export interface Label {
  /** Where the line ends, in pixels from the top. */
  readonly from: number;
  /** Where the middle of the label is. */
  readonly y: number;
}

/**
 * Moves labels apart as little as possible: neighbors that overlap become a block, which lies around the
 * mean of its line ends.
 *
 * @param ends - where the lines end, in any order
 * @param distance - between the middles of two labels
 * @param height - labels stay between 0 and this, if there is room for all
 */
export function spreadLabels(
  ends: readonly number[],
  distance: number,
  height: number,
): readonly Label[] {
  const order = ends.map((_, index) => index).sort((a, b) => ends[a]! - ends[b]!);
  const blocks: { start: number; readonly members: number[] }[] = [];
  for (const index of order) {
    blocks.push({ start: ends[index]!, members: [index] });
    for (;;) {
      const last = blocks.at(-1)!;
      const size = (last.members.length - 1) * distance;
      const mean = last.members.reduce((sum, one) => sum + ends[one]!, 0) / last.members.length;
      last.start = Math.max(0, Math.min(mean - size / 2, height - size));
      const before = blocks.at(-2);
      if (!before || before.start + before.members.length * distance <= last.start + 1e-6) break;
      blocks.splice(-2, 2, { start: 0, members: [...before.members, ...last.members] });
    }
  }
  const placed: Label[] = [];
  for (const { start, members } of blocks) {
    for (const [place, index] of members.entries()) {
      placed[index] = { from: ends[index]!, y: start + place * distance };
    }
  }
  return placed;
}
