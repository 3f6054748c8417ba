import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Pipe } from "../../lib/descriptors/pipe.ts";
import { Connection } from "../../lib/reactor/connection.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { KINDS, reactorOf, receive, settle, tcpPair } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

const KIB = 1024;

describe.each(KINDS)("Connection on $multiplexer, edge: $edge", (kind) => {
  let errors: unknown[];
  let reactor: Reactor;
  let here: Socket;
  let there: Socket;
  let protocol: Recording;

  beforeEach(() => {
    errors = [];
    reactor = reactorOf(kind, errors);
    [there, here] = tcpPair();
    protocol = new Recording();
  });

  afterEach(() => {
    reactor.close();
    here.close();
    there.close();
  });

  /** Another connection, which echoes. */
  function echo(): { other: Recording; peer: Socket } {
    const [peer, socket] = tcpPair();
    const other = new Recording();
    other.answer = (connection, text) => {
      connection.write(Buffer.from(text));
      return undefined;
    };
    const connection = other.on(reactor, socket);
    onTestFinished(() => {
      peer.close();
      connection.close();
    });
    return { other, peer };
  }

  /** Writes until the kernel takes no more. */
  function fill(connection: Connection): void {
    while (connection.writableLength === 0) connection.write(Buffer.alloc(64 * KIB));
  }

  /** The peer answers, then resets, as one does that closes with bytes unread. */
  function answerAndReset(text: string): void {
    there.send(Buffer.from(text));
    there.close();
  }

  describe("hands over what the peer has sent before its reset", () => {
    const reset = [expect.objectContaining({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })];

    it("when that ends a flush", () => {
      const connection = protocol.on(reactor, here);
      fill(connection);

      answerAndReset("413 Too Large");
      settle(reactor);

      expect(protocol).toMatchObject({ data: ["413 Too Large"], ends: 0, closed: reset });
    });

    it("when that ends a write, which calls no handler and says not to go on", () => {
      const connection = protocol.on(reactor, here);
      here.send(Buffer.from("unread"));
      answerAndReset("bye");

      let goOn = true;
      while (goOn) goOn = connection.write(Buffer.from("x"));
      expect(connection.writable).toBe(false);
      expect(connection.write(Buffer.from("x"))).toBe(false);
      expect([connection.readable, connection.closed, protocol.data]).toEqual([true, false, []]);
      settle(reactor);

      expect(protocol).toMatchObject({ data: ["bye"], closed: reset });
    });

    it("when batches have served it", () => {
      protocol.answer = (connection, text) => {
        connection.write(Buffer.from(text));
        return undefined;
      };
      protocol.on(reactor, here);
      there.send(Buffer.from("first"));
      settle(reactor);
      expect(protocol.data).toEqual(["first"]);

      answerAndReset("last");
      settle(reactor);

      expect(protocol).toMatchObject({ data: ["first", "last"], closed: reset });
    });

    it("when it is more than a turn may read", () => {
      const connection = protocol.on(reactor, here, { bufferLimit: 1000 });
      fill(connection);
      const sent = there.send(Buffer.alloc(50 * KIB, "x")) ?? 0;
      expect(sent).toBeGreaterThan(20_000);
      there.close();

      settle(reactor);

      expect(protocol.data.join("").length).toBe(sent);
      expect(protocol.closed).toEqual(reset);
    });

    it("when the peer will not read any more, of which the kernel does not tell", () => {
      const [peer, socket] = Socket.pair();
      const connection = protocol.on(reactor, socket);
      settle(reactor);
      peer.send(Buffer.from("last"));
      peer.shutdown(sys.SHUT_RD);

      expect(connection.write(Buffer.from("x"))).toBe(false);
      settle(reactor);

      expect(protocol.data).toEqual(["last"]);
      expect(protocol.closed).toEqual([expect.objectContaining({ code: "EPIPE" })]);
      peer.close();
    });

    it("when it was paused meanwhile, once it is resumed", () => {
      const connection = protocol.on(reactor, here);
      fill(connection);
      connection.pause();

      answerAndReset("kept");
      settle(reactor);
      expect(protocol).toMatchObject({ data: [], closed: [] });
      connection.resume();
      settle(reactor);

      expect(protocol).toMatchObject({ data: ["kept"], closed: reset });
    });

    it("when it has ended its own direction", () => {
      const connection = protocol.on(reactor, here);
      here.send(Buffer.from("unread"));
      answerAndReset("bye");

      connection.end();
      settle(reactor);

      expect(protocol).toMatchObject({ data: ["bye"], closed: reset });
    });
  });

  it("hears of the end that came together with the last bytes", () => {
    protocol.on(reactor, here);
    there.send(Buffer.from("first"));
    settle(reactor);

    there.send(Buffer.from("last"));
    there.shutdown(sys.SHUT_WR);
    settle(reactor);

    expect(protocol).toMatchObject({ data: ["first", "last"], ends: 1 });
  });

  it("hands over what is behind urgent data, at which reading stops", () => {
    protocol.on(reactor, here);
    there.send(Buffer.from("first"));
    settle(reactor);

    there.send(Buffer.from("one"));
    there.send(Buffer.from("!"), 0, 1, sys.MSG_OOB);
    there.send(Buffer.from("two"));
    settle(reactor);

    expect(protocol.data.join("")).toBe("firstonetwo");
  });

  it("hands over what is behind passed descriptors, at which reading stops", () => {
    const [peer, socket] = Socket.pair();
    const connection = protocol.on(reactor, socket);
    peer.send(Buffer.from("first"));
    settle(reactor);

    for (const text of ["one", "two", "three"]) {
      const control = [{ type: "SCM_RIGHTS", descriptors: [peer] }] as const;
      peer.sendMessage(Buffer.from(text), { control });
    }
    settle(reactor);

    expect(protocol.data.join("")).toBe("firstonetwothree");
    connection.close();
    peer.close();
  });

  it.each([1023, 1024, 1025, 2048, 70_000])(
    "hands over all of %d bytes that came at once",
    (size) => {
      protocol.on(reactor, here);
      there.send(Buffer.from("first"));
      settle(reactor);

      let sent = 0;
      while (sent < size) {
        sent += there.send(Buffer.alloc(size - sent, "x")) ?? 0;
        settle(reactor);
      }

      expect(protocol.data.join("")).toBe(`first${"x".repeat(size)}`);
    },
  );

  it("tells what can still be done in either direction", () => {
    const connection = protocol.on(reactor, here);
    const now = (): boolean[] => [connection.readable, connection.writable, connection.closed];
    expect(now()).toEqual([true, true, false]);

    connection.end();
    expect(now()).toEqual([true, false, false]);

    there.close();
    settle(reactor);
    expect(now()).toEqual([false, false, true]);
  });

  it("throws to who writes after the end, and says which connection that was", () => {
    const { other, peer } = echo();
    const connection = protocol.on(reactor, here);
    const { fd } = here;
    other.answer = () => {
      connection.write(Buffer.from("x"));
      return undefined;
    };
    connection.end();

    peer.send(Buffer.from("go"));
    settle(reactor);

    const refusal = expect.objectContaining({
      code: "ERR_INVALID_STATE",
      message: expect.stringMatching(new RegExp(`write after end.* ${String(fd)}\\b`)) as string,
    }) as Error;
    expect(other.closed).toEqual([refusal]);
    expect(errors).toEqual([refusal]);
    expect([protocol.closed, connection.closed]).toEqual([[], false]);
  });

  describe("tells `onError`, serves the others and ends at most itself", () => {
    it.each(["answer", "atEnd", "atClose", "atDrain"] as const)("when %s throws", (handler) => {
      const { other, peer } = echo();
      const error = new Error("mine");
      protocol[handler] = () => {
        throw error;
      };
      const connection = protocol.on(reactor, here, { highWaterMark: 1 });
      if (handler === "atDrain") fill(connection);
      else there.send(Buffer.from("x"));

      while (connection.writableLength > 0) {
        there.recv(Buffer.alloc(64 * KIB));
        settle(reactor);
      }
      there.shutdown(sys.SHUT_WR);
      settle(reactor);
      if (handler === "atClose") connection.close();
      peer.send(Buffer.from("y"));
      settle(reactor);

      expect(errors).toEqual([error]);
      expect(protocol.closed).toEqual([handler === "atClose" ? null : error]);
      expect([other.data, other.closed]).toEqual([["y"], []]);
    });

    it("when a promise of `onData` is rejected", async () => {
      const { other, peer } = echo();
      const error = new Error("mine");
      protocol.answer = (() => Promise.reject(error)) as unknown as () => number;
      protocol.on(reactor, here);
      there.send(Buffer.from("x"));

      settle(reactor);
      await new Promise(setImmediate);
      peer.send(Buffer.from("y"));
      settle(reactor);

      expect(errors).toEqual([error]);
      expect(protocol.closed).toEqual([error]);
      expect(other.data).toEqual(["y"]);
    });

    it("when `onError` throws as well, which is a warning", async () => {
      const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
      reactor.close();
      reactor = reactorOf(
        kind,
        Object.assign([], {
          push: () => {
            throw new Error("twice");
          },
        }),
      );
      protocol.answer = () => {
        throw new Error("once");
      };
      protocol.on(reactor, here);
      there.send(Buffer.from("x"));

      settle(reactor);

      expect(await warned).toMatchObject({ code: "POLLUX_CALLBACK_FAILED" });
      expect(protocol.closed).toEqual([new Error("once")]);
    });

    it.each([5, 3000])("when a handler transfers its buffer away, of %d bytes", (size) => {
      const { other, peer } = echo();
      let calls = 0;
      protocol.onData = (_connection, buffer, _offset, length) => {
        // The second one may come by the same batch as the other's.
        if (++calls > 1) structuredClone(buffer, { transfer: [buffer.buffer as ArrayBuffer] });
        return length;
      };
      protocol.on(reactor, here);
      for (let round = 0; round < 3; round++) {
        if (!here.closed) there.send(Buffer.alloc(size, "x"));
        peer.send(Buffer.from("y"));
        settle(reactor);
      }

      expect(other).toMatchObject({ data: ["y", "y", "y"], closed: [] });
      expect(receive(peer)).toBe("yyy");
    });

    it("when a handler transfers away what it has not used before", () => {
      const { other, peer } = echo();
      protocol.onData = (_connection, buffer, _offset, length) => {
        if (length > 3) structuredClone(buffer, { transfer: [buffer.buffer as ArrayBuffer] });
        return 0;
      };
      protocol.on(reactor, here);
      there.send(Buffer.from("one"));
      settle(reactor);
      there.send(Buffer.from("two"));
      settle(reactor);

      peer.send(Buffer.from("y"));
      settle(reactor);

      const transferred = expect.objectContaining({ code: "ERR_INVALID_STATE" }) as Error;
      expect([protocol.closed, errors]).toEqual([[transferred], [transferred]]);
      expect(other.data).toEqual(["y"]);
    });
  });

  it("tells its close with the reason when the descriptor was closed by somebody else", () => {
    const connection = protocol.on(reactor, here);
    const { fd } = here;
    sys.close(fd);

    connection.close();

    expect(protocol.closed).toEqual([expect.objectContaining({ code: "EBADF", fd })]);
    expect([connection.closed, errors, reactor.multiplexer.size]).toEqual([true, [], 0]);
  });

  it("does not spin over an error queue with nothing to receive", () => {
    const SOFTWARE = 0x812; // TX_SOFTWARE, SOFTWARE, OPT_TSONLY
    here.setOption("SO_TIMESTAMPING", SOFTWARE);
    const connection = protocol.on(reactor, here);
    for (let message = 0; message < 3; message++) connection.write(Buffer.from("x"));

    let turns = 0;
    while (reactor.turnSync(0) > 0 && turns < 100) turns++;

    expect(turns).toBeLessThan(10);
    there.send(Buffer.from("still there"));
    settle(reactor);
    expect(protocol).toMatchObject({ data: ["still there"], closed: [] });
  });

  it("does not spin over an error queue while the peer does not read", () => {
    here.setOption("SO_TIMESTAMPING", 0x812);
    const connection = protocol.on(reactor, here);
    fill(connection);
    while (connection.write(Buffer.alloc(64 * KIB)));

    let turns = 0;
    while (reactor.turnSync(0) > 0 && turns < 1000) turns++;

    expect(turns).toBeLessThan(100);
    expect(connection.writableLength).toBeGreaterThan(0);
  });

  it.each([
    ["closes", false],
    ["detaches", true],
  ])("ends, and tells it, when other code %s its socket", (_what, detaches) => {
    const connection = protocol.on(reactor, here);
    connection.pause();

    const { fd } = here;
    if (detaches) here.detach();
    else here.close();

    expect(protocol.closed).toEqual([null]);
    expect([connection.closed, errors, reactor.multiplexer.size]).toEqual([true, [], 0]);
    expect(() => connection.write(Buffer.from("x"))).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_STATE" }),
    );
    expect(receive(there)).toBe(null);
    if (!detaches) return;
    sys.send(fd, Buffer.from("still open"));
    expect(receive(there)).toBe("still open");
    sys.close(fd);
  });

  it("sends what a batch holds before other code closes its socket", () => {
    protocol.answer = (connection, text) => {
      connection.write(Buffer.from(text));
      if (text === "last") here.close();
      return undefined;
    };
    protocol.on(reactor, here);

    for (const text of ["first", "last"]) {
      there.send(Buffer.from(text));
      settle(reactor);
    }

    expect([receive(there), protocol.closed]).toEqual(["firstlast", [null]]);
  });

  it("writes a few bytes of a buffer of 3 GiB", () => {
    const connection = protocol.on(reactor, here);
    const large = new Uint8Array(3 * 2 ** 30);
    large.set(Buffer.from("end"), large.length - 3);

    connection.write(large, large.length - 3, 3);
    connection.write(large, 0, 2);

    expect(receive(there)).toBe("end\0\0");
  });
});

