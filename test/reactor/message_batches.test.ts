import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isShared } from "../../lib/descriptors/descriptor.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { native } from "../../lib/native/native.ts";
import { Connection, type Protocol } from "../../lib/reactor/connection.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { SHUT_WR } from "../../lib/sys/index.ts";
import { KINDS, reactorOf, receive, settle, tcpPair, turnUntil } from "../support/reactors.ts";

/** Echoes, but for "bad": that throws, and again when its connection is closed for it. */
const PROTOCOL: Protocol = {
  onData(connection, buffer, offset, length) {
    if (Buffer.from(buffer.subarray(offset, offset + length)).toString() === "bad") {
      throw new Error("bad client");
    }
    connection.write(buffer, offset, length);
    return length;
  },
  onEnd(connection) {
    connection.end();
  },
  onClose(_connection, error) {
    if (error) throw error as Error;
  },
};

/** A protocol that notes how many bytes it gets at a time. */
function measuring(lengths: number[]): Protocol {
  return {
    ...ECHO,
    onData(connection, buffer, offset, length) {
      lengths.push(length);
      connection.write(buffer, offset, length);
      return length;
    },
  };
}

function clients(reactor: Reactor, count: number): Socket[] {
  return Array.from({ length: count }, () => connect(reactor, PROTOCOL)[0]);
}

/** A client, and the connection that serves it. */
function connect(reactor: Reactor, protocol: Protocol): [Socket, Connection] {
  return between(Socket.pair(), reactor, protocol);
}

function overTcp(reactor: Reactor, protocol: Protocol): [Socket, Connection] {
  return between(tcpPair(), reactor, protocol);
}

function between(
  [there, here]: readonly [Socket, Socket],
  reactor: Reactor,
  protocol: Protocol,
): [Socket, Connection] {
  const connection = new Connection(reactor, here, protocol);
  onTestFinished(() => {
    there.close();
    try {
      connection.close();
    } finally {
      here.close();
    }
  });
  return [there, connection];
}

/** Two clients that have had an answer each, so that batches serve them. */
function served(reactor: Reactor, ...protocols: [Protocol, Protocol]) {
  const [[first, one], [second, other]] = [
    connect(reactor, protocols[0]),
    connect(reactor, protocols[1]),
  ];
  for (const there of [first, second]) {
    there.send(Buffer.from("0"));
    expect(answer(reactor, there, 1)).toBe("0");
  }
  return { first, one, second, other };
}

/** What comes back, as far as `length` bytes or the end. */
function answer(reactor: Reactor, there: Socket, length: number): string {
  let text = "";
  turnUntil(reactor, () => {
    for (let more; (more = receive(there)) !== null;) text += more;
    return text.length >= length;
  });
  return text;
}

const ECHO: Protocol = {
  onData(connection, buffer, offset, length) {
    connection.write(buffer, offset, length);
    return length;
  },
  onEnd(connection) {
    connection.end();
  },
};

/** Echoes, and does so first. */
function doing(act: (connection: Connection, text: string) => void): Protocol {
  return {
    ...ECHO,
    onData(connection, buffer, offset, length) {
      const text = Buffer.from(buffer.subarray(offset, offset + length)).toString();
      connection.write(buffer, offset, length);
      if (text !== "0") act(connection, text);
      return length;
    },
  };
}

/**
 * A client whose "hello" a batch has received, while the handler of another one paused its connection.
 *
 * @returns it, and that connection
 */
function pausedByOther(reactor: Reactor): [there: Socket, paused: Connection] {
  const both: Connection[] = [];
  // Which one comes first, differs: it pauses the other.
  const pauser = doing((connection) => {
    for (const each of both) if (each !== connection) each.pause();
  });
  const { first, one, second, other } = served(reactor, pauser, pauser);
  both.push(one, other);
  first.send(Buffer.from("hello"));
  second.send(Buffer.from("hello"));
  settle(reactor);
  const answers = [receive(first), receive(second)];
  expect(answers.filter((text) => text === "hello")).toHaveLength(1);
  return answers[0] === null ? [first, one] : [second, other];
}

/** Whether the peer has ended, after what waits to be read. */
function hasEnded(there: Socket): boolean {
  const received = there.recv(new Uint8Array(1024));
  return received === 0;
}

