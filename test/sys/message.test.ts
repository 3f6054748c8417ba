import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { receiveSignals } from "../support/signals.ts";
import { LOOPBACK, nameOf, NOT_OPEN, opened, openPair, openPipe, openSocket } from "./support.ts";

const { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET } = sys;
const outside = expect.objectContaining({
  name: "RangeError",
  code: "ERR_OUT_OF_RANGE",
}) as RangeError;
const text = (...buffers: Uint8Array[]): string => Buffer.concat(buffers).toString();

/** A UDP socket on loopback, and its address. */
function openUdp(): [fd: number, address: Uint8Array] {
  const fd = openSocket(AF_INET, SOCK_DGRAM);
  sys.bind(fd, LOOPBACK);
  return [fd, nameOf(fd)];
}

describe("recvmsg(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "recvmsg" }) as Error;

  it("fills the buffers one after the other", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("abcdef"));
    const [first, second, third] = [Buffer.alloc(2), Buffer.alloc(3), Buffer.alloc(4, ".")];

    expect(sys.recvmsg(here, [first, second, third])).toBe(6);

    expect(text(first, second, third)).toBe("abcdef...");
  });

  it("says who sent it, and MSG_TRUNC where a datagram was cut", () => {
    const [here, address] = openUdp();
    const [there, sender] = openUdp();
    const header = new sys.MessageHeader(new Uint8Array(64));

    sys.sendto(there, Buffer.from("abcdef"), 0, 6, 0, address);

    expect(sys.recvmsg(here, [new Uint8Array(4)], header)).toBe(4);
    expect(header.flags & sys.MSG_TRUNC).toBe(sys.MSG_TRUNC);
    expect((header.name as Uint8Array).subarray(0, header.nameLength)).toEqual(sender);
  });

  it("says MSG_CTRUNC where control messages find no room, and lets no descriptor in", () => {
    const [here, there] = openPair();
    const header = new sys.MessageHeader();
    const before = openDescriptors();
    sys.sendmsg(there, [Buffer.from("x")], null, rights([there]));

    expect(sys.recvmsg(here, [new Uint8Array(1)], header)).toBe(1);
    expect(header.flags & sys.MSG_CTRUNC).toBe(sys.MSG_CTRUNC);
    expect(openDescriptors()).toEqual(before);
  });

  it("returns null where it would block, 0 at the end of the stream", () => {
    const [here, there] = openPair();
    const before = sys.recvmsg(here, [new Uint8Array(1)]);

    sys.shutdown(there, sys.SHUT_WR);

    expect([before, sys.recvmsg(here, [new Uint8Array(1)])]).toEqual([null, 0]);
  });

  it("throws EBADF and ENOTSOCK, and names the descriptor", () => {
    const [readEnd] = openPipe();

    expect(() => sys.recvmsg(NOT_OPEN, [])).toThrow(failure("EBADF"));
    expect(() => sys.recvmsg(readEnd, [])).toThrow(
      expect.objectContaining({ code: "ENOTSOCK", fd: readEnd }),
    );
  });

  it("throws EINTR when a signal arrives", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_STREAM).map(opened) as [number, number];
    sys.setsockopt(here, SOL_SOCKET, sys.SO_RCVTIMEO, BigInt64Array.of(60n, 0n));
    receiveSignals();

    expect(() => sys.recvmsg(here, [new Uint8Array(1)])).toThrow(failure("EINTR"));
    expect(there).not.toBe(here);
  });

  it("refuses more than IOV_MAX buffers, and takes nothing", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("x"));
    const many = Array.from({ length: sys.IOV_MAX + 1 }, () => new Uint8Array(1));

    expect(() => sys.recvmsg(here, many)).toThrow(outside);

    expect(sys.recvmsg(here, many.slice(1))).toBe(1);
  });

  it("sees a buffer as it is after the getters of the list have run", () => {
    const [here, there] = openPair();
    sys.send(there, Buffer.from("abcd"));
    const first = new Uint8Array(4);
    const list = [first, new Uint8Array(0)];
    Object.defineProperty(list, 1, {
      get: () => {
        structuredClone(first.buffer, { transfer: [first.buffer] });
        return new Uint8Array(2);
      },
    });

    expect(sys.recvmsg(here, list)).toBe(2);
  });

  it("passes on what a getter of the list throws", () => {
    const list = Object.defineProperty([], 0, {
      get: () => {
        throw new Error("mine");
      },
    });

    expect(() => sys.recvmsg(openPair()[0], list)).toThrow("mine");
  });
});

