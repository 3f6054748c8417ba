import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MAX_ATTEMPTS } from "../../lib/failures/classes.ts";
import { native } from "../../lib/native/native.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { PollMultiplexer } from "../../lib/multiplexer/poll.ts";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, tcpPair, turnUntil } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

const KIB = 1024;
const TURN_MS = 1000;
const TX_SOFTWARE = 0x812; // with SOFTWARE and OPT_TSONLY
const memory = Buffer.alloc(64 * KIB);

describe.each(KINDS)("Connection on $multiplexer, edge: $edge", (kind) => {
  let reactor: Reactor;
  let here: Socket;
  let there: Socket;

  beforeEach(() => {
    reactor = reactorOf(kind);
    [there, here] = tcpPair();
  });

  afterEach(() => {
    vi.restoreAllMocks();
    reactor.close();
    here.close();
    there.close();
  });

  /** The next sends take one byte each, although the socket has room. */
  function sendShort(): void {
    const send = native.send.bind(native);
    vi.spyOn(native, "send").mockImplementation((sockfd, buffer, offset, length, flags) =>
      send(sockfd, buffer, offset, Math.min(length, 1), flags),
    );
  }

  /** What the peer can read now. @returns how many bytes */
  function read(): number {
    let bytes = 0;
    for (let received; (received = there.recv(memory));) bytes += received;
    return bytes;
  }

  /** Lets the peer read until it has so many bytes, or nothing comes any more. @returns how many */
  function readUpTo(bytes: number): number {
    let sum = 0;
    reactor.add(there, READABLE, { onReady: () => void (sum += read()) });
    while (sum < bytes && reactor.turnSync(TURN_MS) > 0);
    return sum;
  }

  /** Lets the peer read until this side can both write and read. @returns how many bytes */
  function readUntilBoth(): number {
    using multiplexer = new PollMultiplexer();
    multiplexer.add(here, READABLE | WRITABLE);
    let [sum, both] = [0, false];
    while (!both) {
      sum += read();
      multiplexer.waitSync(0, (_fd, events) => (both = events === (READABLE | WRITABLE)));
    }
    return sum;
  }

  it("sends all of what a send has taken only in part, although the socket has room", () => {
    const protocol = new Recording();
    const connection = protocol.on(reactor, here);
    sendShort();

    connection.write(Buffer.alloc(100));

    expect(readUpTo(100)).toBe(100);
  });

  it("sends all of it too when it was waiting for room already", () => {
    const protocol = new Recording();
    protocol.answer = (connection, text) => {
      sendShort();
      connection.write(Buffer.from(text));
      return undefined;
    };
    const connection = protocol.on(reactor, here);
    let written = 0;
    while (connection.writableLength === 0) {
      connection.write(Buffer.alloc(KIB));
      written += KIB;
    }

    there.send(Buffer.alloc(100));
    const first = readUntilBoth();

    expect(first + readUpTo(written + 100 - first)).toBe(written + 100);
  });

  it.each([
    ["EINTR", 1],
    ["EINTR", 2 * MAX_ATTEMPTS],
    ["ENOMEM", 1],
  ] as const)("goes on when the error queue cannot be read (%s, %i times)", (code, times) => {
    here.setOption("SO_TIMESTAMPING", TX_SOFTWARE);
    const protocol = new Recording();
    protocol.on(reactor, here).write(Buffer.from("x"));
    const receive = native.recv.bind(native);
    let failures = 0;
    vi.spyOn(native, "recv").mockImplementation((sockfd, buffer, offset, length, flags) => {
      const fails = (flags & sys.MSG_ERRQUEUE) !== 0 && failures < times;
      if (!fails) return receive(sockfd, buffer, offset, length, flags);
      failures++;
      return -sys.errno[code];
    });

    turnUntil(reactor, () => failures === times || protocol.closed.length > 0);
    there.send(Buffer.from("still there"));
    turnUntil(reactor, () => protocol.data.length + protocol.closed.length > 0);

    expect(protocol).toMatchObject({ data: ["still there"], closed: [] });
  });
});

describe.each([false, true])("Connection on an exclusive epoll, edge: %s", (edge) => {
  it("is served, also where more has arrived than one read takes", () => {
    using reactor = new Reactor(new EpollMultiplexer<Handler>({ exclusive: true, edge }));
    const [there, here] = tcpPair();
    const protocol = new Recording();
    protocol.answer = (connection, text) => {
      connection.write(Buffer.from(text));
      return undefined;
    };
    protocol.atEnd = (connection) => {
      connection.end();
    };
    protocol.on(reactor, here);

    there.send(memory);
    there.shutdown(sys.SHUT_WR);
    let received = 0;
    const readAll = (): boolean => {
      for (let bytes; (bytes = there.recv(Buffer.alloc(KIB)));) received += bytes;
      return received === memory.length;
    };
    turnUntil(reactor, readAll);
    turnUntil(reactor, () => protocol.closed.length > 0);

    expect([received, protocol.closed]).toEqual([memory.length, [null]]);
    there.close();
  });
});
