import { describe, expect, it } from "vitest";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import { DatagramBatch } from "../../lib/socket/datagram_batch.ts";
import { readExactlySync, writeAllSync } from "../../lib/socket/exact.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";

const { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = sys;

const udp = (address = "127.0.0.1"): Socket =>
  Socket.open(address.includes(":") ? AF_INET6 : AF_INET, SOCK_DGRAM).bind({ address, port: 0 });

describe("recvFrom() and sendTo()", () => {
  it.each(["127.0.0.1", "::1"])("carry a datagram on %s and its answer to the sender", (host) => {
    using server = udp(host);
    using client = udp(host);
    const buffer = Buffer.alloc(8, ".");

    client.sendTo(Buffer.from("abcdef"), server.localAddress, 2, 3);
    const { size, address } = server.recvFrom(buffer, 1, 4)!;
    server.sendTo(buffer, address!, 1, size);

    expect(buffer.toString()).toBe(".cde....");
    expect(address).toEqual(client.localAddress);
    expect(client.recvFrom(buffer)).toEqual({ size: 3, address: server.localAddress });
  });

  it("return null where they would block", () => {
    using socket = udp();

    expect(socket.recvFrom(new Uint8Array(1))).toBeNull();
  });

  it("know no address on a connection, and of an unnamed socket", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    using _here = here;
    using _there = there;

    there.send(Buffer.from("x"));

    expect(here.recvFrom(new Uint8Array(1))).toEqual({ size: 1, address: null });
  });

  it("keep the kernel's bytes of an address that is not UTF-8", () => {
    using server = Socket.open(AF_UNIX, SOCK_DGRAM).bind({ path: "" });
    using client = Socket.open(AF_UNIX, SOCK_DGRAM);
    client.bind({ path: Uint8Array.of(0, 0xff, 0, process.pid & 0xff, process.pid >> 8) });

    client.sendTo(Buffer.from("x"), server.localAddress);
    const { address } = server.recvFrom(new Uint8Array(1))!;
    server.sendTo(Buffer.from("y"), address!);

    expect(client.recvFrom(new Uint8Array(1))?.size).toBe(1);
  });

  it("throw errors that name the address", () => {
    using socket = udp();

    expect(() => socket.sendTo(new Uint8Array(2 ** 17), { address: "127.0.0.1", port: 9 })).toThrow(
      expect.objectContaining({
        ...{ code: "EMSGSIZE", syscall: "sendto", address: "127.0.0.1", port: 9, fd: socket.fd },
        message: "sendto EMSGSIZE 127.0.0.1:9",
      }),
    );
    expect(() =>
      socket.sendMessage(new Uint8Array(1), { address: { address: "::1", port: 9 } }),
    ).toThrow(
      expect.objectContaining({ code: "EAFNOSUPPORT", syscall: "sendmsg", address: "::1" }),
    );
  });
});

describe("recvMessage() and sendMessage()", () => {
  it("scatter and gather, and say that a datagram was cut", () => {
    using server = udp();
    using client = udp();
    const parts = [Buffer.alloc(2), Buffer.alloc(3)];

    const sent = client.sendMessage([Buffer.from("abc"), Buffer.from("def")], {
      address: server.localAddress,
    });
    const message = server.recvMessage(parts)!;

    expect([sent, message.size, parts.map(String)]).toEqual([6, 5, ["ab", "cde"]]);
    expect([message.truncated, message.controlTruncated]).toEqual([true, false]);
    expect(message.address).toEqual(client.localAddress);
    expect(server.recvMessage(parts)).toBeNull();
  });

  it("let no descriptor in that nobody asked for", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    using _here = here;
    using _there = there;
    const before = openDescriptors();

    for (let i = 0; i < 3; i++) {
      there.sendMessage(Buffer.from("x"), {
        control: [{ type: "SCM_RIGHTS", descriptors: [there, here] }],
      });
    }
    const dropped = here.recvMessage(new Uint8Array(1))!;
    here.recv(new Uint8Array(1));
    sys.read(here.fd, new Uint8Array(1));

    expect([dropped.controlTruncated, dropped.control]).toEqual([true, []]);
    expect(openDescriptors()).toEqual(before);
  });

  it("give duplicates of descriptors to MSG_PEEK, which the message owns like the real ones", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    using _here = here;
    using _there = there;
    const before = openDescriptors();
    there.sendMessage(Buffer.from("x"), {
      control: [{ type: "SCM_RIGHTS", descriptors: [there] }],
    });

    for (const flags of [sys.MSG_PEEK, 0]) {
      const message = here.recvMessage(new Uint8Array(1), { controlSize: 64, flags })!;
      const [descriptor] = message.descriptors;
      expect(sys.fcntl(descriptor!.fd, sys.F_GETFD) & sys.FD_CLOEXEC).toBe(sys.FD_CLOEXEC);
      message.close();
      message.close();
    }

    expect(openDescriptors()).toEqual(before);
  });

  it("leave open what was detached", () => {
    const [here, there] = Socket.pair(SOCK_DGRAM);
    using _here = here;
    using _there = there;
    there.sendMessage(Buffer.from("x"), {
      control: [{ type: "SCM_RIGHTS", descriptors: [there] }],
    });

    const message = here.recvMessage(new Uint8Array(1), { controlSize: 64 })!;
    using passed = Socket.fromFd(message.descriptors[0]!.detach());
    message.close();

    expect(passed.type).toBe(SOCK_DGRAM);
  });

  it("leave the sender its descriptors when sending fails", () => {
    using socket = Socket.open(AF_UNIX, SOCK_DGRAM);
    const [here, there] = Socket.pair();
    using _here = here;
    using _there = there;
    const before = openDescriptors();

    expect(() =>
      socket.sendMessage(Buffer.from("x"), {
        address: { path: "\0pollux-nobody" },
        control: [{ type: "SCM_RIGHTS", descriptors: [here, there] }],
      }),
    ).toThrow(expect.objectContaining({ code: "ECONNREFUSED", path: "\0pollux-nobody" }));
    expect(() =>
      socket.sendMessage(Buffer.from("x"), {
        control: [{ type: "SCM_RIGHTS", descriptors: [1_000_000] }],
      }),
    ).toThrow(expect.objectContaining({ code: "EBADF" }));

    expect(openDescriptors()).toEqual(before);
  });
});