describe("sendmsg(2)", () => {
  const failure = (code: string) => expect.objectContaining({ code, syscall: "sendmsg" }) as Error;

  it("sends the buffers as one datagram, to this address", () => {
    const [here, address] = openUdp();
    const [there] = openUdp();
    const buffer = Buffer.alloc(9, ".");
    const name = Uint8Array.of(...address, 1, 2, 3);

    const parts = ["ab", "", "cde"].map((part) => Buffer.from(part));
    expect(sys.sendmsg(there, parts, name, null, 0, address.length)).toBe(5);

    expect([sys.recv(here, buffer), buffer.toString()]).toEqual([5, "abcde...."]);
  });

  it("returns null where there is no room", () => {
    const [here, there] = openPair();

    while (sys.sendmsg(here, [new Uint8Array(2 ** 16)]) !== null);

    expect(sys.recv(there, new Uint8Array(1))).toBe(1);
  });

  it("throws EPIPE, EDESTADDRREQ, EMSGSIZE, EBADF, ENOTSOCK, and EINVAL for bad control data", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_STREAM);
    opened(here);
    sys.close(there);
    const byte = [Buffer.from("x")];
    const udp = openSocket(AF_INET, SOCK_DGRAM);

    expect(() => sys.sendmsg(here, byte)).toThrow(failure("EPIPE"));
    expect(() => sys.sendmsg(udp, byte)).toThrow(failure("EDESTADDRREQ"));
    expect(() => sys.sendmsg(udp, [new Uint8Array(2 ** 17)], openUdp()[1])).toThrow(
      failure("EMSGSIZE"),
    );
    expect(() => sys.sendmsg(NOT_OPEN, byte)).toThrow(failure("EBADF"));
    expect(() => sys.sendmsg(openPipe()[0], byte)).toThrow(failure("ENOTSOCK"));
    expect(() => sys.sendmsg(openPair()[0], byte, null, new Uint8Array(24).fill(0xff))).toThrow(
      failure("EINVAL"),
    );
  });

  it("refuses control messages of RDS, whose data are pointers", () => {
    const SOL_RDS = 276;
    const control = rights([0]);
    new Int32Array(control.buffer)[2] = SOL_RDS;
    const behind = Buffer.concat([rights([0]), control]);

    for (const bytes of [control, behind]) {
      expect(() => sys.sendmsg(openPair()[0], [], null, bytes)).toThrow(outside);
    }
  });

  it("refuses lengths beyond the address and the control data", () => {
    const fd = openPair()[0];

    expect(() => sys.sendmsg(fd, [], new Uint8Array(4), null, 0, 5)).toThrow(outside);
    expect(() => sys.sendmsg(fd, [], null, new Uint8Array(4), 0, 0, 5)).toThrow(outside);
  });
});

