import { describe, expect, it } from "vitest";
import { alignUp, forEachRecord } from "../../lib/memory/records.ts";
import { readText, untilNull } from "../../lib/memory/text.ts";

/** Records that begin with a byte for their length. */
function records(bytes: number[], header = 2, alignment = 4): [start: number, end: number][] {
  const found: [number, number][] = [];
  const lengthAt = (start: number): number => bytes[start] ?? 0;
  forEachRecord(bytes.length, header, alignment, lengthAt, (...place) => found.push(place));
  return found;
}

describe("records", () => {
  it("begin at multiples of the alignment behind each other", () => {
    expect(records([3, 9, 9, 0, 5, 9, 9, 9, 9, 0, 0, 0, 2, 9])).toEqual([
      [0, 3],
      [4, 9],
      [12, 14],
    ]);
  });

  it("end at one that is cut short, or shorter than its header", () => {
    expect(records([2, 9, 0, 0, 5, 9])).toEqual([[0, 2]]);
    expect(records([2, 9, 0, 0, 1, 9, 9, 9])).toEqual([[0, 2]]);
    expect(records([2])).toEqual([]);
    expect(records([])).toEqual([]);
  });

  it("end at a length that is negative or no number", () => {
    let calls = 0;
    const run = (length: number) => {
      forEachRecord(
        8,
        0,
        1,
        () => length,
        () => calls++,
      );
    };
    run(NaN);
    run(-1);

    expect(calls).toBe(0);
  });

  it.each([
    [0, 0],
    [1, 4],
    [4, 4],
    [5, 8],
  ])("of %d bytes take %d where they are aligned to 4", (length, aligned) => {
    expect(alignUp(length, 4)).toBe(aligned);
  });
});

describe("text in a structure", () => {
  it("ends at the first null byte, and need not have one", () => {
    expect(readText(Buffer.from("eth0\0garbage"))).toBe("eth0");
    expect(readText(Buffer.from("eth0"))).toBe("eth0");
    expect(untilNull(Uint8Array.of(0, 1))).toEqual(new Uint8Array());
  });

  it("keeps a byte order mark, which is part of a name", () => {
    expect(readText(Buffer.from("\ufeffname"))).toBe("\ufeffname");
  });
});
