import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Address } from "../../lib/address/address.ts";
import { connect, connectSync } from "../../lib/socket/connect.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { run } from "../support/program.ts";
import { receiveSignals } from "../support/signals.ts";
import { elapsed } from "../sys/support.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const LOOPBACK = { address: "127.0.0.1", port: 0 };

const failure = (fields: object): Error => expect.objectContaining(fields) as Error;

function own(socket: Socket): Socket {
  onTestFinished(() => socket.close());
  return socket;
}

const tcp = (options = {}): Socket => own(Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options));

/** A TCP address where connections are neither taken nor refused, until `drain` takes those that wait. */
function deaf(): { address: Address; drain: () => void } {
  const listener = tcp().bind(LOOPBACK).listen(0);
  const address = listener.localAddress;
  const waiting = Array.from({ length: 4 }, () => tcp());
  for (const client of waiting) client.connect(address);
  const drain = (): void => {
    for (const client of waiting) client.close(); // or the kernel tries again for those, too
    for (let next = listener.accept(); next; next = listener.accept()) next.close();
  };
  return { address, drain };
}

/** A TCP address that refuses. */
const closed = (): Address => tcp().bind(LOOPBACK).localAddress;

type Connect = (socket: Socket, address: Address, timeoutMs?: number) => Promise<unknown>;

const BOTH: readonly (readonly [string, Connect])[] = [
  [
    "Socket.connectSync",
    (socket, address, timeoutMs) =>
      Promise.resolve().then(() => socket.connectSync(address, { timeoutMs })),
  ],
  ["connect", (socket, address, timeoutMs) => connect(socket, address, { timeoutMs })],
];

