import { describe, expect, it, onTestFinished } from "vitest";
import { Connection } from "../../lib/reactor/connection.ts";
import type { Protocol } from "../../lib/reactor/protocol.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import type { Socket } from "../../lib/socket.ts";
import { KINDS, reactorOf, receive, tcpPair } from "../support/reactors.ts";

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

function clients(reactor: Reactor, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const [there, here] = tcpPair();
    const connection = new Connection(reactor, here, PROTOCOL);
    onTestFinished(() => {
      there.close();
      try {
        connection.close();
      } finally {
        here.close();
      }
    });
    return there;
  });
}

describe.each(KINDS)("Transfers on $multiplexer, edge: $edge", (kind) => {
  it("gives each client its own bytes, also when one of them made its protocol throw", () => {
    using reactor = reactorOf(kind);
    const [first, bad, third, fourth] = clients(reactor, 4) as [Socket, Socket, Socket, Socket];
    first.send(Buffer.from("first"));
    bad.send(Buffer.from("bad"));
    third.send(Buffer.from("third"));

    expect(() => {
      for (;;) reactor.turnSync(1000);
    }).toThrow("bad client");
    third.send(Buffer.from(" more"));
    fourth.send(Buffer.from("fourth"));
    while (reactor.turnSync(0) > 0);

    expect([first, third, fourth].map(receive)).toEqual(["first", "third more", "fourth"]);
    expect(receive(bad)).toBeNull();
  });
});
