import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "../../lib/reactor/connection.ts";
import type { Protocol } from "../../lib/reactor/connection.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, settle, tcpPair, turnUntil } from "../support/reactors.ts";

const PAIRS = [
  ["unix", (): [Socket, Socket] => Socket.pair()],
  ["TCP", tcpPair],
] as const;

/** Uses a line, is paused for a moment, and goes on. */
class Lines implements Protocol {
  readonly seen: string[] = [];
  readonly #reactor: Reactor;

  constructor(reactor: Reactor) {
    this.#reactor = reactor;
  }

  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number): number {
    const bytes = Buffer.from(buffer.subarray(offset, offset + length));
    const end = bytes.indexOf("\n") + 1;
    this.seen.push(bytes.toString("latin1", 0, end - 1));
    connection.pause();
    this.#reactor.setTimer(1, () => {
      connection.resume();
    });
    return end;
  }

  onEnd(connection: Connection): void {
    this.seen.push("end");
    connection.end();
  }

  onClose(_connection: Connection, error: unknown): void {
    this.seen.push(error === null ? "closed" : (error as { code: string }).code);
  }
}

describe.each(KINDS)("A connection that is resumed, on $multiplexer, edge: $edge", (kind) => {
  describe.each(PAIRS)("over %s", (family, pair) => {
    let reactor: Reactor;
    let here: Socket;
    let there: Socket;

    beforeEach(() => {
      reactor = reactorOf(kind);
      [there, here] = pair();
    });

    afterEach(() => {
      reactor.close();
      here.close();
      there.close();
    });

    it("gets all that it held before the peer's end", () => {
      const lines = new Lines(reactor);
      new Connection(reactor, here, lines);
      there.send(Buffer.from("one\ntwo\nthree\n"));
      there.shutdown(sys.SHUT_WR);

      turnUntil(reactor, () => here.closed);

      expect(lines.seen).toEqual(["one", "two", "three", "end", "closed"]);
    });

    it.runIf(family === "TCP")("gets all that it held before the peer's reset", () => {
      const lines = new Lines(reactor);
      new Connection(reactor, here, lines);
      there.send(Buffer.from("one\ntwo\nthree\n"));
      turnUntil(reactor, () => lines.seen.length === 1);
      there.setOption("SO_LINGER", { onoff: true, linger: 0 });
      there.close();

      turnUntil(reactor, () => here.closed);

      expect(lines.seen).toEqual(["one", "two", "three", "ECONNRESET"]);
    });

    it("is offered what it has not used, when it was paused and resumed meanwhile", () => {
      const seen: string[] = [];
      new Connection(reactor, here, {
        onData(connection, buffer, offset, length) {
          seen.push(Buffer.from(buffer.subarray(offset, offset + length)).toString());
          if (seen.length > 1) return length;
          connection.pause();
          connection.resume();
          return 0;
        },
        onEnd: () => undefined,
      });
      there.send(Buffer.from("bytes"));

      turnUntil(reactor, () => seen.length === 2);

      expect(seen).toEqual(["bytes", "bytes"]);
    });

    it("is offered it once, however often it was paused and resumed", () => {
      const seen: number[] = [];
      const connection = new Connection(reactor, here, {
        onData(me, _buffer, _offset, length) {
          seen.push(length);
          if (seen.length > 1) return length;
          me.pause();
          return 0;
        },
        onEnd: () => undefined,
      });
      there.send(Buffer.from("bytes"));
      turnUntil(reactor, () => seen.length === 1);

      for (let count = 0; count < 1000; count++) {
        connection.resume();
        connection.pause();
      }
      connection.resume();
      settle(reactor);
      reactor.turnSync(0);
      settle(reactor);

      expect(seen).toEqual([5, 5]);
    });

    it("hears that nothing waits any more when what it waited for has failed, and closes", () => {
      const calls: string[] = [];
      const connection = new Connection(reactor, here, {
        onData(me) {
          if (!me.write(Buffer.alloc(1 << 23))) me.pause();
          return undefined;
        },
        onDrain(me) {
          calls.push("drain");
          me.resume();
        },
        onEnd: () => calls.push("end"),
        onClose: () => calls.push("close"),
      });
      there.send(Buffer.from("x"));
      turnUntil(reactor, () => connection.writableLength > 0);
      there.close(); // with bytes unread, that is a reset

      turnUntil(reactor, () => connection.closed);

      expect(calls).toEqual(["drain", "close"]);
      expect(here.fd).toBe(-1);
    });

    it("hears so, too, when it is paused and a write fails at once", () => {
      const calls: string[] = [];
      const connection = new Connection(reactor, here, {
        onData: () => undefined,
        onDrain(me) {
          calls.push("drain");
          me.resume();
        },
        onEnd: () => calls.push("end"),
        onClose: () => calls.push("close"),
      });
      connection.pause();
      there.setOption("SO_LINGER", { onoff: true, linger: 0 });
      there.close();

      expect(connection.write(Buffer.from("x"))).toBe(false);
      turnUntil(reactor, () => connection.closed);

      expect(calls).toEqual(["drain", "close"]);
    });
  });
});