describe.each(BOTH)("%s", (_name, connectBy) => {
  it.each([true, false])(
    "connects a socket whose `blocking` is %s, and leaves it so",
    async (blocking) => {
      const listener = tcp().bind(LOOPBACK).listen();
      const socket = tcp({ blocking });

      await connectBy(socket, listener.localAddress);

      expect(socket.remoteAddress.equals(listener.localAddress)).toBe(true);
      expect(socket.blocking).toBe(blocking);
    },
  );

  it.each([true, false])(
    "throws ECONNREFUSED with the address (`blocking` is %s)",
    async (blocking) => {
      const address = closed();
      const socket = tcp({ blocking });

      await expect(connectBy(socket, address)).rejects.toThrow(
        failure({
          message: `connect ECONNREFUSED ${String(address)}`,
          code: "ECONNREFUSED",
          syscall: "connect",
          address: "127.0.0.1",
          port: address.port,
          fd: socket.fd,
        }),
      );
      expect(socket.blocking).toBe(blocking);
    },
  );

  it("throws ETIMEDOUT once the time has passed, not before, and stops trying", async () => {
    const { address, drain } = deaf();
    const socket = tcp({ blocking: true });
    const startMs = performance.now();

    await expect(connectBy(socket, address, 50.5)).rejects.toThrow(
      failure({
        message: `connect ETIMEDOUT ${String(address)}`,
        code: "ETIMEDOUT",
        errno: -sys.errno.ETIMEDOUT,
        fd: socket.fd,
      }),
    );

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(50.5);
    expect(socket.blocking).toBe(true);
    expect(socket.getOption("TCP_INFO").state).toBe(sys.TCP_CLOSE);
    drain();
    socket.disconnect();
    await connectBy(socket, address, 20_000);
  });

  it("waits for a connection that is under way, and begins no other", async () => {
    const { address, drain } = deaf();
    const socket = tcp();
    expect(socket.connect(address)).toBe(false);
    expect(() => socket.connect(address)).toThrow(failure({ code: "EALREADY" }));
    const { port } = socket.localAddress;
    drain();

    await connectBy(socket, address, 20_000);

    expect(socket.localAddress.port).toBe(port);
    expect(socket.remoteAddress.equals(address)).toBe(true);
  });

  it("waits for a connection that a signal has cut connect(2) off from", async () => {
    const { address, drain } = deaf();
    const socket = tcp({ blocking: true });
    // With a time limit the kernel does not restart the call behind our back.
    socket.setOption(sys.SOL_SOCKET, sys.SO_SNDTIMEO, BigInt64Array.of(60n, 0n));
    receiveSignals();
    expect(() => socket.connect(address)).toThrow(failure({ code: "EINTR", syscall: "connect" }));
    drain();

    await connectBy(socket, address, 20_000);

    expect(socket.remoteAddress.equals(address)).toBe(true);
  });

  it("is not cut short by signals", async () => {
    const { address } = deaf();
    receiveSignals();
    const startMs = performance.now();

    await expect(connectBy(tcp(), address, 100)).rejects.toThrow(failure({ code: "ETIMEDOUT" }));

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(100);
  });

  it("throws EISCONN for a connected socket, which stays connected", async () => {
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp().connectSync(listener.localAddress);

    const other = tcp().bind(LOOPBACK).listen();
    for (const address of [other.localAddress, listener.localAddress]) {
      await expect(connectBy(socket, address)).rejects.toThrow(
        failure({ code: "EISCONN", syscall: "connect" }),
      );
    }

    expect(socket.remoteAddress).toEqual(listener.localAddress);
    expect(socket.send(Buffer.from("x"))).toBe(1);
  });

  it("waits until a unix listener has room, or the time has passed", async () => {
    const listener = own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM)).bind({ path: "" }).listen(0);
    const unix = (): Socket => own(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    const first = unix();
    await connectBy(first, listener.localAddress);

    await expect(connectBy(unix(), listener.localAddress, 12)).rejects.toThrow(
      failure({ code: "ETIMEDOUT" }),
    );
    // Its first attempt is made at once, and finds the queue full.
    const third = connect(unix(), listener.localAddress, { timeoutMs: 20_000 });
    listener.accept()?.close();
    await third;

    listener.accept()?.close();
  });

  it("connects a datagram socket at once, again and again, also after an error", async () => {
    const socket = own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
    const peer = own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM)).bind(LOOPBACK);
    const { localAddress } = peer;
    peer.close();
    await connectBy(socket, localAddress);
    socket.send(Buffer.from("x"));
    expect(socket.takeError()?.code).toBe("ECONNREFUSED");

    await connectBy(socket, localAddress, 0);

    expect(socket.remoteAddress.equals(localAddress)).toBe(true);
  });

  it("refuses a negative time and NaN, before it does anything", async () => {
    const socket = tcp({ blocking: true });

    for (const timeoutMs of [-1, NaN]) {
      await expect(connectBy(socket, closed(), timeoutMs)).rejects.toThrow(
        failure({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }),
      );
    }
    expect(socket.blocking).toBe(true);
  });
});

