import { expect } from "vitest";
import {
  ERROR,
  HANGUP,
  PRIORITY,
  READABLE,
  READ_CLOSED,
  WRITABLE,
} from "../../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, drain, fill } from "./fixture.ts";

export function describeConditions(claim: Claim): void {
  describeReading(claim);
  describeWriting(claim);
  describeBroken(claim);
  describeResultBits(claim);
}

function describeReading(claim: Claim): void {
  claim("reports READABLE again until the bytes are read (level-triggered)", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    expect(fixture.mux.edge).toBe(false);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    drain(here);
    expect(fixture.readyNow().size).toBe(0);
  });

  claim("reports a listener as READABLE while a connection waits to be accepted", (fixture) => {
    const listener = fixture.listener();
    fixture.mux.add(listener, READABLE);
    expect(fixture.readyNow().size).toBe(0);

    const client = fixture.own(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    client.connect(listener.localAddress);

    expect(fixture.ready()).toEqual(new Map([[listener.fd, READABLE]]));
    listener.accept()?.close();
    expect(fixture.readyNow().size).toBe(0);
  });

  claim("reports READABLE, again and again, at the end of the stream", (fixture) => {
    const [here, there] = fixture.tcp();
    fixture.mux.add(here, READABLE);

    there.close();

    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
    expect(here.recv(new Uint8Array(1))).toBe(0);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim(
    "reports READABLE when the peer has shut its direction, which leaves ours open",
    (fixture) => {
      const [here, there] = fixture.tcp();
      fixture.mux.add(here, READABLE | WRITABLE);
      expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
      fixture.mux.modify(here, READABLE);

      there.shutdown(sys.SHUT_WR);

      expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
      expect(here.send(Buffer.from("x"))).toBe(1);
      fixture.mux.add(there, READABLE);
      fixture.mux.remove(here);
      expect(fixture.ready()).toEqual(new Map([[there.fd, READABLE]]));
    },
  );

  claim("reports out-of-band data as PRIORITY, not as READABLE", (fixture) => {
    const [here, there] = fixture.tcp();
    const { mux } = fixture;
    mux.add(here, PRIORITY);
    there.send(Buffer.from("x"));
    mux.modify(here, READABLE);
    fixture.ready();
    mux.modify(here, PRIORITY);
    expect(fixture.readyNow().size).toBe(0);
    drain(here);

    there.send(Buffer.from("!"), 0, 1, sys.MSG_OOB);

    expect(fixture.ready()).toEqual(new Map([[here.fd, PRIORITY]]));
    mux.modify(here, READABLE | PRIORITY);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, PRIORITY]]));
    here.recv(new Uint8Array(1), 0, 1, sys.MSG_OOB);
    expect(fixture.readyNow().size).toBe(0);
  });
}

function describeWriting(claim: Claim): void {
  claim(
    "reports WRITABLE only while there is room, and again after the peer has read",
    (fixture) => {
      const [here, there] = fixture.pair();
      fixture.mux.add(here, WRITABLE);
      expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));

      fill(here);
      expect(fixture.readyNow().size).toBe(0);
      drain(there);
      expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
    },
  );

  claim("reports a TCP socket as WRITABLE again after the peer has read", (fixture) => {
    const [here, there] = fixture.tcp();
    fixture.mux.add(here, WRITABLE);
    fill(here);
    fixture.mux.add(there, READABLE);

    for (let ready = fixture.ready(); !ready.has(here.fd); ready = fixture.ready()) drain(there);

    expect(here.send(Buffer.from("x"))).toBe(1);
  });

  claim("reports a connect that succeeds as WRITABLE", (fixture) => {
    const listener = fixture.listener();
    const client = fixture.own(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    expect(client.connect(listener.localAddress)).toBe(false);

    fixture.mux.add(client, WRITABLE);

    expect(fixture.ready()).toEqual(new Map([[client.fd, WRITABLE]]));
    expect(client.takeError()).toBeNull();
  });

  claim("reports both directions at once", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE | WRITABLE);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE | WRITABLE]]));
  });
}

