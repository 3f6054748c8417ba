import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DatagramBatch } from "../../lib/socket/datagram_batch.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";

const { AF_INET, AF_INET6, SOCK_DGRAM } = sys;

const udp = (address = "127.0.0.1"): Socket =>
  Socket.open(address.includes(":") ? AF_INET6 : AF_INET, SOCK_DGRAM).bind({ address, port: 0 });
const texts = (batch: DatagramBatch): string[] =>
  Array.from({ length: batch.count }, (_, index) => Buffer.from(batch.data(index)).toString());

describe("DatagramBatch", () => {
  it.each(["127.0.0.1", "::1"])("echoes a whole batch on %s to its senders as it came", (host) => {
    using server = udp(host);
    using first = udp(host);
    using second = udp(host);
    const batch = new DatagramBatch({ capacity: 8, slotSize: 16 });
    for (const [index, socket] of [first, second, first].entries()) {
      socket.sendTo(Buffer.from(`datagram ${index}`), server.localAddress);
    }

    expect(batch.receive(server)).toBe(3);
    expect(texts(batch)).toEqual(["datagram 0", "datagram 1", "datagram 2"]);
    expect([0, 1, 2].map((index) => batch.address(index))).toEqual(
      [first, second, first].map((socket) => socket.localAddress),
    );
    expect(batch.send(server)).toBe(3);

    const back = new DatagramBatch();
    expect([back.receive(first), ...texts(back)]).toEqual([2, "datagram 0", "datagram 2"]);
    expect([back.receive(second), ...texts(back)]).toEqual([1, "datagram 1"]);
    expect(back.receive(second)).toBeNull();
    expect(back.count).toBe(0);
  });

  it("sends what was added, to an address or to the peer", () => {
    using server = udp();
    using client = udp();
    client.connect(server.localAddress);
    const batch = new DatagramBatch({ capacity: 2, slotSize: 4 });

    batch.add(Buffer.from("ab")).add(Buffer.from("cdef"), server.localAddress);

    expect(batch.send(client, 1)).toBe(1);
    expect(batch.send(client)).toBe(2);
    const received = new DatagramBatch();
    received.receive(server);
    expect(texts(received)).toEqual(["cdef", "ab", "cdef"]);
  });

  it("says which datagram was cut, and keeps its control messages", () => {
    using server = udp();
    using client = udp();
    server.setOption(sys.IPPROTO_IP, sys.IP_RECVTTL, 1);
    const batch = new DatagramBatch({ slotSize: 4, controlSize: 64 });
    client.sendTo(Buffer.from("abc"), server.localAddress);
    client.sendMessage(Buffer.from("defgh"), {
      address: server.localAddress,
      control: [{ type: "IP_TTL", value: 9 }],
    });

    batch.receive(server, sys.MSG_TRUNC);

    expect(texts(batch)).toEqual(["abc", "defg"]);
    expect([0, 1].map((index) => batch.truncated(index))).toEqual([false, true]);
    expect([0, 1].map((index) => batch.control(index))).toEqual([
      [{ type: "IP_TTL", value: 64 }],
      [{ type: "IP_TTL", value: 9 }],
    ]);
  });

  it("hands over the descriptors of each datagram, close-on-exec", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    using _here = here;
    using _there = there;
    const before = openDescriptors();
    const out = new DatagramBatch({ slotSize: 1, controlSize: 64 });
    const control = [{ type: "SCM_RIGHTS", descriptors: [here, there] }] as const;
    out.add(Buffer.from("x"), undefined, control).add(Buffer.from("y"), undefined, control);

    expect(out.send(there)).toBe(2);
    const batch = new DatagramBatch({ controlSize: 64 });
    expect(batch.receive(here)).toBe(2);

    const descriptors = [0, 1].flatMap((index) =>
      batch.control(index).flatMap((message) => {
        return message.type === "SCM_RIGHTS" ? message.descriptors : [];
      }),
    );
    expect(descriptors).toHaveLength(4);
    for (const descriptor of descriptors) {
      expect(sys.fcntl(descriptor.fd, sys.F_GETFD) & sys.FD_CLOEXEC).toBe(sys.FD_CLOEXEC);
      descriptor.close();
    }
    expect(openDescriptors()).toEqual(before);
  });

  it("refuses one datagram too many, one that is too long, and indexes that do not exist", () => {
    const batch = new DatagramBatch({ capacity: 1, slotSize: 4 });
    const outside = expect.objectContaining({ code: "ERR_OUT_OF_RANGE" });

    expect(() => batch.add(new Uint8Array(5))).toThrow(outside);
    expect(batch.count).toBe(0);
    batch.add(new Uint8Array(4));

    expect(() => batch.add(new Uint8Array(1))).toThrow(outside);
    expect(() => batch.data(1)).toThrow(outside);
    expect(() => batch.address(-1)).toThrow(outside);
    expect(() => new DatagramBatch({ capacity: 0 })).toThrow(outside);
  });

  it("carries a million datagrams over loopback, whole and in order", () => {
    using server = udp();
    using client = udp();
    server.setOption(sys.SOL_SOCKET, sys.SO_RCVBUF, 4 * 1024 * 1024);
    client.connect(server.localAddress);
    const [out, into] = [0, 1].map(() => new DatagramBatch({ capacity: 64, slotSize: 16 })) as [
      DatagramBatch,
      DatagramBatch,
    ];
    for (let index = 0; index < 64; index++) out.add(new Uint8Array(8));
    const DATAGRAMS = 1_000_000;

    let [sent, received, wrong] = [0, 0, 0];
    while (received < DATAGRAMS) {
      for (let index = 0; index < 64; index++) writeNumber(out.data(index), sent + index);
      sent += out.send(client) ?? 0;
      for (let count = into.receive(server); count !== null; count = into.receive(server)) {
        for (let index = 0; index < count; index++) {
          if (readNumber(into.data(index)) !== received++) wrong++;
        }
        if (count < 64) break;
      }
    }

    expect([sent, received, wrong]).toEqual([DATAGRAMS, DATAGRAMS, 0]);
  });
});

