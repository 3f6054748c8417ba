import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Address } from "../../lib/address/address.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { BARE, PYTHON } from "../support/tools.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

const tcp = (options = {}): Socket => Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options);
const unix = (type = sys.SOCK_STREAM): Socket => Socket.open(sys.AF_UNIX, type);
describe("a Socket and others", () => {
  it.each([
    ["accept", LOOPBACK],
    ["accept", { address: "::1", port: 0 }],
    ["acceptFrom", LOOPBACK],
  ] as const)("knows who has connected, also after a reset and a close: %s() at %o", (call, to) => {
    using listener = Socket.open(Address.from(to).family, sys.SOCK_STREAM).bind(to).listen();
    const client = Socket.open(listener.family, sys.SOCK_STREAM);
    client.connect(listener.localAddress);
    const { localAddress } = client;
    client.setOption("SO_LINGER", { onoff: true, linger: 0 }).close();

    const accepted = listener[call]();
    const socket = accepted instanceof Socket ? accepted : accepted?.socket;

    expect(() => {
      sys.getpeername(socket?.fd ?? -1, new Uint8Array(16), new Uint32Array(1));
    }).toThrow(expect.objectContaining({ code: "ENOTCONN" }));
    expect(socket?.remoteAddress).toEqual(localAddress);
    if (accepted && "address" in accepted) expect(accepted.address).toEqual(localAddress);
    socket?.close();
    expect(socket?.remoteAddress).toEqual(localAddress);
    expect(listener[call]()).toBeNull();
  });

  it("serves a client of node:net", async () => {
    using listener = tcp({ blocking: true }).bind(LOOPBACK).listen();
    const client = net.connect(listener.localAddress.port ?? 0, "127.0.0.1").setEncoding("utf8");
    const texts: string[] = [];
    client.on("data", (text: string) => texts.push(text));
    await once(client, "connect");
    using server = listener.accept({ blocking: true });
    const ended = once(client, "end");

    server?.send(Buffer.from("hello"));
    server?.shutdown(sys.SHUT_WR);
    await ended;

    expect(texts.join("")).toBe("hello");
    client.destroy();
    await once(client, "close");
  });

  it("is served by Python under a path that is not UTF-8", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-"));
    const path = Buffer.concat([Buffer.from(`${directory}/`), Uint8Array.of(0xff, 0xfe)]);
    const child = spawn(PYTHON, [...BARE, "-c", PYTHON_ECHO, path.toString("hex")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    using socket = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM, 0, { blocking: true });

    expect(socket.connect({ path })).toBe(true);
    expect(socket.remoteAddress.pathBytes).toEqual(Uint8Array.from(path));
    socket.send(Buffer.from("ping"));
    const received = Buffer.alloc(4);
    socket.recv(received, 0, 4, sys.MSG_WAITALL);

    expect(received.toString()).toBe("PING");
    await exited;
    rmSync(directory, { recursive: true });
  });

  it("is found by Python under an abstract name with NULs in it", () => {
    const name = Buffer.from(`\0pollux\0test\0${process.pid}`);
    using socket = unix(sys.SOCK_DGRAM).bind({ path: name });

    execFileSync(PYTHON, [...BARE, "-c", PYTHON_SEND, name.toString("hex")]);

    const received = Buffer.alloc(16);
    expect(socket.recv(received)).toBe(2);
    expect(socket.localAddress.pathBytes).toEqual(Uint8Array.from(name));
  });
});

const PYTHON_ECHO = `
import socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(bytes.fromhex(sys.argv[1]))
listener.listen()
print("listening", flush=True)
connection = listener.accept()[0]
connection.sendall(connection.recv(4).upper())
`;

const PYTHON_SEND = `
import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"hi", bytes.fromhex(sys.argv[1]))
`;
