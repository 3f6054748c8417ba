import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "../../lib/reactor/connection.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, receive, settle } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

const KIB = 1024;

describe.each(KINDS)("Connection on $multiplexer, edge: $edge", (kind) => {
  let reactor: Reactor;
  let here: Socket;
  let there: Socket;
  let protocol: Recording;

  beforeEach(() => {
    reactor = reactorOf(kind);
    // A unix socket's buffer holds exactly what the peer has not read.
    [there, here] = Socket.pair();
    here.setOption(sys.SOL_SOCKET, sys.SO_SNDBUF, 16 * KIB);
    protocol = new Recording();
  });

  afterEach(() => {
    reactor.close();
    here.close();
    there.close();
  });

  /** Writes until so many bytes stay pending, because the kernel takes no more. */
  function congest(connection: Connection, pending: number): void {
    while (connection.writableLength < pending) {
      connection.write(Buffer.alloc(pending - connection.writableLength, "p"));
      settle(reactor);
    }
  }

  /** Reads at the peer and turns the reactor until no more than so many bytes are pending. */
  function relieve(connection: Connection, pending: number): number {
    let received = 0;
    while (connection.writableLength > pending) {
      received += there.recv(Buffer.alloc(4 * KIB)) ?? 0;
      settle(reactor);
    }
    return received;
  }

  it("does not read from a peer while the high-water mark is reached", () => {
    const connection = protocol.on(reactor, here, { highWaterMark: 64 * KIB });
    congest(connection, 64 * KIB - 1);
    there.send(Buffer.from("read"));
    settle(reactor);
    expect(protocol.data).toEqual(["read"]);

    connection.write(Buffer.from("p"));
    there.send(Buffer.from("unread"));
    settle(reactor);

    expect(connection.writableLength).toBe(64 * KIB);
    expect(protocol.data).toEqual(["read"]);
  });

  it("reads again when half of the high-water mark has gone out, and not before", () => {
    const connection = protocol.on(reactor, here, { highWaterMark: 256 * KIB });
    congest(connection, 256 * KIB);
    there.send(Buffer.from("waits"));
    settle(reactor);

    while (connection.writableLength >= 128 * KIB) {
      expect(protocol.data).toEqual([]);
      relieve(connection, connection.writableLength - 1);
    }

    settle(reactor);
    expect(protocol.data).toEqual(["waits"]);
    expect(connection.writableLength).toBeGreaterThan(0);
  });

  it("sends all that is pending, in order, before it ends", () => {
    const connection = protocol.on(reactor, here, { bufferLimit: 512 * KIB });
    const sent: string[] = [];
    const write = (text: string): void => {
      sent.push(text);
      connection.write(Buffer.from(text, "latin1"));
    };
    for (let index = 0; connection.writableLength < 300 * KIB; index++)
      write(`${String(index)},`.repeat(99));
    connection.end();

    let received = "";
    while (!connection.closed && there.recv(new Uint8Array(1), 0, 1, sys.MSG_PEEK) !== 0) {
      received += receive(there) ?? "";
      settle(reactor);
    }

    expect(received).toBe(sent.join(""));
    expect(connection).toMatchObject({
      writableLength: 0,
      bytesOut: received.length,
      closed: false,
    });
  });

  it("throws ENOBUFS when more is written than its buffer may hold, takes nothing, and stays open", () => {
    const connection = protocol.on(reactor, here, { bufferLimit: 100 * KIB });
    congest(connection, 100 * KIB);
    const { fd } = here;
    const refusal = expect.objectContaining({
      code: "ENOBUFS",
      fd,
      message: expect.stringContaining(`for descriptor ${String(fd)}`) as string,
    }) as Error;

    expect(() => connection.write(Buffer.from("x"))).toThrow(refusal);
    expect([connection.writableLength, connection.writable]).toEqual([100 * KIB, true]);
    expect(protocol.closed).toEqual([]);

    relieve(connection, 0);
    expect(connection.write(Buffer.from("x"))).toBe(true);
  });

  it("tells who writes to wait, and when to go on: once, below half of the high-water mark", () => {
    const drained: number[] = [];
    protocol.atDrain = (connection) => drained.push(connection.writableLength);
    const connection = protocol.on(reactor, here, { highWaterMark: 64 * KIB });

    let goOn = true;
    while (goOn) goOn = connection.write(Buffer.alloc(KIB));
    expect(connection.writableLength).toBeGreaterThanOrEqual(64 * KIB);
    expect(connection.write(Buffer.alloc(1))).toBe(false);
    while (connection.writableLength >= 32 * KIB) {
      expect(drained).toEqual([]);
      relieve(connection, connection.writableLength - 1);
    }
    expect(drained).toEqual([connection.writableLength]);

    relieve(connection, 0);
    expect(drained).toHaveLength(1);
  });

  it("takes any one write whole from who waits when told to", () => {
    const message = Buffer.alloc(3_000_000, "m");
    const connection = protocol.on(reactor, here, { highWaterMark: KIB, bufferLimit: 2 * KIB });

    expect(connection.write(message)).toBe(false);
    const received = relieve(connection, 0) + (receive(there)?.length ?? 0);

    expect(received).toBe(message.length);
    expect(protocol.closed).toEqual([]);
  });

  it("receives nothing while it is paused, also what has arrived before, and all after that", () => {
    const connection = protocol.on(reactor, here);
    there.send(Buffer.from("before "));
    connection.pause();
    connection.pause();
    there.send(Buffer.from("while "));
    there.shutdown(sys.SHUT_WR);
    settle(reactor);
    expect(protocol).toMatchObject({ data: [], ends: 0 });

    connection.resume();
    connection.resume();
    settle(reactor);

    expect(protocol.data.join("")).toBe("before while ");
    expect(protocol.ends).toBe(1);
  });

  it("stops in the middle of what has arrived when its protocol pauses it", () => {
    protocol.answer = (connection) => {
      connection.pause();
      return undefined;
    };
    const connection = protocol.on(reactor, here, { bufferLimit: 10 });
    there.send(Buffer.alloc(30, "x"));

    settle(reactor);
    expect(protocol.data).toEqual(["x".repeat(10)]);
    connection.resume();
    settle(reactor);
    expect(protocol.data).toEqual(["x".repeat(10), "x".repeat(10)]);
  });

  it("reads on when it is paused and resumed within one call", () => {
    protocol.answer = (connection) => {
      connection.pause();
      connection.resume();
      return undefined;
    };
    protocol.on(reactor, here, { bufferLimit: 10 });
    there.send(Buffer.alloc(30, "x"));

    settle(reactor);

    expect(protocol.data.join("")).toBe("x".repeat(30));
  });

  it("hands over what was not used when it is resumed, although nothing more has arrived", () => {
    protocol.answer = (connection, text) => {
      if (text.length < 6) return undefined;
      connection.pause();
      return 1;
    };
    const connection = protocol.on(reactor, here);
    there.send(Buffer.from("123456"));
    settle(reactor);
    expect(protocol.data).toEqual(["123456"]);

    connection.resume();
    expect(protocol.data).toEqual(["123456"]);
    reactor.turnSync(0);

    expect(protocol.data).toEqual(["123456", "23456"]);
  });

  it("answers what has arrived when it is drained while paused", () => {
    const connection = protocol.on(reactor, here);
    connection.pause();
    there.send(Buffer.from("late"));
    settle(reactor);

    connection.drain();

    expect(protocol.data).toEqual(["late"]);
    expect([connection.readable, connection.writable]).toEqual([false, false]);
  });

  it("ends with an error when the peer closes while bytes are pending", () => {
    const connection = protocol.on(reactor, here);
    congest(connection, 64 * KIB);

    there.close();
    settle(reactor);

    expect(protocol.closed).toEqual([
      expect.objectContaining({ code: expect.stringMatching(/ECONNRESET|EPIPE/) as string }),
    ]);
  });

  it("takes turns: however much a peer has sent, others are served within two rounds", () => {
    const [peer, socket] = Socket.pair();
    const other = new Recording();
    protocol.answer = () => {
      there.send(Buffer.alloc(64 * KIB)); // there is always more
      return undefined;
    };
    protocol.on(reactor, here);
    other.on(reactor, socket);
    there.send(Buffer.alloc(64 * KIB));
    peer.send(Buffer.from("me too"));

    for (let round = 0; round < 2; round++) reactor.turnSync(0);

    expect(other.data).toEqual(["me too"]);
    expect(protocol.data.length).toBeGreaterThan(0);

    for (let round = 0; round < 5; round++) {
      const before = protocol.data.length;
      reactor.turnSync(0);
      expect(protocol.data.length).toBeGreaterThan(before);
    }
    peer.close();
    socket.close();
  });

  it("reads on after its turn, also when nothing more arrives", () => {
    protocol.on(reactor, here, { bufferLimit: 1000 }); // so many bytes a read
    there.send(Buffer.alloc(100_000, "x"));

    settle(reactor);

    expect(protocol.data.join("")).toBe("x".repeat(100_000));
  });

  describe("drain()", () => {
    it("answers what has arrived by now, then ends, and drops what comes later", () => {
      protocol.answer = (connection, text) => {
        connection.write(Buffer.from(text.toUpperCase()));
        return undefined;
      };
      const connection = protocol.on(reactor, here);
      there.send(Buffer.from("arrived"));

      connection.drain();
      connection.drain();
      expect(receive(there)).toBe("ARRIVED");
      expect(there.recv(new Uint8Array(1))).toBe(0);

      there.send(Buffer.from("late"));
      settle(reactor);
      expect(protocol.data).toEqual(["arrived"]);

      there.close();
      settle(reactor);
      expect(protocol.closed).toEqual([null]);
    });

    it("sends what is pending and answers what was not read yet before it ends", () => {
      protocol.answer = (connection, text) => {
        connection.write(Buffer.from(text));
        return undefined;
      };
      const connection = protocol.on(reactor, here, { highWaterMark: 64 * KIB });
      congest(connection, 100 * KIB);
      const before = connection.bytesOut + connection.writableLength;
      there.send(Buffer.alloc(10 * KIB, "q"));
      settle(reactor);
      expect(protocol.data).toEqual([]);

      connection.drain();
      let received = "";
      while (there.recv(new Uint8Array(1), 0, 1, sys.MSG_PEEK) !== 0) {
        received += receive(there) ?? "";
        settle(reactor);
      }

      expect(received).toBe("p".repeat(before) + "q".repeat(10 * KIB));
    });

    it("ends a connection that is drained by its own protocol", () => {
      protocol.answer = (connection) => {
        connection.write(Buffer.from("bye"));
        connection.drain();
        return undefined;
      };
      protocol.on(reactor, here);

      there.send(Buffer.from("quit"));
      settle(reactor);

      expect(receive(there)).toBe("bye");
      expect(there.recv(new Uint8Array(1))).toBe(0);
    });

    it("closes a connection whose peer has ended, although its protocol has not", () => {
      const connection = protocol.on(reactor, here);
      there.shutdown(sys.SHUT_WR);
      settle(reactor);
      expect(protocol).toMatchObject({ ends: 1, closed: [] });

      connection.drain();

      expect(protocol.closed).toEqual([null]);
    });

    it("closes a connection whose peer ends before everything was sent", () => {
      const connection = protocol.on(reactor, here);
      congest(connection, 64 * KIB);
      const { writableLength: pending, bytesOut } = connection;
      connection.drain();
      there.shutdown(sys.SHUT_WR);
      settle(reactor);

      const received = relieve(connection, 0);

      expect(received + (receive(there)?.length ?? 0)).toBe(pending + bytesOut);
      expect(protocol).toMatchObject({ ends: 1, closed: [null] });
    });
  });
});
