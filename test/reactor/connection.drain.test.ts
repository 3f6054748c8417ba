import { describe, expect, it, onTestFinished } from "vitest";
import { Connection } from "../../lib/reactor/connection.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { SHUT_WR } from "../../lib/sys/index.ts";
import { KINDS, reactorOf, settle, tcpPair } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

// As many as a turn reads.
const READS = 16;

/** Sends `text` as one message that batches do not take. */
function sendLong(there: Socket, text: string): void {
  there.send(Buffer.alloc(5000, text));
}

describe.each(KINDS)("Connection.drain on $multiplexer, edge: $edge", (kind) => {
  function drained(bytes: number): { connection: Connection; protocol: Recording; there: Socket } {
    const reactor = reactorOf(kind);
    const [there, here] = tcpPair();
    const protocol = new Recording();
    const connection = protocol.on(reactor, here, { bufferLimit: 4 });
    onTestFinished(() => {
      reactor.close();
      there.close();
      here.close();
    });
    there.send(Buffer.alloc(bytes));
    connection.drain();
    settle(reactor);
    return { connection, protocol, there };
  }

  it.each([-1, 0, 1, 4 * READS])(
    "hands over what has arrived, and ends, %i bytes beyond what a turn reads",
    (more) => {
      const bytes = 4 * READS + more;

      const { protocol, there } = drained(bytes);

      expect(protocol.data.join("")).toHaveLength(bytes);
      expect(there.recv(new Uint8Array(1))).toBe(0);
    },
  );

  it("leaves the bytes of the handler that calls it alone", () => {
    using reactor = reactorOf(kind);
    const pairs = [tcpPair(), tcpPair(), tcpPair()];
    const texts: string[] = [];
    const connections = pairs.map(([, here]) => {
      return new Connection(reactor, here, {
        onData(_connection, buffer, offset, length) {
          for (const each of connections) each.drain();
          texts.push(Buffer.from(buffer.subarray(offset, offset + length)).toString());
          return length;
        },
        onEnd: () => undefined,
      });
    });
    for (const [index, [there]] of pairs.entries()) sendLong(there, String(index));

    settle(reactor);

    expect(texts.sort().map((text) => `${text[0] ?? ""} ${String(text.length)}`)).toEqual([
      ...["0 5000", "1 5000", "2 5000"],
    ]);
    expect(texts.every((text) => new Set(text).size === 1)).toBe(true);
    for (const connection of connections) connection.close();
    for (const [there] of pairs) there.close();
  });

  it("ends when onData calls it after a pause, with all bytes used that were kept", () => {
    using reactor = reactorOf(kind);
    const [there, here] = Socket.pair();
    const protocol = new Recording();
    protocol.answer = (one, text) => {
      one.pause();
      if (protocol.data.length === 1) return 0;
      one.drain();
      return text.length;
    };
    const connection = protocol.on(reactor, here);
    there.send(Buffer.from("QUIT"));
    settle(reactor);

    connection.resume();
    settle(reactor);

    expect(protocol.data).toEqual(["QUIT", "QUIT"]);
    expect(there.recv(new Uint8Array(1))).toBe(0);
    there.shutdown(SHUT_WR);
    settle(reactor);
    expect(protocol.closed).toEqual([null]);
    there.close();
  });

  it("ends when onDrain calls it, and nothing more comes", () => {
    using reactor = reactorOf(kind);
    const [there, here] = Socket.pair();
    const protocol = new Recording();
    protocol.atDrain = (one) => {
      one.drain();
    };
    const connection = protocol.on(reactor, here);
    while (connection.write(Buffer.alloc(1 << 16)));
    const buffer = Buffer.alloc(1 << 20);

    let received = there.recv(buffer);
    while (received !== null && received > 0) {
      settle(reactor);
      received = there.recv(buffer);
    }

    expect(received).toBe(0);
    connection.close();
    there.close();
  });
});
