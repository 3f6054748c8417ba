import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { BoundSocket, connect, createServer, Server } from "../../lib/net/index.ts";

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}

describe("Server of pollux/net", () => {
  it("sets options before it binds, with reusePort for several", async () => {
    const first = createServer({ socketOptions: { SO_RCVBUF: 40_000 } });
    await once(first.listen({ port: 0, host: "127.0.0.1", reusePort: true }), "listening");
    const port = first.native?.localAddress.port ?? 0;
    const second = createServer();
    await once(second.listen({ port, host: "127.0.0.1", reusePort: true }), "listening");

    expect(first.native?.getOption("SO_RCVBUF")).toBe(80_000);
    await Promise.all([closed(first), closed(second)]);
  });

  it("fails with EADDRINUSE, and the words of node:net, where another listens", async () => {
    const first = createServer();
    await once(first.listen(0, "127.0.0.1"), "listening");
    const port = first.native?.localAddress.port ?? 0;

    const second = createServer();
    const [error] = (await once(second.listen(port, "127.0.0.1"), "error")) as [Error];

    expect(error.message).toBe(
      `listen EADDRINUSE: address already in use 127.0.0.1:${String(port)}`,
    );
    expect(second.listening).toBe(false);
    await closed(first);
  });

  it("fails also where another listens for IPv6 only, as node:net", async () => {
    const first = createServer();
    await once(first.listen({ port: 0, host: "::", ipv6Only: true }), "listening");
    const port = first.native?.localAddress.port ?? 0;

    const second = createServer();
    const [error] = (await once(second.listen(port), "error")) as [Error];

    expect(error).toMatchObject({ code: "EADDRINUSE", address: "::", port });
    await closed(first);
  });

  it("says EACCES for a folder that is not there, as node:net", async () => {
    const server = createServer();
    const [error] = (await once(server.listen("/nonexistent/socket"), "error")) as [Error];

    expect(error.message).toBe("listen EACCES: permission denied /nonexistent/socket");
  });

  it("deletes the file of its unix socket, and lets others use it on demand", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-"));
    const path = join(folder, "socket");
    const server = createServer((socket) => socket.end("hi"));
    await once(server.listen({ path, readableAll: true, writableAll: true }), "listening");

    expect(statSync(path).mode & 0o666).toBe(0o666);
    expect(server.address()).toBe(path);
    expect(await text(connect(path))).toBe("hi");
    await closed(server);
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it("takes over a socket that is bound already", async () => {
    const bound = new BoundSocket({ port: 0, host: "127.0.0.1" });
    const name = bound.address();
    const server = createServer();
    await once(server.listen(bound), "listening");

    expect(server.address()).toEqual(name);
    expect(() => bound.address()).toThrow(
      expect.objectContaining({ code: "ERR_SOCKET_HANDLE_ADOPTED" }),
    );
    await closed(server);
  });

  it("initialises an object of another class, as node:http calls it", () => {
    const other: unknown = Object.create(Server.prototype);

    Reflect.apply(Server, other, [{ allowHalfOpen: true, multiplexer: "poll" }]);

    expect(other).toMatchObject({ allowHalfOpen: true, multiplexer: "poll", listening: false });
  });

  it("closes when its signal is aborted", async () => {
    const controller = new AbortController();
    const server = createServer();
    await once(server.listen({ port: 0, signal: controller.signal }), "listening");

    controller.abort();
    await once(server, "close");

    expect(server.listening).toBe(false);
  });
});
