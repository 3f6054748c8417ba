import { once } from "node:events";
import nodeNet from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as net from "../../lib/net/index.ts";

describe("pollux/net, in what it takes from node:net,", () => {
  const servers: net.Server[] = [];

  afterEach(async () => {
    await Promise.all(
      servers.splice(0).map(async (server) => {
        server.close();
        await once(server, "close");
      }),
    );
  });

  async function listening(server: net.Server): Promise<number> {
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return server.native?.localAddress.port ?? 0;
  }

  it("has the very SocketAddress, isIP, isIPv4 and isIPv6 of node:net", () => {
    for (const name of ["SocketAddress", "isIP", "isIPv4", "isIPv6"] as const)
      expect(net[name]).toBe(nodeNet[name]);
  });

  it("has a second name for two of them: createConnection, Stream", () => {
    expect([net.createConnection, net.Stream]).toEqual([net.connect, net.Socket]);
    expect(Reflect.get(nodeNet, "Stream")).toBe(nodeNet.Socket); // as there, where the types leave it out
  });

  it("asks the caller's lookup, and tries the next family: autoSelectFamily", async () => {
    const port = await listening(net.createServer((socket) => socket.end("hi")));
    const asked: string[] = [];
    const lookup: net.Lookup = (hostname, _options, callback) => {
      asked.push(hostname);
      const found = [
        { address: "::1", family: 6 },
        { address: "127.0.0.1", family: 4 },
      ];
      callback(null, found);
    };
    const socket = net.connect({
      host: "pollux.test",
      port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: 5_000,
      lookup,
    });

    expect(await text(socket)).toBe("hi");
    expect(asked).toEqual(["pollux.test"]);
    expect(socket.autoSelectFamilyAttemptedAddresses).toEqual([
      ...[`::1:${String(port)}`, `127.0.0.1:${String(port)}`],
    ]);
  });

  it("reaches no address of a BlockList, and closes who comes from one: blockList", async () => {
    const blockList = new net.BlockList();
    blockList.addSubnet("127.0.0.0", 8);
    const server = net.createServer({ blockList });
    const port = await listening(server);

    const refused = net.connect({ port, host: "127.0.0.1", blockList });
    expect(await once(refused, "error")).toMatchObject([{ code: "ERR_IP_BLOCKED" }]);

    const accepted = vi.fn();
    server.on("connection", accepted);
    const dropped = nodeNet.connect(port, "127.0.0.1");
    expect(await text(dropped)).toBe("");
    expect(accepted).not.toHaveBeenCalled();
  });

  it("reads nothing before resume(): pauseOnConnect", async () => {
    const server = net.createServer({ pauseOnConnect: true });
    const port = await listening(server);
    const client = nodeNet.connect(port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [net.Socket];

    client.end("later");
    expect(socket.isPaused()).toBe(true);
    expect(socket.bytesRead).toBe(0);
    socket.resume();
    expect(await text(socket)).toBe("later");
    socket.destroy();
    await once(client, "close");
  });

  it("sets options of TCP in the kernel: setNoDelay, setKeepAlive", async () => {
    const port = await listening(net.createServer((socket) => socket.resume()));
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    const options = ["TCP_NODELAY", "SO_KEEPALIVE"] as const;
    const read = (): unknown => options.map((option) => socket.native?.getOption(option));

    expect(read()).toEqual([false, false]);
    socket.setNoDelay().setKeepAlive(true, 7_000);
    expect(read()).toEqual([true, true]);
    expect(socket.native?.getOption("TCP_KEEPIDLE")).toBe(7);
    socket.destroy();
  });

  it("closes when all is sent, or with a reset: destroySoon, resetAndDestroy", async () => {
    const server = net.createServer({ allowHalfOpen: true });
    const port = await listening(server);
    const reached = async (): Promise<[nodeNet.Socket, net.Socket]> => {
      const client = nodeNet.connect(port, "127.0.0.1");
      const [socket] = (await once(server, "connection")) as [net.Socket];
      return [client, socket];
    };

    const [reader, soon] = await reached();
    soon.write(Buffer.alloc(1_000_000, "x"));
    soon.destroySoon();
    expect(await text(reader)).toHaveLength(1_000_000);

    const [reset, socket] = await reached();
    socket.resetAndDestroy();
    expect(await once(reset, "error")).toMatchObject([{ code: "ECONNRESET" }]);
  });

  it("sets the type of service in the kernel: setTypeOfService, getTypeOfService", async () => {
    const port = await listening(net.createServer((socket) => socket.resume()));
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");

    socket.setTypeOfService(0x10);
    expect(socket.getTypeOfService()).toBe(0x10);
    expect(socket.native?.getOption("IP_TOS")).toBe(0x10);
    socket.destroy();
  });
});