describe.each(KINDS)("MessageBatches on $multiplexer, edge: $edge", (kind) => {
  it("gives each client its own bytes, also when one of them made its protocol throw", () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    const [first, bad, third, fourth] = clients(reactor, 4) as [Socket, Socket, Socket, Socket];
    first.send(Buffer.from("first"));
    bad.send(Buffer.from("bad"));
    third.send(Buffer.from("third"));

    turnUntil(reactor, () => errors.length === 2);
    third.send(Buffer.from(" more"));
    fourth.send(Buffer.from("fourth"));
    while (reactor.turnSync(0) > 0);

    expect([first, third, fourth].map(receive)).toEqual(["first", "third more", "fourth"]);
    expect(receive(bad)).toBeNull();
    // Of onData, and of onClose.
    expect(errors).toEqual([new Error("bad client"), new Error("bad client")]);
  });

  it("sends what was written before `close`, `end` or `drain`, and ends", () => {
    for (const way of ["close", "end", "drain"] as const) {
      using reactor = reactorOf(kind);
      const leaver = doing((connection) => {
        expect(connection.writableLength === 0 || kind.edge).toBe(kind.edge);
        connection[way]();
      });
      const { first, second } = served(reactor, leaver, ECHO);
      first.send(Buffer.from("first"));
      second.send(Buffer.from("second"));

      expect(answer(reactor, first, 5)).toBe("first");
      expect(answer(reactor, second, 6)).toBe("second");
      if (way === "end") first.shutdown(SHUT_WR);
      turnUntil(reactor, () => hasEnded(first));
    }
  });

  it.each([5, 1023, 1024, 1025, 3000, 70_000])(
    "answers all that has arrived, in order, when another handler drains it: %d bytes",
    (length) => {
      using reactor = reactorOf(kind);
      const drained: Connection[] = [];
      const drainer = doing(() => {
        drained[0]!.drain();
      });
      const { first, second, other } = served(reactor, drainer, ECHO);
      drained.push(other);
      const message = Buffer.from(Array.from({ length }, (_, index) => 97 + (index % 26)));
      first.send(Buffer.from("go"));
      second.send(message);

      expect(answer(reactor, second, length)).toBe(message.toString());
      turnUntil(reactor, () => hasEnded(second));
    },
  );

  // Answered in two parts, the second would wait for the acknowledgement of the first: 40 ms.
  it.each([1023, 1024, 1025, 2047, 5000])(
    "offers a message of %d bytes at once, after a short one",
    (length) => {
      using reactor = reactorOf(kind);
      const lengths: number[] = [];
      const [there, here] = tcpPair();
      using connection = new Connection(reactor, here, measuring(lengths));
      const message = Buffer.alloc(length, "x");

      for (const each of [Buffer.from("short"), message, message, Buffer.from("short"), message]) {
        there.send(each);
        expect(answer(reactor, there, each.length)).toHaveLength(each.length);
      }

      expect(lengths).toEqual([5, length, length, 5, length]);
      expect(connection.bytesIn).toBe(10 + 3 * length);
      // Or closing it would take more system calls.
      expect(isShared(here)).toBe(false);
      there.close();
    },
  );

  it.each([100, 1024, 4000, 65_536])(
    "sends answers of %d bytes when the handlers of a batch have returned",
    (length) => {
      using reactor = reactorOf(kind);
      const waiting: number[] = [];
      const noting = doing((connection) => {
        const other = both.find((each) => each !== connection)!;
        waiting.push(other.writableLength);
      });
      const [first, second] = [overTcp(reactor, noting), overTcp(reactor, noting)];
      const both = [first[1], second[1]];
      const message = Buffer.alloc(length, "x");
      // The first messages tell how long the next ones are likely to be.
      for (let round = 0; round < 2; round++) {
        waiting.length = 0;
        for (const [there] of [first, second]) there.send(message);
        for (const [there] of [first, second]) {
          expect(answer(reactor, there, length)).toHaveLength(length);
        }
      }

      expect(waiting).toEqual([0, length]);
    },
  );

  it("returns to each of many clients its own bytes, whatever their lengths", () => {
    using reactor = reactorOf(kind);
    const lengths = [1, 1023, 1024, 1025, 4000, 16_384, 65_535, 65_536, 65_599, 65_600, 65_601];
    const pairs = Array.from({ length: 24 }, () => overTcp(reactor, ECHO));
    for (let round = 0; round < 2 * lengths.length; round++) {
      const messages = pairs.map((_, index) => {
        const length = lengths[(round + index * 7) % lengths.length]!;
        return String.fromCharCode(97 + index).repeat(length - 1) + String(round % 10);
      });
      pairs.forEach(([there], index) => there.send(Buffer.from(messages[index]!)));
      pairs.forEach(([there], index) => {
        const expected = messages[index]!;
        expect(answer(reactor, there, expected.length) === expected).toBe(true);
      });
    }
  });

  // Edge-triggered too: what arrives after a call that found nothing is reported again.
  it.each([1024, 1500])("asks once whether there is more than a slot, for %d bytes", (length) => {
    using reactor = reactorOf(kind);
    const [there] = overTcp(reactor, ECHO);
    there.send(Buffer.from("short"));
    expect(answer(reactor, there, 5)).toBe("short");
    there.send(Buffer.alloc(length, "x"));
    using calls = vi.spyOn(native, "recv");

    settle(reactor);

    expect(calls).toHaveBeenCalledTimes(1);
    expect(receive(there)).toHaveLength(length);
  });

  it("keeps a long message within the buffer's limit", () => {
    using reactor = reactorOf(kind);
    const [there, here] = tcpPair();
    const lengths: number[] = [];
    here.setOption("TCP_NODELAY", true);
    using connection = new Connection(reactor, here, measuring(lengths), { bufferLimit: 1500 });
    there.send(Buffer.from("short"));
    expect(answer(reactor, there, 5)).toBe("short");

    there.send(Buffer.alloc(4000, "x"));

    expect(answer(reactor, there, 4000)).toHaveLength(4000);
    expect(Math.max(...lengths)).toBe(1500);
    expect(connection.closed).toBe(false);
    there.close();
  });

  it("drains one that batches have served, when nothing more comes", () => {
    using reactor = reactorOf(kind);
    const { first, one, second } = served(reactor, ECHO, ECHO);
    for (const there of [first, second]) there.send(Buffer.from("again"));
    expect([answer(reactor, first, 5), answer(reactor, second, 5)]).toEqual(["again", "again"]);

    one.drain();

    expect(hasEnded(first)).toBe(true);
  });

  it("keeps what has come for one that another handler pauses, until it is resumed", () => {
    using reactor = reactorOf(kind);
    const [late, paused] = pausedByOther(reactor);

    paused.resume();

    expect(answer(reactor, late, 5)).toBe("hello");
  });

  it.each(["drain", "resume and drain"])(
    "offers what has come for one that another handler pauses, at %s",
    (end) => {
      using reactor = reactorOf(kind);
      const [late, paused] = pausedByOther(reactor);

      if (end !== "drain") paused.resume();
      paused.drain();

      settle(reactor);
      expect(receive(late)).toBe("hello");
      expect(hasEnded(late)).toBe(true);
    },
  );

  it("keeps what its protocol has not used, and offers it with what follows", () => {
    using reactor = reactorOf(kind);
    const lines: Protocol = {
      ...ECHO,
      onData(connection, buffer, offset, length) {
        const text = Buffer.from(buffer.subarray(offset, offset + length)).toString();
        const used = text === "0" ? 1 : text.lastIndexOf("\n") + 1;
        connection.write(buffer, offset, used);
        return used;
      },
    };
    const { first, second } = served(reactor, lines, lines);

    for (const part of ["on", "e\ntw", "o\n"]) {
      first.send(Buffer.from(part));
      second.send(Buffer.from(part));
      settle(reactor);
    }

    expect([receive(first), receive(second)]).toEqual(["one\ntwo\n", "one\ntwo\n"]);
  });

  it("keeps what the kernel does not take, and sends it in order when the peer reads", () => {
    using reactor = reactorOf(kind);
    const { first, one, second } = served(reactor, ECHO, ECHO);
    let sent = "";
    // The client reads nothing until an answer was not taken whole.
    for (let number = 0; one.writableLength === 0 && number < 1_000_000; number++) {
      const message = String(number % 10).repeat(1000);
      expect(first.send(Buffer.from(message))).toBe(message.length);
      sent += message;
      second.send(Buffer.from("x"));
      settle(reactor);
      receive(second);
    }
    expect(one.writableLength).toBeGreaterThan(0);

    const got = answer(reactor, first, sent.length);

    expect(got.length).toBe(sent.length);
    expect(got === sent).toBe(true);
  });

  it("tells of the end once, also when another handler has thrown in that turn", () => {
    const errors: unknown[] = [];
    using reactor = reactorOf(kind, errors);
    let ends = 0;
    const counting: Protocol = {
      ...ECHO,
      onEnd() {
        ends++;
      },
    };
    const { first } = served(reactor, counting, ECHO);
    const [signal, own] = Socket.pair();
    reactor.add(own, READABLE, {
      onReady() {
        own.recv(new Uint8Array(1));
        throw new Error("thrown");
      },
    });
    first.shutdown(SHUT_WR);
    signal.send(Buffer.from("x"));

    turnUntil(reactor, () => errors.length > 0);
    settle(reactor);

    expect(errors).toEqual([new Error("thrown")]);
    expect(ends).toBe(1);
    for (const socket of [signal, own]) socket.close();
  });
});