describe("recvmmsg(2) and sendmmsg(2)", () => {
  it("carry many datagrams in two calls, each with its length, and who sent it", () => {
    const [here, address] = openUdp();
    const [there, sender] = openUdp();
    const [out, into] = [new sys.MessageVector(8, 16), new sys.MessageVector(8, 16)];
    for (let i = 0; i < 8; i++) {
      out.data.fill(0x61 + i, i * 16, i * 16 + i);
      out.names.set(address, i * sys.MessageVector.NAME_SIZE);
      out.set(i, i, address.length);
    }

    const counts = [sys.sendmmsg(there, out), sys.recvmmsg(here, into)];

    expect(counts).toEqual([8, 8]);
    for (let i = 0; i < 8; i++) {
      expect(text(into.data.subarray(i * 16, i * 16 + into.length(i)))).toBe(
        String.fromCharCode(0x61 + i).repeat(i),
      );
      const name = i * sys.MessageVector.NAME_SIZE;
      expect(into.names.subarray(name, name + into.nameLength(i))).toEqual(sender);
      expect(into.flags(i)).toBe(0);
    }
    expect(sys.recvmmsg(here, into)).toBeNull();
  });

  it("begin at `first`, and leave the other slots alone", () => {
    const [here, there] = openPair(SOCK_DGRAM);
    const messages = new sys.MessageVector(4, 4);
    messages.data.fill(0x2e);
    messages.data.set(Buffer.from("abcd"), 8);
    messages.set(2, 3);

    expect(sys.sendmmsg(here, messages, 2, 1)).toBe(1);
    messages.data.fill(0x2e);
    expect(sys.recvmmsg(there, messages, 1, 2)).toBe(1);

    expect(text(messages.data)).toBe("....abc.........");
    expect([0, 1, 2, 3].map((i) => messages.length(i))).toEqual([0, 3, 3, 0]);
  });

  it("say MSG_TRUNC of the message that was cut, and how long it was where that is asked", () => {
    const [here, there] = openPair(SOCK_DGRAM);
    const messages = new sys.MessageVector(3, 4);
    for (const length of [3, 9, 4]) sys.send(there, new Uint8Array(length));

    expect(sys.recvmmsg(here, messages, 0, 3, sys.MSG_TRUNC)).toBe(3);

    expect([0, 1, 2].map((i) => messages.length(i))).toEqual([3, 9, 4]);
    expect([0, 1, 2].map((i) => messages.flags(i) & sys.MSG_TRUNC)).toEqual([0, sys.MSG_TRUNC, 0]);
  });

  it("throw for the first message, and end before a later one that fails", () => {
    const [here, address] = openUdp();
    const nobody = openSocket(AF_INET, SOCK_DGRAM);
    const messages = new sys.MessageVector(2, 4);
    messages.set(0, 4, address.length);
    messages.names.set(address);
    messages.set(1, 4);

    expect(sys.sendmmsg(nobody, messages)).toBe(1);
    expect(() => sys.sendmmsg(nobody, messages, 1)).toThrow(
      expect.objectContaining({ code: "EDESTADDRREQ", syscall: "sendmmsg", fd: nobody }),
    );
    expect(() => sys.recvmmsg(NOT_OPEN, messages)).toThrow(
      expect.objectContaining({ code: "EBADF", syscall: "recvmmsg" }),
    );
    expect(sys.recvmmsg(here, messages)).toBe(1);
  });

  it("end after the first message with MSG_WAITFORONE, after the time with a timeout", () => {
    const [here, there] = sys.socketpair(AF_UNIX, SOCK_DGRAM).map(opened) as [number, number];
    const messages = new sys.MessageVector(4, 4);

    sys.send(there, new Uint8Array(1));
    expect(sys.recvmmsg(here, messages, 0, 4, sys.MSG_WAITFORONE)).toBe(1);
    sys.send(there, new Uint8Array(1));
    expect(sys.recvmmsg(here, messages, 0, 4, 0, 0)).toBe(1);
  });

  it("refuse slots that do not exist, and throw EFAULT where a length was spoilt", () => {
    const [here] = openPair(SOCK_DGRAM);
    const messages = new sys.MessageVector(2, 4, 8);

    expect(() => sys.recvmmsg(here, messages, 3)).toThrow(outside);
    expect(() => sys.sendmmsg(here, messages, 1, 2)).toThrow(outside);
    expect(() => messages.set(2, 0)).toThrow(outside);
    expect(() => messages.set(0, 5)).toThrow(outside);
    for (const index of [2, 0.5, NaN]) expect(() => messages.length(index)).toThrow(outside);
    for (const [index, wrong] of [5, -1].flatMap((value) => [0, 1, 2].map((at) => [at, value]))) {
      messages.set(0, 0);
      messages.slots[index!] = index === 1 ? wrong! * 100 : wrong! * 2;
      expect(() => sys.sendmmsg(here, messages)).toThrow(
        expect.objectContaining({ code: "EFAULT" }),
      );
    }
  });

  it.each([0, 1025, 1.5])("has no vector of %d messages", (capacity) => {
    expect(() => new sys.MessageVector(capacity, 1)).toThrow(outside);
  });

  it("let in the descriptors of every message", () => {
    const [here, there] = openPair(SOCK_DGRAM);
    const messages = new sys.MessageVector(2, 1, 32);
    for (let i = 0; i < 2; i++) sys.sendmsg(there, [Buffer.from("x")], null, rights([there, here]));

    expect(sys.recvmmsg(here, messages)).toBe(2);

    const received = [0, 1].flatMap((i) => {
      expect(messages.controlLength(i)).toBe(24);
      return [...new Int32Array(messages.control.buffer, i * 32 + 16, 2)];
    });
    expect(new Set(received).size).toBe(4);
    for (const fd of received) sys.close(fd);
  });
});

/** One SCM_RIGHTS message. */
function rights(fds: readonly number[]): Uint8Array {
  const control = new Uint8Array(16 + Math.ceil((fds.length * 4) / 8) * 8);
  const SCM_RIGHTS = 1;
  new BigUint64Array(control.buffer)[0] = BigInt(16 + fds.length * 4);
  new Int32Array(control.buffer).set([SOL_SOCKET, SCM_RIGHTS, ...fds], 2);
  return control;
}