describe("readv() and writev()", () => {
  it("gather and scatter in order", () => {
    const [here, there] = Socket.pair(SOCK_STREAM);
    using _here = here;
    using _there = there;
    const parts = [Buffer.alloc(1), Buffer.alloc(4)];

    expect(there.writev([Buffer.from("ab"), Buffer.from("cde")])).toBe(5);
    expect(here.readv(parts)).toBe(5);

    expect(parts.map(String)).toEqual(["a", "bcde"]);
    expect(here.readv(parts)).toBeNull();
  });
});

describe("options that are no object", () => {
  it("are refused by a TypeError with a code", () => {
    const [here, there] = Socket.pair(sys.SOCK_DGRAM);
    using _here = here;
    using _there = there;
    const data = Buffer.from("a");
    const none = null as unknown as object;
    const nothing = undefined as unknown as Socket;

    for (const call of [
      () => here.recvMessage(data, none),
      () => here.sendMessage(data, none),
      () => Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM, 0, none),
      () => Socket.pair(sys.SOCK_DGRAM, none),
      () => new DatagramBatch().receive(nothing),
      () => new DatagramBatch().add(data).send(nothing),
    ]) {
      expect(call).toThrow(
        expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
      );
    }
  });
});

describe("what is no buffer", () => {
  it.each([undefined, null, 5, "text", {}])(
    "is refused by a TypeError with a code: %o",
    (wrong) => {
      const [here, there] = Socket.pair(sys.SOCK_DGRAM);
      using _here = here;
      using _there = there;
      using pipe = new Pipe();
      const buffer = wrong as Uint8Array;

      for (const call of [
        () => here.recv(buffer),
        () => here.send(buffer),
        () => here.recvFrom(buffer),
        () => here.sendTo(buffer, { path: "/nowhere" }),
        () => here.recvMessage([buffer]),
        () => here.sendMessage([buffer]),
        () => here.readv([buffer]),
        () => here.writev([buffer]),
        () => pipe.reader.read(buffer),
        () => pipe.writer.write(buffer),
        () => new DatagramBatch().add(buffer),
        () => readExactlySync(here, buffer),
        () => writeAllSync(here, buffer),
      ]) {
        expect(call).toThrow(
          expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" }),
        );
      }
    },
  );
});

describe("flags", () => {
  it.each([Number.NaN, "1", 1.5, 2 ** 32 + 1, null])("are refused when they are %o", (given) => {
    const [here, there] = Socket.pair(sys.SOCK_DGRAM);
    using _here = here;
    using _there = there;
    const flags = given as number;
    const data = Buffer.from("a");
    const batch = new DatagramBatch().add(data);
    const refused = expect.objectContaining({
      code: expect.stringMatching(/^ERR_(OUT_OF_RANGE|INVALID_ARG_TYPE)$/) as string,
    });

    for (const call of [
      () => here.send(data, 0, 1, flags),
      () => here.sendTo(data, { path: "/nowhere" }, 0, 1, flags),
      () => here.sendMessage(data, { flags }),
      () => here.recvMessage(data, { flags }),
      () => batch.send(here, 0, flags),
      () => batch.receive(here, flags),
      () => Socket.open(sys.AF_UNIX, flags),
    ]) {
      expect(call).toThrow(refused);
    }
    expect(there.recv(data)).toBeNull();
  });
});
