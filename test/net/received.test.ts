import { describe, expect, it } from "vitest";
import { Received } from "../../lib/net/received.ts";

const LARGE = 65_536;

/** As a socket receives `size` bytes, all of the value `byte`. */
function receive(received: Received, size: number, byte: number): Buffer {
  received.prepare().fill(byte, 0, size);
  return received.take(size);
}

/** Of a socket that has just had a large read. */
function afterLargeRead(): Received {
  const received = new Received();
  receive(received, LARGE, 0);
  return received;
}

describe("Received", () => {
  it("has one piece of memory for the next large read of all sockets", () => {
    const sockets = [afterLargeRead(), afterLargeRead()];

    const [first, second] = sockets.map((socket) => socket.prepare());

    expect(first === second).toBe(true);
  });

  it("uses memory that nothing was received into for the next read", () => {
    const socket = afterLargeRead();

    expect(socket.prepare() === socket.prepare()).toBe(true);
  });

  it.each([1, 16_384, 32_767, 32_768, LARGE - 1, LARGE])(
    "does not overwrite %i bytes that it has handed out",
    (size) => {
      const [one, other] = [afterLargeRead(), afterLargeRead()];

      const bytes = receive(one, size, 1);
      for (const socket of [one, other, new Received()]) receive(socket, LARGE, 2);

      expect(bytes.equals(Buffer.alloc(size, 1))).toBe(true);
    },
  );

  it("does not hand out memory of which less than half is filled", () => {
    const socket = afterLargeRead();

    expect(receive(socket, LARGE / 2 - 1, 1).buffer.byteLength).toBeLessThan(LARGE);
  });
});
