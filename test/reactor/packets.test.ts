import { describe, expect, it } from "vitest";
import { Connection, type Protocol } from "../../lib/reactor/connection.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { KINDS, reactorOf, settle, turnUntil } from "../support/reactors.ts";

/** What a protocol was called with: messages as text, then how the connection has ended. */
class Log implements Protocol {
  readonly messages: string[] = [];
  readonly ends: unknown[] = [];
  used: number | undefined = undefined;

  onData(_connection: Connection, buffer: Uint8Array, offset: number, length: number) {
    this.messages.push(Buffer.from(buffer.slice(offset, offset + length)).toString("latin1"));
    return this.used;
  }

  onEnd(connection: Connection): void {
    this.ends.push("end");
    connection.end();
  }

  onClose(_connection: Connection, error: unknown): void {
    this.ends.push(error);
  }
}

function seqpacket(): [Socket, Socket] {
  return Socket.pair(sys.SOCK_SEQPACKET);
}

function say(socket: Socket, ...texts: string[]): void {
  for (const text of texts) socket.send(Buffer.from(text));
}

/** The messages that wait in a socket. */
function received(socket: Socket): string[] {
  const [texts, buffer]: [string[], Buffer] = [[], Buffer.alloc(1 << 20)];
  for (let size = socket.recv(buffer); size !== null; size = socket.recv(buffer)) {
    texts.push(buffer.toString("latin1", 0, size));
    if (size === 0 && texts.length > 100) break; // the end is 0 for ever
  }
  return texts;
}

describe.each(KINDS)("a Connection of a seqpacket socket on $multiplexer, edge: $edge", (kind) => {
  it("offers each message once and whole, and tells empty ones from the end", () => {
    using reactor = reactorOf(kind);
    const [here, there] = seqpacket();
    const log = new Log();
    using connection = new Connection(reactor, here, log);
    const texts = ["", "one", "x".repeat(1024), "y".repeat(200_000), "", ""];
    say(there, ...texts);
    there.shutdown(sys.SHUT_WR);

    turnUntil(reactor, () => connection.closed);

    expect(log.messages).toEqual(texts);
    expect(log.ends).toEqual(["end", null]);
    there.close();
  });

  it("offers unused bytes again in front of the next message", () => {
    using reactor = reactorOf(kind);
    const [here, there] = seqpacket();
    const log = new Log();
    using connection = new Connection(reactor, here, log);
    log.used = 0;
    say(there, "one");
    turnUntil(reactor, () => log.messages.length === 1);
    log.used = 1;
    say(there, "two");

    turnUntil(reactor, () => log.messages.length === 2);

    expect(log.messages).toEqual(["one", "onetwo"]);
    expect(connection.readableLength).toBe(5);
    there.close();
  });

  it("queues what the kernel does not take as messages, empty ones too, and ends after them", () => {
    using reactor = reactorOf(kind);
    const [here, there] = seqpacket();
    using connection = new Connection(reactor, here, new Log());
    const texts = Array.from({ length: 3000 }, (_, index) => (index % 3 ? String(index) : ""));
    for (const text of texts) connection.write(Buffer.from(text));
    expect(connection.writableLength).toBeGreaterThan(0);
    connection.end();

    const got: string[] = [];
    while (got.length < texts.length) {
      got.push(...received(there).slice(0, texts.length - got.length));
      settle(reactor);
    }

    expect(got).toEqual(texts);
    expect(there.recv(new Uint8Array(1))).toBe(0);
    there.close();
  });

  it("ends with EMSGSIZE for a message above its limit, after what came before", () => {
    using reactor = reactorOf(kind);
    const [here, there] = seqpacket();
    const log = new Log();
    using connection = new Connection(reactor, here, log, { bufferLimit: 1000 });
    say(there, "before", "x".repeat(1001), "after");

    turnUntil(reactor, () => connection.closed);

    expect(log.messages[0]).toBe("before");
    expect(log.messages).not.toContainEqual(expect.stringContaining("xx"));
    expect(log.ends).toEqual([expect.objectContaining({ code: "EMSGSIZE" })]);
    there.close();
  });

  it("keeps a handler's message while that makes another connection receive", () => {
    using reactor = reactorOf(kind);
    const [[here, there], [second, other]] = [seqpacket(), seqpacket()];
    const log = new Log();
    using another = new Connection(reactor, second, log);
    another.pause();
    const seen: string[] = [];
    using connection = new Connection(reactor, here, {
      onData(_connection, buffer, offset, length) {
        another.drain(); // receives now
        seen.push(Buffer.from(buffer.slice(offset, offset + length)).toString());
        return length;
      },
      onEnd: () => undefined,
    });
    say(other, "B".repeat(5));
    say(there, "A".repeat(5));

    turnUntil(reactor, () => seen.length > 0);

    expect(seen).toEqual(["AAAAA"]);
    expect(log.messages).toEqual(["BBBBB"]);
    expect(connection.closed).toBe(false);
    for (const one of [there, other]) one.close();
  });

  it("lets no descriptor in that comes with a message", () => {
    using reactor = reactorOf(kind);
    const [here, there] = seqpacket();
    const log = new Log();
    using _connection = new Connection(reactor, here, log);
    reactor.turnSync(1); // opens what a wait needs
    const before = openDescriptors();
    const control = [{ type: "SCM_RIGHTS", descriptors: [0] }] as const;
    there.sendMessage(Buffer.from("with a gift"), { control });

    turnUntil(reactor, () => log.messages.length === 1);

    expect(log.messages).toEqual(["with a gift"]);
    expect(openDescriptors()).toEqual(before);
    there.close();
  });
});

describe.each(KINDS)("a writer that always writes more, on $multiplexer, edge: $edge", (kind) => {
  const endless = (log: string[]): Protocol => {
    const write = (connection: Connection): void => {
      for (let more = connection.writable; more;) more = connection.write(new Uint8Array(50_000));
    };
    return {
      onData: (connection) => {
        write(connection);
        return undefined;
      },
      onEnd: (connection) => {
        log.push("end");
        connection.end();
      },
      onDrain: write,
      onClose: (_connection, error) => log.push(`close ${String(error)}`),
    };
  };

  it.each(["its peer ends", "it is drained"])("ends when %s", (how) => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    const log: string[] = [];
    const connection = new Connection(reactor, here, endless(log));
    say(there, "go");
    settle(reactor);

    if (how === "it is drained") connection.drain();
    else there.shutdown(sys.SHUT_WR);
    const buffer = new Uint8Array(1 << 20);
    for (let got = there.recv(buffer); got !== 0; got = there.recv(buffer)) settle(reactor);

    there.close();
    turnUntil(reactor, () => connection.closed);
    expect(log.at(-1)).toBe("close null");
  });
});

it("takes a connection that accept() returned for what it is", () => {
  using reactor = reactorOf(KINDS[2]!);
  using listener = Socket.open(sys.AF_UNIX, sys.SOCK_SEQPACKET).bind({ path: "" }).listen();
  using there = Socket.open(sys.AF_UNIX, sys.SOCK_SEQPACKET);
  there.connect(listener.localAddress);
  const lengths: number[] = [];
  const onData = (_: Connection, _buffer: Uint8Array, _offset: number, length: number): undefined =>
    void lengths.push(length);
  using _connection = new Connection(reactor, listener.accept()!, {
    onData,
    onEnd: () => undefined,
  });

  for (const length of [10, 3000, 3000]) {
    there.send(new Uint8Array(length));
    settle(reactor);
  }

  expect(lengths).toEqual([10, 3000, 3000]);
});
