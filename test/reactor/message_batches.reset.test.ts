import { describe, expect, it } from "vitest";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { Connection } from "../../lib/reactor/connection.ts";
import { Socket } from "../../lib/socket/socket.ts";
import { KINDS, reactorOf, settle, tcpPair } from "../support/reactors.ts";

/** The length of a short slot: the batch then asks what else has arrived. */
const FULL = 1024;

describe.each(KINDS)("a full slot before a reset, on $multiplexer, edge: $edge", (kind) => {
  it.each(["writes", "drains", "waits for the end"] as const)(
    "is delivered, and onClose gets the reset, when the protocol %s",
    (way) => {
      using reactor = reactorOf(kind);
      const [client, here] = tcpPair();
      const log: unknown[] = [];
      using connection = new Connection(reactor, here, {
        onData(self, buffer, offset, length) {
          log.push(length);
          if (way === "writes" || length === 1) self.write(buffer, offset, length);
          if (way === "drains" && length > 1) self.drain();
          return length;
        },
        onEnd(self) {
          self.end();
        },
        onClose(_self, error) {
          log.push(error);
        },
      });
      client.send(Buffer.from("0")); // from then on batches receive
      settle(reactor);
      client.recv(new Uint8Array(1));
      log.length = 0;
      // In the turn that reports the bytes, but before the batch receives them.
      const [signal, own] = Socket.pair();
      reactor.add(own, READABLE, {
        onReady() {
          own.close();
          client.setOption("SO_LINGER", { onoff: true, linger: 0 });
          client.close();
        },
      });
      client.send(Buffer.alloc(FULL, "x"));
      signal.send(Buffer.from("x"));

      settle(reactor);

      expect(connection.bytesIn).toBe(1 + FULL);
      expect(log).toEqual([FULL, expect.objectContaining({ code: "ECONNRESET" })]);
      signal.close();
    },
  );
});
