import { expect } from "vitest";
import {
  HANGUP,
  READABLE,
  READ_CLOSED,
  type Ready,
  WRITABLE,
} from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import { Python } from "../../support/python.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, PATIENCE_MS, countHarvests, countWaits, fill } from "./fixture.ts";

/** A wait that spins makes thousands of calls in this time. */
const QUIET_MS = 25.5;
const FEW = 20;

export function describeHalfClose(claim: Claim): void {
  describeReported(claim);
  describeNotReported(claim);
  describePeers(claim);
}

function describeReported(claim: Claim): void {
  claim("says READ_CLOSED, beside READABLE, once the peer will send no more", (fixture) => {
    for (const [here, there] of [fixture.pair(), fixture.tcp()]) {
      fixture.mux.add(here, READABLE);
      there.send(Buffer.from("x"));
      expect(fixture.events()).toEqual(new Map([[here.fd, READABLE]]));

      there.shutdown(sys.SHUT_WR);

      const ready = new Map([[here.fd, READABLE | READ_CLOSED]]);
      expect(fixture.events()).toEqual(ready);
      expect(here.recv(new Uint8Array(9))).toBe(1);
      expect(fixture.events()).toEqual(ready);
      expect(here.recv(new Uint8Array(9))).toBe(0);
      fixture.mux.remove(here);
    }
  });

  claim("says READ_CLOSED when this side has shut its reading direction", (fixture) => {
    const [here] = fixture.tcp();
    fixture.mux.add(here, READABLE | WRITABLE);

    here.shutdown(sys.SHUT_RD);

    expect(fixture.events()).toEqual(new Map([[here.fd, READABLE | WRITABLE | READ_CLOSED]]));
  });

  claim("wakes by READ_CLOSED a writer whose buffer is full, where that is watched", (fixture) => {
    const [here, there] = stuffed(fixture);
    fixture.mux.add(here, WRITABLE | READ_CLOSED);
    expect(fixture.readyNow().size).toBe(0);

    there.shutdown(sys.SHUT_WR);

    expect(fixture.events()).toEqual(new Map([[here.fd, READ_CLOSED]]));
    expect(fixture.events()).toEqual(new Map([[here.fd, READ_CLOSED]]));
    fixture.mux.modify(here, WRITABLE);
    expectQuiet(fixture);
  });

  claim("wakes by READ_CLOSED alone, also a wait that is pending", async (fixture) => {
    const [here, there] = fixture.tcp();
    fixture.mux.add(here, READ_CLOSED, "data");
    const wait = fixture.mux.wait({ timeoutMs: PATIENCE_MS });
    there.send(Buffer.from("not asked for"));

    there.shutdown(sys.SHUT_WR);

    const expected: Ready<string>[] = [
      { fd: here.fd, target: here, events: READ_CLOSED, data: "data" },
    ];
    expect(await wait).toEqual(expected);
  });
}

function describeNotReported(claim: Claim): void {
  claim(
    "neither wakes a writer whose buffer is full at a half-close, nor spins",
    async (fixture) => {
      const [here, there] = stuffed(fixture);
      fixture.mux.add(here, WRITABLE);

      there.shutdown(sys.SHUT_WR);

      expectQuiet(fixture);
      const rounds = await countHarvests(async () => {
        expect(await fixture.mux.wait(QUIET_MS)).toEqual([]);
      });
      expect(rounds).toBeLessThan(FEW);
    },
  );

  claim("does not say READ_CLOSED to one that is watched for WRITABLE alone by then", (fixture) => {
    const [first, second] = [stuffed(fixture), stuffed(fixture)];
    for (const [here, there] of [first, second]) {
      fixture.mux.add(here, READABLE);
      there.shutdown(sys.SHUT_WR);
    }
    let count = 0;

    // Both are in the batch; whichever comes first changes the other.
    fixture.mux.waitSync(PATIENCE_MS, (fd) => {
      count++;
      fixture.mux.modify(fd === first[0].fd ? second[0] : first[0], WRITABLE);
    });

    expect(count).toBe(1);
  });

  claim("takes READ_CLOSED for an interest, which changes nothing before the end", (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.tcp();
    mux.add(here, READABLE | READ_CLOSED);
    expect(mux.get(here)?.interest).toBe(READABLE | READ_CLOSED);
    expectQuiet(fixture);

    there.send(Buffer.from("x"));
    expect(fixture.events()).toEqual(new Map([[here.fd, READABLE]]));
    mux.modify(here, READ_CLOSED);
    expectQuiet(fixture);
    mux.modify(here, WRITABLE | READ_CLOSED);
    expect(fixture.events()).toEqual(new Map([[here.fd, WRITABLE]]));
  });

  claim("refuses an interest in what is a result only", ({ mux }) => {
    for (const interest of [8, 16, READ_CLOSED | HANGUP, 64, -1, 0.5, NaN]) {
      expect(() => {
        mux.add(0, interest);
      }).toThrow(expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }));
    }
    expect(mux.size).toBe(0);
  });
}

