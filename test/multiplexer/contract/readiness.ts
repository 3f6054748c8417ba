import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { PRIORITY, READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, drain, fill } from "./fixture.ts";

const BOTH = READABLE | WRITABLE;

export function describeReadiness(claim: Claim): void {
  describeMarks(claim);
  describeUrgent(claim);
  describeDatagrams(claim);
  describeErrors(claim);
}

function describeUrgent(claim: Claim): void {
  claim("reports out-of-band data as READABLE too where SO_OOBINLINE is set", (fixture) => {
    const [here, there] = fixture.tcp();
    here.setOption("SO_OOBINLINE", true);
    fixture.mux.add(here, READABLE | PRIORITY);

    there.send(Buffer.from("!"), 0, 1, sys.MSG_OOB);

    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE | PRIORITY]]));
    expect(here.recv(new Uint8Array(9))).toBe(1);
    expect(fixture.readyNow().size).toBe(0);
  });
}

function describeMarks(claim: Claim): void {
  claim("reports READABLE from SO_RCVLOWAT bytes up, or at the end of the stream", (fixture) => {
    const [here, there] = fixture.tcp();
    here.setOption(sys.SOL_SOCKET, sys.SO_RCVLOWAT, 10);
    fixture.mux.add(here, READABLE);

    there.send(new Uint8Array(9));
    arrived(here, 9);
    expect(fixture.readyNow().size).toBe(0);
    there.send(new Uint8Array(1));
    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
    drain(here);
    there.send(new Uint8Array(3));
    arrived(here, 3);
    expect(fixture.readyNow().size).toBe(0);
    there.shutdown(sys.SHUT_WR);
    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("reports WRITABLE by the low-water mark, not by the last byte of room", (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, WRITABLE);
    const bytes = new Uint8Array(1024);
    while (fixture.readyNow().size > 0) here.send(bytes);

    // A unix socket calls itself writable while a quarter of its buffer is used at most.
    expect(here.send(bytes)).toBe(1024);

    fill(here);
    expect(there.recv(bytes)).toBe(1024);
    expect(fixture.readyNow().size).toBe(0);
    drain(there);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
  });

  claim("reports a pipe as WRITABLE when a whole page fits, not before", (fixture) => {
    const [readEnd, writeEnd] = fixture.pipe();
    fixture.mux.add(writeEnd, WRITABLE);
    expect(fixture.readyNow()).toEqual(new Map([[writeEnd.fd, WRITABLE]]));
    while (sys.write(writeEnd.fd, new Uint8Array(4096)) !== null);

    sys.read(readEnd.fd, new Uint8Array(1));
    expect(fixture.readyNow().size).toBe(0);
    sys.read(readEnd.fd, new Uint8Array(65_536));
    expect(fixture.readyNow()).toEqual(new Map([[writeEnd.fd, WRITABLE]]));
  });

  claim("reports out-of-band data that is kept inline as READABLE and PRIORITY", (fixture) => {
    const [here, there] = fixture.tcp();
    here.setOption(sys.SOL_SOCKET, sys.SO_OOBINLINE, 1);
    fixture.mux.add(here, READABLE | PRIORITY);

    there.send(Buffer.from("!"), 0, 1, sys.MSG_OOB);

    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE | PRIORITY]]));
    expect(here.recv(new Uint8Array(1))).toBe(1);
    expect(fixture.readyNow().size).toBe(0);
  });
}

function describeDatagrams(claim: Claim): void {
  claim(
    "reports a UDP socket as READABLE until the last datagram is read, also an empty one",
    (fixture) => {
      const [here, there] = [udp(fixture), udp(fixture)];
      fixture.mux.add(here, READABLE);
      there.connect(here.localAddress);
      there.send(Buffer.from("one"));
      there.send(new Uint8Array(0));

      expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
      expect(here.recv(new Uint8Array(10))).toBe(3);
      expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
      expect(here.recv(new Uint8Array(10))).toBe(0);
      expect(fixture.readyNow().size).toBe(0);
    },
  );

  claim(
    "reports a unix datagram socket as WRITABLE while the receiver's queue has room",
    (fixture) => {
      const [receiver, sender] = [unixDatagram(fixture), unixDatagram(fixture)];
      const directory = mkdtempSync(join(tmpdir(), "pollux-"));
      receiver.bind({ path: join(directory, "socket") });
      sender.connect(receiver.localAddress);
      rmSync(directory, { recursive: true });
      fixture.mux.add(sender, WRITABLE);
      expect(fixture.readyNow()).toEqual(new Map([[sender.fd, WRITABLE]]));

      while (sender.send(Buffer.from("x")) !== null);
      expect(fixture.readyNow().size).toBe(0);
      while (receiver.recv(new Uint8Array(1)) !== null);
      expect(fixture.ready()).toEqual(new Map([[sender.fd, WRITABLE]]));
    },
  );
}

function describeErrors(claim: Claim): void {
  claim(
    "wakes both directions of a UDP socket with a pending error, until it is taken",
    (fixture) => {
      const [here, gone] = [udp(fixture), udp(fixture)];
      here.connect(gone.localAddress);
      gone.close();
      fixture.mux.add(here, READABLE);
      expect(fixture.readyNow().size).toBe(0);

      here.send(Buffer.from("x"));

      expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
      fixture.mux.modify(here, BOTH);
      expect(fixture.readyNow()).toEqual(new Map([[here.fd, BOTH]]));
      expect(here.takeError()).toMatchObject({ code: "ECONNREFUSED" });
      expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
    },
  );

  claim("reports WRITABLE when our direction is shut, however full: EPIPE waits", (fixture) => {
    const [here] = fixture.tcp();
    fixture.mux.add(here, WRITABLE);
    fill(here);
    fixture.mux.modify(here, BOTH);

    here.shutdown(sys.SHUT_WR);

    expect(fixture.ready()).toEqual(new Map([[here.fd, WRITABLE]]));
    expect(() => here.send(Buffer.from("x"))).toThrow(expect.objectContaining({ code: "EPIPE" }));
  });

  claim("reports a unix listener as READABLE while a connection waits", (fixture) => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const listener = fixture.own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    const client = fixture.own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    listener.bind({ path: join(directory, "socket") }).listen();
    fixture.mux.add(listener, READABLE);
    expect(fixture.readyNow().size).toBe(0);

    client.connect(listener.localAddress);
    rmSync(directory, { recursive: true });

    expect(fixture.readyNow()).toEqual(new Map([[listener.fd, READABLE]]));
    listener.accept()?.close();
    expect(fixture.readyNow().size).toBe(0);
  });
}

function udp(fixture: Fixture): Socket {
  const socket = fixture.own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
  return socket.bind({ address: "127.0.0.1", port: 0 });
}

function unixDatagram(fixture: Fixture): Socket {
  return fixture.own(Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM));
}

/** Waits until `count` bytes have arrived, and leaves them there. */
function arrived(socket: Socket, count: number): void {
  const bytes = new Uint8Array(count);
  socket.blocking = true;
  expect(socket.recv(bytes, 0, count, sys.MSG_PEEK | sys.MSG_WAITALL)).toBe(count);
  socket.blocking = false;
}
