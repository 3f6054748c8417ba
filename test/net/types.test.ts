import type * as node from "node:net";
import { describe, expectTypeOf, it } from "vitest";
import * as net from "../../lib/net/index.ts";

describe("the types of pollux/net", () => {
  it("fit where those of node:net are asked for", () => {
    expectTypeOf<net.Socket>().toExtend<node.Socket>();
    expectTypeOf<(socket: node.Socket) => void>().toExtend<net.ConnectionListener>();
    net.createServer((socket: node.Socket) => socket.end());
  });
});