function describeBroken(claim: Claim): void {
  for (const [direction, interest] of [
    ["a reader", READABLE],
    ["a writer", WRITABLE],
    ["both", READABLE | WRITABLE],
  ] as const) {
    claim(`wakes ${direction} when a connect was refused`, (fixture) => {
      const socket = refused(fixture);
      fixture.mux.add(socket, interest);

      expect(fixture.ready()).toEqual(new Map([[socket.fd, interest]]));
      expect(socket.takeError()).toMatchObject({ code: "ECONNREFUSED" });
    });

    claim(`wakes ${direction} when the peer has reset the connection`, (fixture) => {
      const [here, there] = fixture.tcp();
      fill(here);
      reset(there);
      fixture.mux.add(here, interest);

      expect(fixture.ready()).toEqual(new Map([[here.fd, interest]]));
    });

    claim(`wakes ${direction} when both directions are shut`, (fixture) => {
      const [here] = fixture.tcp();
      here.shutdown(sys.SHUT_RDWR);
      fixture.mux.add(here, interest);

      expect(fixture.ready()).toEqual(new Map([[here.fd, interest]]));
    });
  }

  claim("wakes a writer to a pipe that nobody reads", (fixture) => {
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(writeEnd, WRITABLE);
    while (sys.write(writeEnd.fd, new Uint8Array(4096)) !== null);
    expect(fixture.readyNow().size).toBe(0);

    readEnd.close();

    expect(fixture.ready()).toEqual(new Map([[writeEnd.fd, WRITABLE]]));
  });

  claim("wakes a reader of a pipe that nobody writes", (fixture) => {
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(readEnd, READABLE);

    writeEnd.close();

    expect(fixture.ready()).toEqual(new Map([[readEnd.fd, READABLE]]));
  });

  claim("wakes a writer whose buffer is full at a hang-up", (fixture) => {
    const [here] = fixture.pair();
    fill(here);
    fixture.mux.add(here, WRITABLE);
    expect(fixture.readyNow().size).toBe(0);

    here.shutdown(sys.SHUT_RDWR);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
  });
}

function describeResultBits(claim: Claim): void {
  claim("says ERROR, beside the directions, of a socket with an error", (fixture) => {
    const socket = refused(fixture);
    fixture.mux.add(socket, READABLE);

    const events = fixture.events().get(socket.fd) ?? 0;
    expect(events & ~(HANGUP | READ_CLOSED)).toBe(READABLE | ERROR);
  });

  claim("says HANGUP, beside the directions, of a socket that is shut both ways", (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE | WRITABLE);
    there.close();

    const events = READABLE | WRITABLE | HANGUP | READ_CLOSED;
    expect(fixture.events()).toEqual(new Map([[here.fd, events]]));
  });

  claim("says ERROR and HANGUP also where only PRIORITY is watched", (fixture) => {
    const [here, there] = fixture.pair();
    const socket = refused(fixture);
    fixture.mux.add(here, PRIORITY);
    fixture.mux.add(socket, PRIORITY);
    there.close();

    const events = fixture.events();

    expect(events.get(here.fd)).toBe(HANGUP);
    expect(events.get(socket.fd)).toBe(ERROR | HANGUP);
  });
}

/** A socket whose connect was refused. */
function refused(fixture: Fixture): Socket {
  const deaf = fixture.own(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
  deaf.bind({ address: "127.0.0.1", port: 0 });
  const socket = fixture.own(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
  expect(socket.connect(deaf.localAddress)).toBe(false);
  return socket;
}

/** Closes the connection with a RST instead of a FIN. */
function reset(socket: Socket): void {
  socket.setOption(sys.SOL_SOCKET, sys.SO_LINGER, Int32Array.of(1, 0));
  socket.close();
}
