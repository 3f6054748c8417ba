import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Socket, sys } from "../../lib/index.ts";

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-stale-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return join(folder, "socket");
}

function open(type: number = sys.SOCK_STREAM): Socket {
  const socket = Socket.open(sys.AF_UNIX, type);
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

const inUse = expect.objectContaining({ code: "EADDRINUSE", syscall: "bind" });
const UNLINK = { unlinkStale: true };

describe("Socket.bind with unlinkStale", () => {
  it.each([sys.SOCK_STREAM, sys.SOCK_DGRAM, sys.SOCK_SEQPACKET])(
    "replaces the file that a server of type %i has left",
    (type) => {
      const path = newPath();
      const dead = open(type).bind({ path });
      dead.close();

      expect(() => open(type).bind({ path })).toThrow(inUse);

      expect(open(type).bind({ path }, UNLINK).localAddress.path).toBe(path);
    },
  );

  it.each([
    ["listens", (socket: Socket) => socket.listen()],
    ["is bound, and does not listen yet", (socket: Socket) => socket],
  ])("leaves alone a server that %s", (_, start) => {
    const path = newPath();
    const server = start(open().bind({ path }));

    expect(() => open().bind({ path }, UNLINK)).toThrow(inUse);
    expect(() => open(sys.SOCK_DGRAM).bind({ path }, UNLINK)).toThrow(inUse);

    expect([existsSync(path), server.localAddress.path]).toEqual([true, path]);
  });

  it("leaves alone a server whose queue is full", () => {
    const path = newPath();
    open().bind({ path }).listen(0);
    open().connect({ path });
    expect(open().connect({ path })).toBeNull();

    expect(() => open().bind({ path }, UNLINK)).toThrow(inUse);
  });

  it("leaves alone what is no socket: a file, a link, an abstract name", () => {
    const path = newPath();
    writeFileSync(path, "x");
    const link = newPath();
    symlinkSync("/nowhere", link);
    const name = `\0pollux-stale-${String(process.pid)}`;
    open().bind({ path: name });

    for (const taken of [path, link, name]) {
      expect(() => open().bind({ path: taken }, UNLINK)).toThrow(inUse);
    }

    expect(existsSync(path)).toBe(true);
  });
});
