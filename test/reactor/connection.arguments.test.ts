import { describe, expect, it } from "vitest";
import { Connection, type Protocol } from "../../lib/reactor/connection.ts";
import { Listener } from "../../lib/reactor/listener.ts";
import type { ListenerOptions } from "../../lib/reactor/listener_options.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { KINDS, reactorOf } from "../support/reactors.ts";

const silent = { onData: () => undefined, onEnd: () => undefined };

describe.each(KINDS)("on $multiplexer, edge: $edge,", (kind) => {
  it.each<[string, unknown, string]>([
    ["null", null, '"protocol" argument must be an object'],
    ["a function", () => undefined, '"protocol" argument must be an object'],
    ["one without onData", { onEnd: silent.onEnd }, "protocol.onData"],
    ["one without onEnd", { onData: silent.onData }, "protocol.onEnd"],
    ["one whose onDrain is no function", { ...silent, onDrain: 1 }, "protocol.onDrain"],
    ["one whose onClose is no function", { ...silent, onClose: null }, "protocol.onClose"],
  ])("a Connection refuses %s as its protocol, and closes the socket", (_what, protocol, text) => {
    using reactor = reactorOf(kind);
    const [here, there] = Socket.pair();
    using _there = there;

    expect(() => new Connection(reactor, here, protocol as Protocol)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARG_TYPE",
        message: expect.stringContaining(text) as unknown,
      }),
    );

    expect([here.closed, reactor.multiplexer.size]).toEqual([true, 0]);
  });

  it.each<[string, () => [Socket, Socket]]>([
    ["blocks", () => Socket.pair(sys.SOCK_STREAM, { blocking: true })],
    ["is of datagrams", () => Socket.pair(sys.SOCK_DGRAM)],
  ])("a Connection refuses a socket that %s, and closes it", (_what, open) => {
    using reactor = reactorOf(kind);
    const [here, there] = open();
    using _there = there;

    expect(() => new Connection(reactor, here, silent)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );

    expect([here.closed, reactor.multiplexer.size]).toEqual([true, 0]);
  });

  it("a Connection refuses a socket that another one owns, and leaves it to that one", () => {
    using first = reactorOf(kind);
    using second = reactorOf(kind);
    const [here, there] = Socket.pair();
    using _there = there;
    const owner = new Connection(first, here, silent);

    expect(() => new Connection(second, here, silent)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );

    expect([owner.closed, here.closed]).toEqual([false, false]);
    expect([first.multiplexer.size, second.multiplexer.size]).toEqual([1, 0]);
    owner.close();
  });

  it.each<[string, unknown]>([
    ["no options", undefined],
    ["null", null],
    ["options without onConnection", {}],
    ["an onConnection that is no function", { onConnection: 1 }],
  ])("a Listener refuses %s, and leaves nothing open", (_what, options) => {
    using reactor = reactorOf(kind);
    const before = openDescriptors();

    expect(
      () => new Listener(reactor, { address: "127.0.0.1", port: 0 }, options as ListenerOptions),
    ).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }));

    expect(openDescriptors()).toEqual(before);
  });
});
