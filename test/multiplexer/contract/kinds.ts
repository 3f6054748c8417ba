import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { constants, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Target } from "../../../lib/descriptors/descriptor.ts";
import { Inotify } from "../../../lib/descriptors/inotify.ts";
import { MemFd } from "../../../lib/descriptors/memfd.ts";
import { PidFd } from "../../../lib/descriptors/pidfd.ts";
import { Pipe } from "../../../lib/descriptors/pipe.ts";
import { SignalFd } from "../../../lib/descriptors/signalfd.ts";
import { TimerFd } from "../../../lib/descriptors/timerfd.ts";
import { EpollMultiplexer } from "../../../lib/multiplexer/epoll.ts";
import { PRIORITY, READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import { BARE, PYTHON } from "../../support/tools.ts";
import { signalThisThread } from "../../support/signals.ts";
import { toolEnvironment } from "../../sys/support.ts";
import type { Claim } from "../contract.ts";
import type { Fixture } from "./fixture.ts";

/** A descriptor without anything to read, and what gives it something. */
export type Kind = (fixture: Fixture) => [target: Target & object, feed: () => void];

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

export const KINDS: Record<string, Kind> = {
  "a pipe": (fixture) => {
    const [readEnd, writeEnd] = fixture.pipe();
    return [readEnd, () => sys.write(writeEnd.fd, Buffer.from("x"))];
  },
  "an eventfd": (fixture) => {
    const counter = fixture.eventfd();
    return [counter, () => sys.eventfdWrite(counter.fd, 1n)];
  },
  "a unix stream socket": (fixture) => fed(fixture.pair()),
  "a unix datagram socket": (fixture) => fed(fixture.pair(sys.SOCK_DGRAM)),
  "a unix seqpacket socket": (fixture) => fed(fixture.pair(sys.SOCK_SEQPACKET)),
  "a TCP socket over IPv4": (fixture) => fed(fixture.tcp("127.0.0.1")),
  ...(hasIpv6 && { "a TCP socket over IPv6": (fixture) => fed(fixture.tcp("::1")) }),
  "a UDP socket": (fixture) => fed(udp(fixture)),
  "a timerfd": (fixture) => {
    const timer = fixture.own(new TimerFd());
    return [timer, () => timer.set({ valueNs: 1n })];
  },
  "a signalfd": (fixture) => {
    const signals = fixture.own(new SignalFd(["SIGWINCH"]));
    return [signals, () => signalThisThread(constants.signals.SIGWINCH)];
  },
  "a pidfd": (fixture) => {
    const pid = childOfAnother(fixture);
    return [fixture.own(PidFd.open(pid)), () => process.kill(pid, "SIGKILL")];
  },
  "an inotify": (fixture) => {
    const inotify = fixture.own(new Inotify());
    const path = mkdtempSync(join(tmpdir(), "pollux-"));
    fixture.own({ [Symbol.dispose]: () => rmSync(path, { recursive: true }) });
    inotify.watch(path, sys.IN_CREATE);
    return [inotify, () => writeFileSync(join(path, "file"), "")];
  },
  "another epoll": (fixture) => {
    const epoll = fixture.own(new EpollMultiplexer());
    const counter = fixture.eventfd();
    epoll.add(counter, READABLE);
    return [epoll, () => sys.eventfdWrite(counter.fd, 1n)];
  },
};

export const FILES: Record<string, () => number> = {
  "a regular file": () => openSync(new URL(import.meta.url), "r"),
  "a directory": () => openSync(new URL(".", import.meta.url), "r"),
  "a file in memory": () => new MemFd("pollux").detach(),
  "a device without poll": () => openSync("/dev/null", "r+"),
};

export function describeKinds(claim: Claim): void {
  for (const [kind, open] of Object.entries(KINDS)) {
    claim(`reports ${kind} as READABLE when it has something to read, not before`, (fixture) => {
      const [target, feed] = open(fixture);
      fixture.mux.add(target, READABLE);
      expect(fixture.readyNow().size).toBe(0);

      feed();

      const expected = new Map([[(target as { fd: number }).fd, READABLE]]);
      expect(fixture.ready()).toEqual(expected);
      expect(fixture.readyNow()).toEqual(expected);
    });
  }

  for (const [file, open] of Object.entries(FILES)) {
    claim(`reports ${file} as ready, always`, (fixture) => {
      const fd = open();
      try {
        fixture.mux.add(fd, READABLE | WRITABLE | PRIORITY);
        for (const timeout of [0, 5, undefined]) {
          expect(fixture.ready({ timeoutMs: timeout })).toEqual(
            new Map([[fd, READABLE | WRITABLE]]),
          );
        }
        fixture.mux.modify(fd, WRITABLE);
        expect(fixture.readyNow()).toEqual(new Map([[fd, WRITABLE]]));
        fixture.mux.modify(fd, PRIORITY);
        expect(fixture.readyNow().size).toBe(0);
        expect(fixture.mux.remove(fd)).toBe(true);
      } finally {
        closeSync(fd);
      }
    });
  }

  claim("reports what else is ready together with a file", (fixture) => {
    const [here] = fixture.readyPair();
    const fd = openSync(new URL(import.meta.url), "r");
    fixture.mux.add(fd, READABLE);
    fixture.mux.add(here, READABLE);

    expect(fixture.ready()).toEqual(
      new Map([
        [fd, READABLE],
        [here.fd, READABLE],
      ]),
    );
    closeSync(fd);
  });

  claim("reports a bound unix datagram socket as READABLE when a stranger sends", (fixture) => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const socket = fixture.own(Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM));
    const stranger = fixture.own(Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM));
    const path = join(directory, "socket");
    socket.bind({ path });
    fixture.mux.add(socket, READABLE);

    stranger.connect({ path });
    stranger.send(new Uint8Array(0));

    expect(fixture.ready()).toEqual(new Map([[socket.fd, READABLE]]));
    sys.recv(socket.fd, new Uint8Array(1));
    expect(fixture.readyNow().size).toBe(0);
    rmSync(directory, { recursive: true });
  });
}

function fed([here, there]: [Socket, Socket]): [Socket, () => void] {
  return [here, () => there.send(Buffer.from("x"))];
}

function udp(fixture: Fixture): [Socket, Socket] {
  const open = (): Socket =>
    fixture.own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM)).bind({ address: "127.0.0.1", port: 0 });
  const [here, there] = [open(), open()];
  here.connect(there.localAddress);
  there.connect(here.localAddress);
  return [here, there];
}

/** A process whose parent never waits for it, as Node would do at any moment. */
function childOfAnother(fixture: Fixture): number {
  const pipe = fixture.own(new Pipe({ blocking: true }));
  const script = "import os; pid = os.fork(); pid and print(pid, flush=True); os.read(0, 1)";
  const parent = spawn(PYTHON, [...BARE, "-c", script], {
    stdio: ["pipe", pipe.writer.fd, "ignore"],
    env: toolEnvironment(),
  });
  const line = Buffer.alloc(32);
  const length = pipe.reader.read(line) ?? 0;
  const pid = Number(line.toString("latin1", 0, length));
  fixture.own({
    [Symbol.dispose]: () => parent.stdin?.destroy(), // which ends both
  });
  return pid;
}
