import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, receive, settle, tcpPair } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

describe.each(KINDS)("Connection on $multiplexer, edge: $edge", (kind) => {
  let reactor: Reactor;
  let here: Socket;
  let there: Socket;
  let protocol: Recording;

  beforeEach(() => {
    reactor = reactorOf(kind);
    [there, here] = tcpPair();
    protocol = new Recording();
  });

  afterEach(() => {
    reactor.close();
    here.close();
    there.close();
  });

  function send(text: string): void {
    there.send(Buffer.from(text, "latin1"));
    settle(reactor);
  }

  it("hands over what arrives, and counts it", () => {
    const connection = protocol.on(reactor, here);

    send("one");
    send("two");

    expect(protocol.data).toEqual(["one", "two"]);
    expect(connection.bytesIn).toBe(6);
  });

  it("hands over again what was not used, together with what follows", () => {
    protocol.answer = (_connection, text) => text.lastIndexOf("\n") + 1;
    protocol.on(reactor, here);

    for (const text of ["a", "b", "c\nd", "\n", "e\nf\n", "g"]) send(text);

    expect(protocol.data).toEqual(["a", "ab", "abc\nd", "d\n", "e\nf\n", "g"]);
  });

  it("hands over everything again while nothing is used, up to its limit, and then EMSGSIZE", () => {
    protocol.answer = () => 0;
    protocol.on(reactor, here, { bufferLimit: 10 });

    send("12345");
    send("67890");
    expect(protocol.data).toEqual(["12345", "1234567890"]);
    expect(protocol.closed).toEqual([]);

    send("x");
    expect(protocol.closed).toEqual([expect.objectContaining({ code: "EMSGSIZE" })]);
    expect(here.closed).toBe(true);
  });

  it.each([-1, 0.5, NaN, 4])("ends when the protocol says that it used %s of 3 bytes", (used) => {
    protocol.answer = () => used;
    protocol.on(reactor, here);

    send("abc");

    expect(protocol.data).toEqual(["abc"]);
    expect(protocol.closed).toEqual([expect.objectContaining({ code: "ERR_OUT_OF_RANGE" })]);
  });

  it("sends at once, without a turn of the reactor", () => {
    const connection = protocol.on(reactor, here);

    connection.write(Buffer.from("..hello.."), 2, 5);

    expect(receive(there)).toBe("hello");
    expect([connection.writableLength, connection.bytesOut]).toEqual([0, 5]);
  });

  it("tells the protocol of the end, lets it answer, and closes after that", () => {
    protocol.atEnd = (connection) => {
      connection.write(Buffer.from("bye"));
      connection.end();
    };
    protocol.on(reactor, here);

    send("hi");
    there.shutdown(sys.SHUT_WR);
    settle(reactor);

    expect(protocol).toMatchObject({ data: ["hi"], ends: 1, closed: [null] });
    expect(receive(there)).toBe("bye");
    expect(there.recv(new Uint8Array(1))).toBe(0);
  });

  it("stays open for writing after the peer's end until it is ended itself", () => {
    const connection = protocol.on(reactor, here);
    there.shutdown(sys.SHUT_WR);
    settle(reactor);
    expect(protocol).toMatchObject({ ends: 1, closed: [] });

    connection.write(Buffer.from("late"));
    connection.end();
    connection.end();

    expect(protocol.closed).toEqual([null]);
    expect(receive(there)).toBe("late");
  });

  it("receives after its own end until the peer's", () => {
    const connection = protocol.on(reactor, here);
    connection.end();
    expect(there.recv(new Uint8Array(1))).toBe(0);
    expect(connection.closed).toBe(false);

    send("still here");
    expect(protocol.data).toEqual(["still here"]);

    there.close();
    settle(reactor);
    expect(protocol).toMatchObject({ ends: 1, closed: [null] });
  });

  it.each([
    ["hello", 0, 5, "ERR_INVALID_ARG_TYPE"],
    [Buffer.from("short"), 0, 5000, "ERR_OUT_OF_RANGE"],
    [Buffer.from("short"), -1, 2, "ERR_OUT_OF_RANGE"],
    [Buffer.from("short"), 0, Number.NaN, "ERR_OUT_OF_RANGE"],
  ])("refuses to write %s, %s, %s, and stays open", (buffer, offset, length, code) => {
    const connection = protocol.on(reactor, here);

    expect(() => {
      connection.write(buffer as Buffer, offset, length);
    }).toThrow(expect.objectContaining({ code }));
    expect([connection.closed, connection.writableLength]).toEqual([false, 0]);
  });

  it("refuses to write after its end, and when it is closed", () => {
    const connection = protocol.on(reactor, here);
    const write = (): void => {
      connection.write(Buffer.from("x"));
    };
    const refusal = expect.objectContaining({ code: "ERR_INVALID_STATE" }) as Error;

    connection.end();
    expect(write).toThrow(refusal);

    connection.close();
    expect(write).toThrow(refusal);
    expect(protocol.closed).toEqual([null]);
  });

  it("tells its close once, whoever closes it how often", () => {
    const connection = protocol.on(reactor, here);
    protocol.atClose = () => {
      connection.close();
    };
    protocol.answer = () => {
      connection.close();
      connection.end();
      connection.drain();
      return undefined;
    };

    send("close");
    connection.close(new Error("too late"));

    expect(protocol.closed).toEqual([null]);
    expect(there.recv(new Uint8Array(1))).toBe(0);
    expect(reactor.multiplexer.size).toBe(0);
  });

  it.each(["answer", "atEnd"] as const)("ends, and no other, when %s throws", (handler) => {
    const [peer, socket] = tcpPair();
    const error = new Error("mine");
    const other = new Recording();
    protocol[handler] = () => {
      throw error;
    };
    protocol.on(reactor, here);
    other.on(reactor, socket);

    there.send(Buffer.from("x"));
    there.shutdown(sys.SHUT_WR);
    settle(reactor);
    peer.send(Buffer.from("y"));
    settle(reactor);

    expect(protocol.closed).toEqual([error]);
    expect(other).toMatchObject({ data: ["y"], closed: [] });
    peer.close();
    settle(reactor);
    socket.close();
  });

  it("ends with ECONNRESET when the peer resets it", () => {
    protocol.on(reactor, here);
    there.setOption(sys.SOL_SOCKET, sys.SO_LINGER, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));

    there.close();
    settle(reactor);

    expect(protocol.closed).toEqual([expect.objectContaining({ code: "ECONNRESET" })]);
    expect(protocol.ends).toBe(0);
  });

  it("closes the socket, and tells nobody, when it cannot be made", () => {
    for (const options of [{ highWaterMark: 0 }, { bufferLimit: 0 }, { highWaterMark: NaN }]) {
      const [peer, socket] = tcpPair();

      expect(() => protocol.on(reactor, socket, options)).toThrow(RangeError);

      expect(socket.closed).toBe(true);
      expect(peer.recv(new Uint8Array(1))).toBe(0);
      peer.close();
    }
    expect(protocol.closed).toEqual([]);
    expect(reactor.multiplexer.size).toBe(0);
  });
});
