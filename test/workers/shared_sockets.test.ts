import { readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { MemFd } from "../../lib/descriptors/memfd.ts";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { READABLE } from "../../lib/multiplexer/multiplexer.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import type { Share } from "../../lib/workers/share.ts";
import { SharedSockets } from "../../lib/workers/shared_sockets.ts";
import { turnUntil } from "../support/reactors.ts";

/** What a worker has. */
interface Side {
  readonly mux: EpollMultiplexer<Handler>;
  readonly reactor: Reactor;
  readonly socket: Socket;
  readonly shared: SharedSockets;
  readonly accepted: Socket[];
}

function own<T extends { close(): void }>(owner: T): T {
  onTestFinished(() => {
    owner.close();
  });
  return owner;
}

function listening(): Socket {
  return Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind({ address: "127.0.0.1", port: 0 }).listen();
}

function share(socket: Socket, how: Share, lock: MemFd | null = null): Side {
  const mux = new EpollMultiplexer<Handler>();
  const reactor = own(new Reactor(mux));
  const accepted: Socket[] = [];
  const onConnection = (one: Socket): unknown => accepted.push(own(one));
  const { localAddress: address } = socket;
  const shared = own(
    new SharedSockets(
      reactor,
      [socket],
      { onConnection },
      {
        ...{ address, share: how, lock, queue: () => "leave" },
      },
    ),
  );
  return { mux, reactor, socket, shared, accepted };
}

/** The EPOLL… bits that the kernel keeps of the shared socket. */
function keptBits({ mux, socket }: Side): number {
  const info = readFileSync(`/proc/self/fdinfo/${String(mux.fd)}`, "latin1");
  const line = new RegExp(`^tfd: +${String(socket.fd)} events: +([0-9a-f]+) `, "m").exec(info);
  return Number.parseInt(line?.[1] ?? "0", 16);
}

const watches = ({ mux, socket }: Side): boolean =>
  ((mux.get(socket)?.interest ?? 0) & READABLE) !== 0;

describe("SharedSockets", () => {
  it.each(["shared", "exclusive"] as const)(
    "are watched with EPOLLEXCLUSIVE where that is asked for, and only there: %s",
    (how) => {
      const kept = keptBits(share(listening(), how));

      expect(kept & sys.EPOLLIN).toBe(sys.EPOLLIN);
      expect((kept & sys.EPOLLEXCLUSIVE) !== 0).toBe(how === "exclusive");
    },
  );

  it("are watched by one worker at a time with mutex, by another when that one has ended", () => {
    const lock = own(new MemFd("lock"));
    const socket = listening();
    const copy = Socket.fromFd(sys.fcntl(socket.fd, sys.F_DUPFD_CLOEXEC, 0));
    const [first, second] = [share(socket, "mutex", lock), share(copy, "mutex", lock)];
    expect([watches(first), watches(second)]).toEqual([true, false]);
    own(Socket.open(sys.AF_INET, sys.SOCK_STREAM)).connect(socket.localAddress);
    second.reactor.turnSync(0);
    expect(second.accepted).toEqual([]);

    turnUntil(first.reactor, () => first.accepted.length === 1);
    turnUntil(first.reactor, () => watches(first));
    first.shared.close();
    turnUntil(second.reactor, () => watches(second));
    own(Socket.open(sys.AF_INET, sys.SOCK_STREAM)).connect(copy.localAddress);

    turnUntil(second.reactor, () => second.accepted.length === 1);
    expect(first.accepted).toHaveLength(1);
  });
});
