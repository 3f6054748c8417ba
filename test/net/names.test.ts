import { once } from "node:events";
import nodeNet from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import * as net from "../../lib/net/index.ts";
import { portOf } from "./serving.ts";

type AnySocket = net.Socket | nodeNet.Socket;

/** All that a socket says of its two ends and of its state. */
function told(socket: AnySocket): object {
  const { localAddress, localFamily, localPort, remoteAddress, remoteFamily, remotePort } = socket;
  const { connecting, pending } = socket;
  const bufferSize: unknown = Reflect.get(socket, "bufferSize"); // deprecated, and there all the same
  const ends = { localAddress, localFamily, localPort, remoteAddress, remoteFamily, remotePort };
  return { ...ends, connecting, pending, bufferSize, address: socket.address() };
}

/** Connects to a server of node:net on this address; both ends are closed when the test is finished. */
async function connected(
  { connect }: Pick<typeof nodeNet, "connect"> | Pick<typeof net, "connect">,
  host: string,
): Promise<[before: object, client: AnySocket, server: nodeNet.Socket]> {
  const listener = nodeNet.createServer();
  listener.listen(0, host);
  await once(listener, "listening");
  const client: AnySocket = connect(portOf(listener), host);
  const before = told(client);
  const accepted = once(listener, "connection");
  await once(client, "connect");
  const [server] = (await accepted) as [nodeNet.Socket];
  onTestFinished(async () => {
    client.destroy();
    server.destroy();
    listener.close();
    await once(listener, "close");
  });
  return [before, client, server];
}

describe("the names of both ends of a net.Socket", () => {
  it.each([
    ["127.0.0.1", "IPv4"],
    ["::1", "IPv6"],
  ])("are those that the other end sees (%s)", async (host, family) => {
    const [, client, server] = await connected(net, host);

    expect(told(client)).toEqual({
      localAddress: host,
      localFamily: family,
      localPort: server.remotePort,
      remoteAddress: host,
      remoteFamily: family,
      remotePort: server.localPort,
      address: { address: host, family, port: server.remotePort },
      connecting: false,
      pending: false,
      bufferSize: 0,
    });
  });

  it("are missing where node:net has none, before it is connected and after its end", async () => {
    const [ours, client] = await connected(net, "127.0.0.1");
    const [theirs, nodeClient] = await connected(nodeNet, "127.0.0.1");
    expect(ours).toEqual(theirs);

    for (const each of [client, nodeClient]) {
      each.destroy();
      await once(each, "close");
    }

    expect(told(client)).toEqual(told(nodeClient));
  });
});
