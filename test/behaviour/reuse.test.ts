import { describe, expect, it } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../sys/support.ts";
import { connect, drain, FAMILIES, listen, open, own, readable, until } from "./tcp.ts";

const NOBODY = 65_534;
const inUse = expect.objectContaining({ code: "EADDRINUSE" }) as Error;

describe.each(FAMILIES)("SO_REUSEADDR, $name", (of) => {
  it("lets a server restart while its old connections are in TIME_WAIT; without it, EADDRINUSE", async () => {
    const listener = listen(of, (socket) => socket.setOption("SO_REUSEADDR", true));
    const { localAddress } = listener;
    const [client, server] = await connect(of, listener);
    server.close(); // who closes first has TIME_WAIT: the server
    expect(await drain(client)).toBe(0);
    client.close();
    listener.close();
    const port = String(localAddress.port);
    await until(() => run("ss", ["-Htan", `sport = :${port}`]).startsWith("TIME-WAIT"));

    const without = open(of);
    expect(() => without.bind(localAddress)).toThrow(inUse);

    const restarted = open(of).setOption("SO_REUSEADDR", true);
    restarted.bind(localAddress).listen();
    const [again] = await connect(of, restarted);
    expect(again.remoteAddress.equals(localAddress)).toBe(true);
  });

  it("does not allow two listeners on the same address and port", () => {
    const first = listen(of, (socket) => socket.setOption("SO_REUSEADDR", true));
    const second = open(of).setOption("SO_REUSEADDR", true);

    expect(() => second.bind(first.localAddress).listen()).toThrow(inUse);
  });

  it("allows two binds of TCP, as long as nobody listens", () => {
    const first = open(of).setOption("SO_REUSEADDR", true);
    first.bind({ address: of.address, port: 0 });
    const second = open(of).setOption("SO_REUSEADDR", true);

    second.bind(first.localAddress);
    first.listen();
    expect(() => second.listen()).toThrow(inUse);
  });
});

describe.each(FAMILIES)("SO_REUSEPORT, $name", (of) => {
  it("allows two listeners on the same address and port, and connections reach both", async () => {
    const prepare = (socket: Socket): Socket => socket.setOption("SO_REUSEPORT", true);
    const first = listen(of, prepare);
    const second = prepare(open(of)).bind(first.localAddress).listen();
    const accepted = new Set<Socket>();

    for (let tries = 0; tries < 1000 && accepted.size < 2; tries++) {
      const client = own(Socket.open(of.family, sys.SOCK_STREAM, 0, { blocking: true }));
      client.connect(first.localAddress);
      await until(() => readable(first) || readable(second));
      for (const listener of [first, second]) {
        const server = listener.accept();
        if (server) accepted.add(listener);
        server?.close();
      }
      client.close();
    }

    expect(accepted.size).toBe(2);
  });

  it("allows it only when all set it", () => {
    const first = listen(of, (socket) => socket.setOption("SO_REUSEPORT", true));
    const without = open(of);
    expect(() => without.bind(first.localAddress)).toThrow(inUse);

    const plain = listen(of);
    const late = open(of).setOption("SO_REUSEPORT", true);
    expect(() => late.bind(plain.localAddress)).toThrow(inUse);
  });

  it.skipIf(process.geteuid?.() !== 0)("allows it only to one user", () => {
    const prepare = (socket: Socket): Socket => socket.setOption("SO_REUSEPORT", true);
    const first = listen(of, prepare);

    process.seteuid?.(NOBODY);
    try {
      const foreign = prepare(open(of)); // belongs to who has opened it
      expect(() => foreign.bind(first.localAddress)).toThrow(inUse);
    } finally {
      process.seteuid?.(0);
    }
    expect(() => prepare(open(of)).bind(first.localAddress).listen()).not.toThrow();
  });
});
