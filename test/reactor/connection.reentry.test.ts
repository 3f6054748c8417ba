import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import { native } from "../../lib/native/native.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import type { Connection } from "../../lib/reactor/connection.ts";
import { onSent } from "../../lib/reactor/handlers.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { SHUT_WR, close, errno } from "../../lib/sys/index.ts";
import { KINDS, reactorOf, settle, tcpPair } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

const HIGH_WATER_MARK = 1000;
const BYTES = Buffer.alloc(HIGH_WATER_MARK);

/** A protocol whose handlers tell their names, and do something. */
class Acting extends Recording {
  readonly calls: string[] = [];
  constructor(act: (name: string) => void) {
    super();
    const call = (name: string) => {
      this.calls.push(name);
      act(name);
    };
    this.answer = () => {
      call("onData");
      return undefined;
    };
    this.atEnd = () => {
      call("onEnd");
    };
    this.atDrain = () => {
      call("onDrain");
    };
    this.atClose = () => {
      call("onClose");
    };
  }
}

function pair(): [there: Socket, here: Socket] {
  const sockets = tcpPair();
  onTestFinished(() => {
    for (const socket of sockets) socket.close();
  });
  return sockets;
}

/** Reads all that waits. */
function read(there: Socket): string {
  let text = "";
  try {
    const memory = Buffer.alloc(1 << 16);
    for (let size; (size = there.recv(memory));) text += memory.toString("latin1", 0, size);
  } catch (error) {
    if (!isSystemError(error, "ECONNRESET")) throw error;
  }
  return text;
}

function reset(there: Socket): void {
  there.setOption("SO_LINGER", { onoff: true, linger: 0 });
  there.close();
}

/** Writes until it is to wait for `onDrain`. */
function congest(connection: Connection, here: Socket): void {
  here.setOption("SO_SNDBUF", 4608);
  while (connection.write(BYTES));
}

const ACTS: Readonly<Record<string, (connection: Connection) => void>> = {
  close: (connection) => {
    connection.close();
  },
  "close, then all else": (connection) => {
    connection.close(new Error("mine"));
    connection.pause();
    connection.resume();
    connection.drain();
    connection.end();
    expect(() => connection.write(BYTES)).toThrow(/write after end/);
  },
  "end, and close the socket": (connection) => {
    connection.end();
    connection.socket.close();
  },
  "detach the socket": (connection) => {
    const fd = connection.socket.detach();
    if (fd !== -1) close(fd);
  },
  "write, end, drain": (connection) => {
    if (connection.writable) connection.write(Buffer.from("x"));
    connection.end();
    connection.drain();
  },
  "pause, resume, pause": (connection) => {
    connection.pause();
    connection.resume();
    connection.pause();
  },
  throw: () => {
    throw new Error("mine");
  },
};