describe("a stream socket that has failed to connect", () => {
  const refused = failure({
    code: "ERR_INVALID_STATE",
    message: expect.stringMatching(/failed \(connect ECONNREFUSED.*open a new one/) as string,
  });

  it.each([
    ["connectSync", (socket: Socket) => connectSync(socket, closed())],
    ["connect(2) of a blocking socket", (socket: Socket) => socket.connect(closed())],
  ])("by %s is refused a second one, and says why", (_how, fail) => {
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp({ blocking: true });
    expect(() => fail(socket)).toThrow(failure({ code: "ECONNREFUSED" }));

    expect(() => socket.connect(listener.localAddress)).toThrow(refused);
    expect(() => socket.connectSync(listener.localAddress)).toThrow(refused);
    expect(listener.accept()).toBeNull();
  });

  it("by connect(2) and takeError is refused a second one", () => {
    const socket = tcp();
    socket.connect(closed());
    expect(socket.takeError()?.code).toBe("ECONNREFUSED");

    expect(() => socket.connect(closed())).toThrow(refused);
  });

  it("can be used again after disconnect", () => {
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp();
    expect(() => connectSync(socket, closed())).toThrow(failure({ code: "ECONNREFUSED" }));

    socket.disconnect();

    expect(socket.connectSync(listener.localAddress).remoteAddress.port).toBe(
      listener.localAddress.port,
    );
  });

  it("may try again where nothing was tried: the address was wrong", () => {
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp();
    expect(() => connectSync(socket, { address: "::1", port: 1 })).toThrow(
      failure({ code: "EAFNOSUPPORT" }),
    );

    expect(socket.connectSync(listener.localAddress).fd).toBe(socket.fd);
  });
});

describe("Socket.disconnect", () => {
  it("dissolves what a datagram socket is connected to", () => {
    const peer = own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM)).bind(LOOPBACK);
    const socket = own(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
    socket.connect(peer.localAddress);

    socket.disconnect();

    expect(() => socket.remoteAddress).toThrow(failure({ code: "ENOTCONN" }));
  });

  it("resets a TCP connection, and gives up one that is under way", () => {
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp().connectSync(listener.localAddress);
    const server = own(listener.accept()!);
    const trying = tcp();
    expect(trying.connect(deaf().address)).toBe(false);

    socket.disconnect();
    trying.disconnect();

    expect(() => server.recv(new Uint8Array(1))).toThrow(failure({ code: "ECONNRESET" }));
    expect(trying.connectSync(listener.localAddress).remoteAddress.port).toBe(
      listener.localAddress.port,
    );
  });
});

describe("connect", () => {
  it("leaves the thread free while it waits", async () => {
    const { address } = deaf();
    let turns = 0;

    const connected = connect(tcp(), address, { timeoutMs: 30 });
    const others = setInterval(() => turns++, 1);

    await expect(connected).rejects.toThrow(failure({ code: "ETIMEDOUT" }));
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
  });

  it("gives up when its signal is aborted, with the reason, and the socket is free", async () => {
    const { address } = deaf();
    const listener = tcp().bind(LOOPBACK).listen();
    const socket = tcp({ blocking: true });
    const controller = new AbortController();

    const connected = connect(socket, address, { signal: controller.signal });
    controller.abort(new Error("enough"));

    await expect(connected).rejects.toThrow("enough");
    expect(socket.blocking).toBe(true);
    await expect(connect(socket, address, { signal: controller.signal })).rejects.toThrow("enough");
    await connect(socket, listener.localAddress);
    expect(socket.remoteAddress.port).toBe(listener.localAddress.port);
  });
});

const PENDING = `
  import { Socket, connect, sys } from "./dist/lib/index.js";
  const open = () => Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  const listener = open().bind({ address: "127.0.0.1", port: 0 }).listen(0);
  const deaf = listener.localAddress;
  const queued = Array.from({ length: 4 }, open); // held to the end
  for (const socket of queued) socket.connect(deaf);
  const all = Array.from({ length: 300 }, () => connect(open(), deaf, { timeoutMs: 100 }));
  const ended = await Promise.allSettled(all);
  console.log(ended.filter(({ reason }) => reason?.code === "ETIMEDOUT").length);
  for (const socket of [listener, ...queued]) socket.close();
  process.exit(0);`;

describe("many connects at once", () => {
  it("are pending in one process of 1,024 descriptors: 300", async () => {
    const limited = ["--nofile=1024:1024", process.execPath, "--input-type=module", "-e", PENDING];

    const ended = await run("sh", "-c", 'cd "$0" && exec prlimit "$@"', ROOT, ...limited);

    expect(ended).toMatchObject({ stdout: "300\n", stderr: "", code: 0 });
  });
});

describe("Socket.connectSync", () => {
  it("returns at once with a time of 0: connected, or ETIMEDOUT", () => {
    const { address } = deaf();
    const tookMs = elapsed(() => {
      expect(() => tcp().connectSync(address, { timeoutMs: 0 })).toThrow(
        failure({ code: "ETIMEDOUT" }),
      );
    });

    expect(tookMs).toBeLessThan(20_000);
  });
});
