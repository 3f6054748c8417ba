import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Address } from "../../lib/address/address.ts";
import { native } from "../../lib/native/native.ts";
import { Listener } from "../../lib/reactor/listener.ts";
import type { Reactor } from "../../lib/reactor/reactor.ts";
import { connect as connectTo } from "../../lib/socket/connect.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { KINDS, reactorOf, turnUntil } from "../support/reactors.ts";

const { EMFILE, ENOBUFS } = sys.errno;
const ANYWHERE = { address: "127.0.0.1", port: 0 };
const ABSTRACT = { path: `\0pollux-drain-${String(process.pid)}` };

describe.each(KINDS)("Listener.drain on $multiplexer, edge: $edge", (kind) => {
  let reactor: Reactor;
  let accepted: Socket[];
  let clients: Socket[];
  const options = {
    onConnection: (socket: Socket) => accepted.push(socket),
    onTurnedAway: () => expect.unreachable(),
    onError: () => undefined,
  };

  beforeEach(() => {
    [reactor, accepted, clients] = [reactorOf(kind), [], []];
  });

  afterEach(() => {
    vi.restoreAllMocks();
    reactor.close();
    for (const socket of [...accepted, ...clients]) socket.close();
  });

  /** A client whose connecting has begun. */
  function client(to: Address): Socket {
    const socket = Socket.open(to.family, sys.SOCK_STREAM);
    clients.push(socket);
    return socket;
  }

  it("accepts all that wait, and is closed when it returns", () => {
    const listener = new Listener(reactor, ANYWHERE, options);
    for (let number = 0; number < 200; number++) client(listener.address).connect(listener.address);
    const onDrained = vi.fn();

    listener.drain(onDrained);

    expect(accepted).toHaveLength(200);
    expect(listener.closed).toBe(true);
    expect(onDrained).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["EMFILE", EMFILE],
    ["ENOBUFS", ENOBUFS],
  ])("tries again after %s, and turns nobody away", (_name, code) => {
    const listener = new Listener(reactor, ANYWHERE, options);
    for (let number = 0; number < 3; number++) client(listener.address).connect(listener.address);
    const accept = vi.spyOn(native, "accept_many");
    for (let failure = 0; failure < 2; failure++) accept.mockImplementationOnce(failing(code));
    const onDrained = vi.fn();

    listener.drain(onDrained);
    expect(accepted).toEqual([]);
    turnUntil(reactor, () => listener.closed);

    expect(accepted).toHaveLength(3);
    expect(onDrained).toHaveBeenCalledTimes(1);
  });

  it("closes when nobody has waited after all", () => {
    const listener = new Listener(reactor, ANYWHERE, options);
    vi.spyOn(native, "accept_many").mockImplementationOnce(failing(EMFILE));

    listener.drain();
    turnUntil(reactor, () => listener.closed);

    expect(accepted).toEqual([]);
  });

  it("is over when it is closed, although accept(2) has failed", () => {
    const listener = new Listener(reactor, ANYWHERE, options);
    const accept = vi.spyOn(native, "accept_many").mockImplementation(failing(EMFILE));
    const onDrained = vi.fn();
    listener.drain(onDrained);

    listener.close();

    expect(onDrained).toHaveBeenCalledTimes(1);
    expect(accept).toHaveBeenCalled();
  });
});

describe("Listener.drain", () => {
  it.each([
    ["TCP", ANYWHERE],
    ["unix sockets", ABSTRACT],
  ])(
    "refuses who comes after the last accept(2), and resets nobody (%s)",
    async (_name, address) => {
      using reactor = reactorOf(KINDS[2]!);
      const listener = new Listener(reactor, address, { onConnection: () => expect.unreachable() });
      const to = listener.address;
      using late = Socket.open(to.family, sys.SOCK_STREAM);
      const outcomes: Promise<unknown>[] = [];
      const accept = native.accept_many.bind(native);
      vi.spyOn(native, "accept_many").mockImplementation((...args) => {
        const count = accept(...args);
        outcomes.push(connectTo(late, to).catch((error: unknown) => error));
        return count;
      });

      listener.drain();

      expect(await Promise.all(outcomes)).toMatchObject([{ code: "ECONNREFUSED" }]);
      vi.restoreAllMocks();
    },
  );
});

/** accept(2) that fails. */
function failing(code: number): typeof native.accept_many {
  return (_sockfd, _flags, results) => {
    (results as Int32Array)[0] = -code;
    return 1;
  };
}
