import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemError } from "../../lib/errors.ts";
import { Connection } from "../../lib/reactor/connection.ts";
import { Listener } from "../../lib/reactor/listener.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { ReserveDescriptor } from "../../lib/reactor/reserve_descriptor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { KINDS, reactorOf, settle } from "../support/reactors.ts";
import { Recording } from "../support/recording.ts";

const ANYWHERE = { address: "127.0.0.1", port: 0 };

describe.each(KINDS)("Listener on $multiplexer, edge: $edge", (kind) => {
  let reactor: Reactor;
  const sockets: Socket[] = [];
  const onConnection = (socket: Socket): void => {
    sockets.push(socket);
  };

  beforeEach(() => {
    reactor = reactorOf(kind);
  });

  afterEach(() => {
    reactor.close();
    for (const socket of sockets.splice(0)) socket.close();
  });

  function connect(listener: Listener): Socket {
    const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
    socket.connect(listener.address);
    sockets.push(socket);
    return socket;
  }

  it("accepts all of a crowd that arrives at once", () => {
    let accepted = 0;
    using listener = new Listener(reactor, ANYWHERE, {
      onConnection: (socket) => {
        accepted++;
        sockets.push(socket);
      },
    });
    for (let client = 0; client < 300; client++) connect(listener);

    settle(reactor);

    expect(accepted).toBe(300);
  });

  it("accepts one and no other with acceptsPerTurn 1, when its handler pauses", () => {
    let accepted = 0;
    using listener = new Listener(reactor, ANYWHERE, {
      acceptsPerTurn: 1,
      onConnection: (socket) => {
        accepted++;
        sockets.push(socket);
        if (accepted % 50 === 0) listener.pause();
      },
    });
    for (let client = 0; client < 120; client++) connect(listener);

    const counts = [1, 2, 3].map(() => {
      settle(reactor);
      listener.resume();
      return accepted;
    });

    expect(counts).toEqual([50, 100, 120]);
  });

  it("counts how often accept4 finds no connection", () => {
    using listener = new Listener(reactor, ANYWHERE, { onConnection });
    connect(listener);
    settle(reactor);
    const before = listener.emptyAccepts;

    // As if a worker that shares the socket had been faster.
    for (let time = 0; time < 3; time++) listener.onReady();

    expect([listener.emptyAccepts - before, sockets.length]).toEqual([3, 2]);
  });

  it("ends the Connection of a handler whose promise is rejected later, with the error", async () => {
    const [protocol, errors] = [new Recording(), [] as unknown[]];
    const late = new Error("late");
    using listener = new Listener(reactor, ANYWHERE, {
      onConnection: async (socket) => {
        protocol.on(reactor, socket);
        await Promise.resolve();
        throw late;
      },
      onError: (error) => errors.push(error),
    });
    const client = connect(listener);
    settle(reactor);

    await new Promise(setImmediate);

    expect([protocol.closed, errors, reactor.multiplexer.size]).toEqual([[late], [late], 1]);
    expect(client.recv(new Uint8Array(1))).toBe(0);
  });

  it("tells the address of a peer that has reset, and of a connection that is closed", () => {
    const addresses: string[] = [];
    using listener = new Listener(reactor, ANYWHERE, {
      onConnection: (socket) => {
        const connection = new Connection(reactor, socket, {
          onData: () => undefined,
          onEnd: () => undefined,
          onClose: () => addresses.push(String(connection.remoteAddress)),
        });
        sockets.push(socket);
      },
    });
    const clients = Array.from({ length: 70 }, () => connect(listener));
    const wanted = clients.map((client) => String(client.localAddress));
    for (const client of clients.slice(0, 35)) {
      client.setOption("SO_LINGER", { onoff: true, linger: 0 }).close();
    }

    settle(reactor);
    for (const socket of sockets) socket.close();

    expect(addresses.sort()).toEqual(wanted.sort());
  });

  it("closes a connection whose handler throws, tells why, and goes on accepting", () => {
    const errors: unknown[] = [];
    let accepted = 0;
    using listener = new Listener(reactor, ANYWHERE, {
      onConnection: (socket) => {
        accepted++;
        if (accepted === 1) throw new RangeError("no room");
        sockets.push(socket);
      },
      onError: (error) => errors.push(error),
    });
    const turnedAway = connect(listener);
    settle(reactor);
    connect(listener);

    settle(reactor);

    expect(errors).toEqual([new RangeError("no room")]);
    expect(accepted).toBe(2);
    turnedAway.blocking = true;
    expect(turnedAway.recv(new Uint8Array(1))).toBe(0);
  });

  it("hands over sockets that do not block and are closed on exec", () => {
    let accepted: Socket | undefined;
    using listener = new Listener(reactor, ANYWHERE, {
      onConnection: (socket) => {
        accepted = socket;
        sockets.push(socket);
      },
    });
    connect(listener);

    settle(reactor);

    expect(accepted?.blocking).toBe(false);
    expect(sys.fcntl(accepted?.fd ?? -1, sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
  });

  it("stops when it is closed by what it calls, and may be closed twice", () => {
    let accepted = 0;
    const listener = new Listener(reactor, ANYWHERE, {
      onConnection: (socket) => {
        accepted++;
        socket.close();
        listener.close();
      },
    });
    for (let client = 0; client < 3; client++) connect(listener);

    settle(reactor);
    listener.close();

    expect(accepted).toBe(1);
    expect(reactor.multiplexer.size).toBe(0);
  });

  it("names the address that is in use, and leaves nothing open", () => {
    using listener = new Listener(reactor, ANYWHERE, { onConnection });
    const before = openDescriptors();

    expect(() => new Listener(reactor, listener.address, { onConnection })).toThrow(
      expect.objectContaining({
        code: "EADDRINUSE",
        syscall: expect.stringMatching(/bind|listen/) as string,
        address: "127.0.0.1",
        port: listener.address.port,
      }),
    );
    expect(openDescriptors()).toEqual(before);
  });

  it.each([{ address: "nowhere", port: 0 }, { address: "127.0.0.1", port: -1 }, null])(
    "leaves nothing open when its address is %j",
    (address) => {
      const before = openDescriptors();

      expect(() => new Listener(reactor, address as typeof ANYWHERE, { onConnection })).toThrow();

      expect(openDescriptors()).toEqual(before);
    },
  );

  it("shares its address when both ask for it", () => {
    using first = new Listener(reactor, ANYWHERE, { onConnection, reusePort: true });
    using second = new Listener(reactor, first.address, { onConnection, reusePort: true });

    expect(second.address.equals(first.address)).toBe(true);
  });
});

describe("ReserveDescriptor", () => {
  it("gives its descriptor up for the one connection that is turned away", () => {
    const [here, there] = Socket.pair();
    using reserve = new ReserveDescriptor();
    const before = openDescriptors();
    let during: Record<string, string> = {};

    const turnedAway = reserve.turnAway(() => {
      during = openDescriptors();
      return here.detach();
    });

    expect(turnedAway).toBe(true);
    expect(Object.keys(during).length).toBe(Object.keys(before).length - 1);
    expect(there.recv(new Uint8Array(1))).toBe(0);
    there.close();
  });

  it("says that none waits any more", () => {
    using reserve = new ReserveDescriptor();

    expect(reserve.turnAway(() => null)).toBe(false);
  });

  it.each(["EMFILE", "ENFILE", "ECONNABORTED", "ENOBUFS", "ENOMEM", "EPROTO"] as const)(
    "says that nothing could be done when accept fails with %s, and can do it the next time",
    (code) => {
      const before = openDescriptors();
      const reserve = new ReserveDescriptor();

      const turnedAway = reserve.turnAway(() => {
        throw new SystemError(sys.errno[code], "accept4");
      });

      expect(turnedAway).toBe(null);
      expect(reserve.turnAway(() => null)).toBe(false);
      reserve.close();
      reserve.close();
      expect(openDescriptors()).toEqual(before);
    },
  );
});
