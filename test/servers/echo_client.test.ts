import { describe, expect, it, onTestFinished } from "vitest";
import { EchoClient } from "../../lib/servers/echo_client.ts";
import { EchoThread } from "../../dist/lib/index.js";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

/** A listener, and the server's end of the client's connection. */
function listen(): [Socket, () => Socket] {
  const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
  const accepted: Socket[] = [];
  onTestFinished(() => {
    for (const socket of [listener, ...accepted]) socket.close();
  });
  const accept = (): Socket => {
    const socket = listener.accept()!;
    accepted.push(socket);
    return socket;
  };
  return [listener, accept];
}

/** The address of a server in a thread: the blocking calls stop this one. */
async function echo(): Promise<{ address: string; port: number }> {
  const thread = await EchoThread.start(LOOPBACK);
  onTestFinished(async () => {
    await thread.stop(0);
  });
  return { ...LOOPBACK, port: thread.address.port ?? 0 };
}

describe("EchoClient", () => {
  it("gets each line back, blocking and not", async () => {
    const address = await echo();
    using client = new EchoClient(address);

    expect(String(client.askSync("one"))).toBe("one");
    expect(String(await client.ask("zwei ä"))).toBe("zwei ä");
    expect(client.askSync(Uint8Array.of(0, 255, 13))).toEqual(Buffer.of(0, 255, 13));
    expect(client.askSync("")).toEqual(Buffer.of());
  });

  it("gets a line back that is longer than all buffers of the kernel", async () => {
    const address = await echo();
    using client = new EchoClient(address, { maxLine: 2 ** 26 });
    const line = Buffer.alloc(40_000_000, "0123456789");

    expect(client.askSync(line).equals(line)).toBe(true);
  });

  it("puts an answer together that comes byte by byte, and keeps what follows it", async () => {
    const [listener, accept] = listen();
    using client = new EchoClient(listener.localAddress);
    const server = accept();
    server.setOption("TCP_NODELAY", true);
    const answer = client.ask("question");
    for (const byte of "answer\nnext\n") {
      server.send(Buffer.from(byte));
      await new Promise(setImmediate);
    }

    expect(String(await answer)).toBe("answer");
    expect(String(client.askSync("another"))).toBe("next");
  });

  it.each(["", "half of an ans"])(
    "says that the server terminated prematurely, after '%s'",
    (part) => {
      const [listener, accept] = listen();
      using client = new EchoClient(listener.localAddress);
      const server = accept();
      server.send(Buffer.from(part));
      server.shutdown(sys.SHUT_WR);

      expect(() => client.askSync("question")).toThrow(
        expect.objectContaining({
          code: "ERR_POLLUX_PREMATURE_END",
          message: "server terminated prematurely",
        }),
      );
      expect(() => client.askSync("question")).toThrow(
        expect.objectContaining({ code: "ERR_INVALID_STATE" }),
      );
    },
  );

  it("gives up after its time limit, and after an answer that is too long", () => {
    const [listener, accept] = listen();
    using slow = new EchoClient(listener.localAddress, { timeoutMs: 20 });
    accept();
    expect(() => slow.askSync("question")).toThrow(expect.objectContaining({ code: "ETIMEDOUT" }));

    using client = new EchoClient(listener.localAddress, { maxLine: 10 });
    const server = accept();
    server.send(Buffer.from("123456789\n1234567890"));
    expect(String(client.askSync("question"))).toBe("123456789");
    expect(() => client.askSync("question")).toThrow(expect.objectContaining({ code: "ENOBUFS" }));
  });

  it("refuses a second question at the same time, and a line with a newline in it", async () => {
    const [listener, accept] = listen();
    using client = new EchoClient(listener.localAddress);
    const first = client.ask("question");

    await expect(client.ask("another")).rejects.toMatchObject({ code: "ERR_INVALID_STATE" });
    expect(() => client.askSync("two\nlines")).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }),
    );
    accept().send(Buffer.from("answer\n"));
    expect(String(await first)).toBe("answer");
  });

  it("names the address that refuses it, and leaves nothing open", () => {
    const [listener] = listen();
    const { localAddress } = listener;
    listener.close();

    expect(() => new EchoClient(localAddress)).toThrow(
      expect.objectContaining({ code: "ECONNREFUSED", port: localAddress.port }),
    );
  });

  it("talks to a server in Python over a unix-domain socket", async () => {
    await using python = new Python();
    await python.run("server = socket.socket(socket.AF_UNIX); server.bind(''); server.listen()");
    const name = String(await python.run("server.getsockname()[1:].decode()"));
    using client = new EchoClient({ path: `\0${name}` });
    await python.run("peer = server.accept()[0]");
    const answer = client.ask("question");
    expect(await python.run("peer.recv(100).decode()")).toBe("question\n");
    await python.run("peer.sendall(b'answer\\n')");

    expect(String(await answer)).toBe("answer");
  });
});