function writeNumber(bytes: Uint8Array, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, value);
}

function readNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

describe("DatagramBatch with returnControl", () => {
  it("sends back no descriptor: its number may be another file's by now", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    there.sendMessage(Buffer.from("x"), { control: [{ type: "SCM_RIGHTS", descriptors: [0] }] });
    const batch = new DatagramBatch({ controlSize: sys.cmsgSpace(4), returnControl: true });
    expect(batch.receive(here)).toBe(1);
    const [rights] = batch.control(0);
    if (rights?.type !== "SCM_RIGHTS") throw new Error("no descriptor came");
    for (const descriptor of rights.descriptors) descriptor.close();

    expect(batch.send(here)).toBe(1);

    using message = there.recvMessage(new Uint8Array(8), { controlSize: sys.cmsgSpace(4) });
    expect(message?.descriptors).toEqual([]);
    here.close();
    there.close();
  });

  it("sends back what it has of a datagram that was longer than its slot", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    there.send(Buffer.from("longer"));
    const batch = new DatagramBatch({ slotSize: 4, controlSize: 64, returnControl: true });

    expect(batch.receive(here, sys.MSG_TRUNC)).toBe(1);
    expect(batch.send(here)).toBe(1);

    const buffer = Buffer.alloc(8);
    expect([there.recv(buffer), buffer.toString("utf8", 0, 4)]).toEqual([4, "long"]);
    here.close();
    there.close();
  });

  it("answers a peer whose path fills sun_path", () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const path = join(directory, "x".repeat(107 - directory.length));
    const server = Socket.open(sys.AF_UNIX, SOCK_DGRAM).bind({ path: join(directory, "server") });
    const client = Socket.open(sys.AF_UNIX, SOCK_DGRAM).bind({ path });
    client.sendTo(Buffer.from("hello"), server.localAddress);
    const batch = new DatagramBatch();

    expect(batch.receive(server)).toBe(1);
    expect(batch.send(server)).toBe(1);

    expect(client.recv(new Uint8Array(8))).toBe(5);
    client.close();
    server.close();
    rmSync(directory, { recursive: true });
  });
});
