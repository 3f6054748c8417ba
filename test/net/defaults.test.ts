import { once } from "node:events";
import nodeNet from "node:net";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import * as net from "../../lib/net/index.ts";
import { listening } from "./serving.ts";

const failure = (code: string): Error => expect.objectContaining({ code }) as Error;

/** An IPv6 address, where nothing listens, before one that answers; the first alone for who asks for one. */
const lookup: net.Lookup = (_hostname, options, callback) => {
  const found = [
    { address: "::1", family: 6 },
    { address: "127.0.0.1", family: 4 },
  ];
  if (options.all) callback(null, found);
  else callback(null, "::1", 6);
};

/** Connects to a host of both families. */
function connecting(port: number): net.Socket {
  const socket = net.connect({ host: "pollux.test", port, lookup });
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

describe("the defaults for all connections", () => {
  beforeEach(() => {
    const isOn = net.getDefaultAutoSelectFamily();
    const timeoutMs = net.getDefaultAutoSelectFamilyAttemptTimeout();
    onTestFinished(() => {
      net.setDefaultAutoSelectFamily(isOn);
      net.setDefaultAutoSelectFamilyAttemptTimeout(timeoutMs);
    });
  });

  it("are those of node:net, and then its own", () => {
    const theirs = nodeNet.getDefaultAutoSelectFamily();
    expect(net.getDefaultAutoSelectFamily()).toBe(theirs);
    expect(net.getDefaultAutoSelectFamilyAttemptTimeout()).toBe(
      nodeNet.getDefaultAutoSelectFamilyAttemptTimeout(),
    );

    net.setDefaultAutoSelectFamily(!theirs);
    net.setDefaultAutoSelectFamilyAttemptTimeout(1234);

    expect(net.getDefaultAutoSelectFamily()).toBe(!theirs);
    expect(net.getDefaultAutoSelectFamilyAttemptTimeout()).toBe(1234);
    expect(nodeNet.getDefaultAutoSelectFamily()).toBe(theirs);
  });

  it("say whether connect() tries the next family", async () => {
    const port = await listening(net.createServer((socket) => socket.end()));

    net.setDefaultAutoSelectFamily(true);
    await once(connecting(port), "connect");

    net.setDefaultAutoSelectFamily(false);
    await expect(once(connecting(port), "connect")).rejects.toThrow(failure("ECONNREFUSED"));
  });

  it("are refused as in node:net, and raised to what an attempt needs", () => {
    for (const { setDefaultAutoSelectFamily: set } of [net, nodeNet])
      expect(() => {
        set("yes" as never);
      }).toThrow(failure("ERR_INVALID_ARG_TYPE"));
    for (const { setDefaultAutoSelectFamilyAttemptTimeout: set } of [net, nodeNet])
      for (const wrong of [0, -1, 1.5, NaN])
        expect(() => {
          set(wrong);
        }).toThrow(failure("ERR_OUT_OF_RANGE"));

    net.setDefaultAutoSelectFamilyAttemptTimeout(1);

    expect(net.getDefaultAutoSelectFamilyAttemptTimeout()).toBe(10);
  });
});
