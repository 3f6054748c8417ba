import { describe, expect, it } from "vitest";
import { inParts, pause, restOf, timeLimit, waitReady } from "../../lib/descriptors/blocking.ts";
import { now } from "../../lib/runtime/timing.ts";
import * as sys from "../../lib/sys/index.ts";
import { openPipe } from "../sys/support.ts";

describe("waitReady", () => {
  it("says whether a descriptor is ready in time, and not before the time has passed", () => {
    const [readEnd, writeEnd] = openPipe();
    const startMs = now();

    expect(waitReady(writeEnd, sys.POLLOUT)).toBe(true);
    expect(
      waitReady(
        readEnd,
        sys.POLLIN,
        timeLimit("read", () => 5.5),
      ),
    ).toBe(false);
    pause(2);

    expect(now() - startMs).toBeGreaterThanOrEqual(7.5);
  });

  it("ends for a descriptor that is not open: the call says so then", () => {
    expect(waitReady(1_000_000, sys.POLLIN)).toBe(true);
  });
});

describe("inParts", () => {
  it("stops at the error behind the first part, which the next call tells", () => {
    const [, writeEnd] = openPipe();
    sys.fcntl(writeEnd, sys.F_SETFL, 0);
    const failing = (): number => {
      sys.fcntl(-1, sys.F_GETFD);
      return 0;
    };

    expect(inParts(writeEnd, 9, (done) => (done === 0 ? 3 : failing()))).toBe(3);
    expect(() => inParts(writeEnd, 9, failing)).toThrow(expect.objectContaining({ code: "EBADF" }));
  });
});

describe("restOf", () => {
  it("gives what comes after so many bytes, of typed arrays of any kind", () => {
    const iov = [Buffer.from("ab"), new Uint8Array(0), Uint16Array.of(0x6463), Buffer.from("e")];
    const text = (done: number): string => Buffer.concat(restOf(iov, done).map(bytesOf)).toString();

    expect([0, 1, 2, 3, 4, 5].map(text)).toEqual(["abcde", "bcde", "cde", "de", "e", ""]);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
