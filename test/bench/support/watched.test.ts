import { readdirSync } from "node:fs";
import { sys } from "pollux";
import { describe, expect, it } from "vitest";
import { descriptorsFor, openWatched } from "../../../bench/support/watched.ts";

function open(): number {
  return readdirSync("/proc/self/fd").length;
}

/** The indexes of those that have something to read. */
function readable(watched: readonly number[]): number[] {
  const fds = new sys.PollFds(watched.length);
  for (const [index, fd] of watched.entries()) fds.set(index, fd, sys.POLLIN);
  sys.poll(fds, watched.length, 0);
  return [...watched.keys()].filter((index) => fds.revents(index) !== 0);
}

describe("openWatched", () => {
  it.each([
    ["pipe", 1],
    ["two-ended pipe", 2],
    ["socket", 2],
  ] as const)("opens a %s with %d descriptors, and closes all of them", (kind, each) => {
    openWatched(kind, 1, 1).close(); // a blocking accept keeps an epoll open until Node's loop turns
    const before = open();
    const { close } = openWatched(kind, 5, 1);

    expect(open() - before).toBe(5 * each);
    expect(descriptorsFor(kind, 5)).toBeGreaterThanOrEqual(5 * each);
    close();
    expect(open()).toBe(before);
  });

  it.each(["pipe", "two-ended pipe", "socket"] as const)(
    "makes as many of each %s readable as it is told, the last one among them",
    (kind) => {
      const { watched, close } = openWatched(kind, 6, 2);

      expect(readable(watched)).toEqual([2, 5]);
      close();
    },
  );

  it("makes a pipe of one descriptor readable by writing to it, and empty by reading", () => {
    const { watched, others, close } = openWatched("pipe", 2, 0);
    sys.write(others[1]!, new Uint8Array(1));

    expect(readable(watched)).toEqual([1]);
    expect(sys.read(watched[1]!, new Uint8Array(8))).toBe(1);
    expect(readable(watched)).toEqual([]);
    close();
  });
});