describe.each(KINDS)("Connection on $multiplexer, edge: $edge", (kind) => {
  const handlers = ["onData", "onEnd", "onDrain", "onClose"];
  it.each(handlers.flatMap((handler) => Object.keys(ACTS).map((act) => [handler, act])))(
    "calls nothing after onClose, and that once, when %s does: %s",
    (handler, act) => {
      using reactor = reactorOf(kind, []);
      const [there, here] = pair();
      const protocol = new Acting((name) => {
        if (name === handler) ACTS[act]!(connection);
      });
      const connection = protocol.on(reactor, here, { highWaterMark: HIGH_WATER_MARK });
      congest(connection, here);

      // All at once: room, and more bytes than a turn reads. Then the end.
      read(there);
      there.send(Buffer.alloc(1 << 20));
      settle(reactor);
      read(there);
      if (!connection.closed) there.shutdown(SHUT_WR);
      settle(reactor);
      connection.close();
      settle(reactor);

      expect(protocol.calls).toContain(handler);
      expect(protocol.calls.indexOf("onClose")).toBe(protocol.calls.length - 1);
      expect(protocol.calls.filter((name) => name === "onEnd").length).toBeLessThan(2);
      expect(reactor.multiplexer.size).toBe(0);
    },
  );

  it("a write calls no handler of its own connection when it ends a batch that fails", () => {
    using reactor = reactorOf(kind);
    const [source, target] = [new Recording(), new Recording()];
    const [[there], [sink, other]] = batched(reactor, source, target);
    let during: unknown = null;
    source.onData = (_self, buffer, offset, length) => {
      reset(sink);
      other.write(buffer, offset, length);
      during = [other.write(Buffer.from("rest")), other.closed, target.closed.length];
      return length;
    };
    there.send(Buffer.from("bytes"));

    settle(reactor);

    expect(during).toEqual([false, false, 0]);
    expect(target.closed).toEqual([expect.objectContaining({ syscall: "send" })]);
  });

  it("a write calls no handler of another connection when it ends a batch", () => {
    using reactor = reactorOf(kind);
    const log: unknown[] = [];
    const [protocol, order]: [Recording, Connection[]] = [new Recording(), []];
    const both = batched(reactor, protocol, protocol);
    // The first of the batch closes when its answer is sent: its peer has ended.
    protocol.onData = (self, buffer, offset, length) => {
      order.push(self);
      self.write(buffer, offset, length);
      if (order.length === 1) self.drain();
      else log.push(self.write(Buffer.from("rest")), self.writableLength);
      return length;
    };
    protocol.onClose = (self) => {
      log.push(order.indexOf(self));
      both.find(([, connection]) => connection !== self)![1].end();
    };
    // In the turn that reports the bytes, but before the batch receives them.
    const [signal, own] = Socket.pair();
    reactor.add(own, READABLE, {
      onReady() {
        own.close();
        for (const [there] of both) there.shutdown(SHUT_WR);
      },
    });
    for (const [there] of both) there.send(Buffer.from("bytes"));
    signal.send(Buffer.from("x"));

    settle(reactor);

    expect(log).toEqual([true, 0, 0, 1]);
    expect(both.map(([there]) => read(there))).toEqual(["bytes", "bytesrest"]);
    signal.close();
  });

  it("the number of a socket is given away once, also when onClose detaches it", () => {
    using reactor = reactorOf(kind);
    const [, here] = pair();
    const numbers: number[] = [];
    const protocol = new Recording();
    protocol.atClose = () => {
      numbers.push(here.detach());
    };
    protocol.on(reactor, here);

    numbers.push(here.detach());

    expect(numbers).toEqual([expect.any(Number), -1]);
    close(numbers[0]!);
  });
});

it("onDrain is not called when a flush fails whose first bytes have closed the connection", () => {
  using reactor = reactorOf({ multiplexer: "epoll", edge: true });
  const [there, here] = pair();
  const protocol = new Acting(() => null);
  const closing = Object.assign(protocol, {
    [onSent](self: Connection) {
      self.close();
    },
  });
  const connection = closing.on(reactor, here, { highWaterMark: HIGH_WATER_MARK });
  congest(connection, here);
  read(there);
  // The kernel takes a part of the queue; then it fails.
  const send = native.send.bind(native);
  using sends = vi.spyOn(native, "send").mockReturnValue(-errno.EPIPE);
  sends.mockImplementationOnce((fd, buffer, offset, _length, flags) =>
    send(fd, buffer, offset, 1, flags),
  );

  settle(reactor);

  expect(sends).toHaveBeenCalledTimes(2);
  expect(protocol.calls).toEqual(["onClose"]);
});

/** Connections that batches serve; with each, its peer. Batches receive for them in this order. */
function batched(
  reactor: Reactor,
  ...protocols: readonly [Recording, Recording]
): [[Socket, Connection], [Socket, Connection]] {
  const serve = (protocol: Recording): [Socket, Connection] => {
    const [there, here] = pair();
    const connection = protocol.on(reactor, here);
    there.send(Buffer.from("0"));
    settle(reactor);
    return [there, connection];
  };
  return [serve(protocols[0]), serve(protocols[1])];
}