function describePeers(claim: Claim): void {
  claim("goes on writing to a Python that has shut its writing direction", async (fixture) => {
    await using python = new Python();
    const here = await accepted(fixture, python);
    fixture.mux.add(here, READABLE);
    await python.run(`s.sendall(b"last"); s.shutdown(socket.SHUT_WR)`);

    const bytes = new Uint8Array(9);
    const texts: string[] = [];
    for await (const [ready] of fixture.mux) {
      expect(ready?.target).toBe(here);
      const received = here.recv(bytes) ?? 0;
      texts.push(Buffer.from(bytes.subarray(0, received)).toString());
      if (received === 0) break;
    }
    here.send(Buffer.from("answer"));
    here.shutdown(sys.SHUT_WR);

    expect(texts).toEqual(["last", ""]);
    expect(await python.run(`s.makefile("rb").read().decode()`)).toBe("answer");
    await python.run("s.close()");
  });

  claim("says READ_CLOSED where Python's select.epoll says EPOLLRDHUP", async (fixture) => {
    await using python = new Python();
    const here = await accepted(fixture, python);
    await python.run("import select; e = select.epoll()");
    await python.run("e.register(s, select.EPOLLOUT | select.EPOLLRDHUP)");
    fixture.mux.add(here, WRITABLE | READ_CLOSED);
    expect(await python.run("e.poll()[0][1] == select.EPOLLOUT")).toBe(true);
    expect(fixture.events()).toEqual(new Map([[here.fd, WRITABLE]]));

    here.shutdown(sys.SHUT_WR);

    expect(await python.run("e.poll()[0][1] == select.EPOLLOUT | select.EPOLLRDHUP")).toBe(true);
    expect(fixture.events()).toEqual(new Map([[here.fd, WRITABLE]]));
    await python.run("s.shutdown(socket.SHUT_WR)");
    const events = fixture.events().get(here.fd) ?? 0;
    expect(events & (WRITABLE | READ_CLOSED)).toBe(WRITABLE | READ_CLOSED);
    await python.run("e.close(); s.close()");
  });
}

/** The connection of Python's socket `s`. */
async function accepted(fixture: Fixture, python: Python): Promise<Socket> {
  const listener = fixture.listener();
  const { port } = listener.localAddress;
  await python.run(`s = socket.create_connection(("127.0.0.1", ${String(port)}))`);
  listener.blocking = true;
  const socket = listener.accept();
  if (!socket) throw new Error("a blocking accept has no connection");
  return fixture.own(socket);
}

/** Two connected sockets, the first of which has no room to send. */
function stuffed(fixture: Fixture): [Socket, Socket] {
  const [here, there] = fixture.pair();
  fill(here);
  return [here, there];
}

/** Nothing is reported, for the whole time, with but a few calls. */
function expectQuiet({ mux }: Fixture): void {
  const waits = countWaits(() => {
    expect(mux.waitSync(QUIET_MS)).toEqual([]);
  });
  expect(waits).toBeLessThan(FEW);
}
