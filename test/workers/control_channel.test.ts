import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { type Handler, Reactor } from "../../lib/reactor/reactor.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import { ControlChannel, controlPair } from "../../lib/workers/control_channel.ts";
import { settle } from "../support/reactors.ts";

let reactor: Reactor;
let theirs: Socket;
let channel: ControlChannel<number, { readonly n: number }>;
const got: (number | "closed")[] = [];

beforeEach(() => {
  let ours: Socket;
  [ours, theirs] = controlPair();
  reactor = new Reactor(createMultiplexer<Handler>("epoll"));
  channel = new ControlChannel<number, { readonly n: number }>(reactor, ours, {
    onMessage: ({ message }) => got.push(message.n),
    onClosed: () => got.push("closed"),
  });
});

afterEach(() => {
  got.length = 0;
  channel.close();
  theirs.close();
  reactor.close();
});

describe("ControlChannel", () => {
  it("delivers what the other end has sent before it closed, also if that has left messages unread", () => {
    channel.send(1); // the kernel tells of this with ECONNRESET
    for (const n of [2, 3]) theirs.send(Buffer.from(JSON.stringify({ n })));
    theirs.close();

    settle(reactor);

    expect(got).toEqual([2, 3, "closed"]);
  });

  it.each(["garbage{", "null", "5"])("takes what is no message for the end: %s", (text) => {
    theirs.send(Buffer.from(text));
    theirs.send(Buffer.from(JSON.stringify({ n: 1 })));

    settle(reactor);

    expect(got).toEqual(["closed"]);
  });

  it("sends what is queued before it ends", () => {
    let sent = 0;
    while (!channel.blocked) channel.send(sent++);
    const buffer = new Uint8Array(16);
    for (let taken = 0; taken < 10; taken++) theirs.recv(buffer);

    channel.end();

    let last = "";
    for (let size = theirs.recv(buffer); size; size = theirs.recv(buffer)) {
      last = Buffer.from(buffer.buffer, 0, size).toString();
    }
    expect(last).toBe(String(sent - 1));
  });
});
