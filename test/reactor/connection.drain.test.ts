import { describe, expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../lib/reactor/connection.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import { KINDS, reactorOf, settle, tcpPair } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

// As many as a turn reads.
const READS = 16;

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
});