describe("Connection", () => {
  it("refuses what is not a socket, and leaves it alone", () => {
    using reactor = reactorOf(KINDS[2]!);
    using pipe = new Pipe();

    for (const target of [pipe.reader, 1, null, undefined, {}]) {
      expect(() => new Connection(reactor, target as Socket, new Recording())).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
      );
    }

    expect([pipe.reader.closed, reactor.multiplexer.size]).toEqual([false, 0]);
  });

  it.each<[string, unknown]>([
    ["ERR_OUT_OF_RANGE", { highWaterMark: 11, bufferLimit: 10 }],
    ["ERR_INVALID_ARG_VALUE", { highWatermark: 10 }],
    ["ERR_INVALID_ARG_TYPE", null],
    ["ERR_INVALID_ARG_TYPE", { bufferLimit: "10" }],
  ])("throws %s for the options %j, and leaves nothing open", (code, options) => {
    using reactor = reactorOf(KINDS[2]!);
    const before = openDescriptors();
    const [there, here] = Socket.pair();

    expect(() => new Connection(reactor, here, new Recording(), options as object)).toThrow(
      expect.objectContaining({ code }),
    );

    there.close();
    expect(openDescriptors()).toEqual(before);
  });

  it("takes a high-water mark above the usual limit, which follows", () => {
    using reactor = reactorOf(KINDS[2]!);
    const [there, here] = Socket.pair();
    using connection = new Recording().on(reactor, here, { highWaterMark: 4 << 20 });

    expect(connection.write(Buffer.alloc(3 << 20))).toBe(true);
    there.close();
  });

  it("shows what is for its users, and nothing of its inside", () => {
    const names = Object.getOwnPropertyNames(Connection.prototype).filter(
      (name) => name !== "constructor",
    );

    expect(names.sort()).toEqual([
      ...["bytesIn", "bytesOut", "close", "closed", "drain", "end", "pause", "pending"],
      ...["readable", "readableLength", "receiving", "remoteAddress", "resume"],
      ...["writable", "writableLength", "write"],
    ]);
  });
});
