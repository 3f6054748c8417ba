import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";
import { LOOPBACK, nameOf, opened, openPair } from "./support.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

/** A blocking UDP socket on loopback. */
function openUdp(): number {
  const fd = opened(sys.socket(sys.AF_INET, sys.SOCK_DGRAM | sys.SOCK_CLOEXEC));
  sys.bind(fd, LOOPBACK);
  return fd;
}

const portOf = (fd: number): number => Buffer.from(nameOf(fd)).readUInt16BE(2);

describe("the buffers of a message of recvmmsg(2) and sendmmsg(2)", () => {
  it("are sent as one datagram each, as Python receives them", async () => {
    await using python = new Python();
    await python.run(
      'peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\npeer.bind(("127.0.0.1", 0))',
    );
    const port = Number(await python.run("peer.getsockname()[1]"));
    const here = openUdp();
    sys.connect(here, sys.sockaddrIn("127.0.0.1", port));
    const messages = new sys.MessageVector(4, 8);
    messages.setBuffers(0, [bytes("head"), bytes(":"), bytes("body, longer than a slot")]);
    messages.data.set(bytes("slot"), 8);
    messages.set(1, 4);
    messages.setBuffers(2, []);
    messages.setBuffers(3, [new Uint16Array([0x4141, 0x4242])]);

    expect(sys.sendmmsg(here, messages)).toBe(4);

    const received = await python.run("[peer.recv(100).decode() for _ in range(4)]");
    expect(received).toEqual(["head:body, longer than a slot", "slot", "", "AABB"]);
    expect([0, 1, 2, 3].map((index) => messages.length(index))).toEqual([29, 4, 0, 4]);
  });

  it("are filled in order by what Python sends, beside slots", async () => {
    await using python = new Python();
    const here = openUdp();
    await python.run(
      `peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\npeer.connect(("127.0.0.1", ${String(portOf(here))}))\n` +
        'peer.sendmsg([b"ab", b"cdef"])\npeer.send(b"slot")\npeer.send(b"much too long")',
    );
    const messages = new sys.MessageVector(3, 8);
    const [head, body, last] = [Buffer.alloc(3, "."), Buffer.alloc(8, "."), Buffer.alloc(4)];
    messages.setBuffers(0, [head, body]);
    messages.setBuffers(2, [last]);

    expect(sys.recvmmsg(here, messages)).toBe(3);

    expect([head, body, last].map(String)).toEqual(["abc", "def.....", "much"]);
    expect(Buffer.from(messages.data.subarray(8, 12)).toString()).toBe("slot");
    expect([0, 1, 2].map((index) => messages.length(index))).toEqual([6, 4, 4]);
    expect(messages.flags(2) & sys.MSG_TRUNC).toBe(sys.MSG_TRUNC);
    expect(messages.data.subarray(0, 8)).toEqual(new Uint8Array(8));
  });

  it("belong to the slots from `first` on, and stay until they are replaced", () => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const messages = new sys.MessageVector(3, 4);
    const own = Buffer.alloc(4, ".");
    messages.setBuffers(1, [own]);
    for (const text of ["one", "two", "three"]) sys.send(there, bytes(text));

    expect(sys.recvmmsg(here, messages, 1, 1)).toBe(1);
    expect(own.toString()).toBe("one.");
    expect(sys.recvmmsg(here, messages, 1, 1)).toBe(1);
    expect(own.toString()).toBe("two.");
    messages.setBuffers(1, null);
    expect(sys.recvmmsg(here, messages, 1, 1)).toBe(1);

    expect(own.toString()).toBe("two.");
    expect(Buffer.from(messages.data.subarray(4, 8)).toString()).toBe("thre");
  });

  it("are refused where they are no typed arrays, too many, or of no slot", () => {
    const messages = new sys.MessageVector(2, 4);
    const wrong =
      (iov: unknown, index = 0) =>
      (): void => {
        messages.setBuffers(index, iov as Uint8Array[]);
      };

    for (const iov of ["x", 1, undefined, [1], [new ArrayBuffer(4)], [[new Uint8Array(1)]]]) {
      expect(wrong(iov)).toThrow(
        expect.objectContaining({
          code: "ERR_INVALID_ARG_TYPE",
          message: expect.stringContaining('"iov"') as string,
        }),
      );
    }
    expect(wrong(new Array(sys.IOV_MAX + 1).fill(new Uint8Array(1)))).toThrow(RangeError);
    expect(wrong(null, 2)).toThrow(/"index"/);
    expect(messages.buffers(0, 2)).toBeNull();
  });

  it("may be detached later: nothing is received then", () => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const messages = new sys.MessageVector(1, 4);
    const own = new Uint8Array(4);
    messages.setBuffers(0, [own]);
    structuredClone(own.buffer, { transfer: [own.buffer] });
    sys.send(there, bytes("lost"));

    expect(sys.recvmmsg(here, messages)).toBe(1);

    expect([messages.length(0), messages.flags(0) & sys.MSG_TRUNC]).toEqual([0, sys.MSG_TRUNC]);
  });
});

describe("the time limit of recvmmsg(2)", () => {
  it("as a Timespec that is not normalized is EINVAL", () => {
    const [here] = openPair(sys.SOCK_DGRAM);
    const timeout = new sys.Timespec(0, 1_000_000_000);

    expect(() => sys.recvmmsg(here, new sys.MessageVector(1, 4), 0, 1, 0, timeout)).toThrow(
      expect.objectContaining({ code: "EINVAL", syscall: "recvmmsg" }),
    );
  });

  it("as a Timespec receives what is left", () => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const timeout = new sys.Timespec(60);
    sys.send(there, bytes("x"));

    expect(sys.recvmmsg(here, new sys.MessageVector(1, 4), 0, 1, 0, timeout)).toBe(1);

    expect(timeout.ms).toBeGreaterThan(0);
    expect(timeout.ms).toBeLessThanOrEqual(60_000);
  });
});
