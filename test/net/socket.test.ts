import { once } from "node:events";
import nodeNet from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect, createServer, type Server, Socket } from "../../lib/net/index.ts";
import { Socket as NativeSocket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";

describe("Socket of pollux/net", () => {
  let server: Server;
  let accepted: Socket[];

  beforeEach(async () => {
    accepted = [];
    server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket);
      socket.pipe(socket);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });

  afterEach(async () => {
    for (const socket of accepted) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  });

  const port = (): number => server.native?.localAddress.port ?? 0;

  it("has the kernel's socket in `native`, with all options", async () => {
    const socket = connect(port(), "127.0.0.1");
    expect(socket.native).toBeNull();
    await once(socket, "connect");

    expect(socket.native).toBeInstanceOf(NativeSocket);
    expect(socket.native?.getOption("SO_DOMAIN")).toBe(sys.AF_INET);
    socket.destroy();
    expect(socket.native).toBeNull();
  });

  it("sets options before it connects", async () => {
    const options = { SO_RCVBUF: 40_000, IP_TTL: 33 };
    const socket = connect({ port: port(), host: "127.0.0.1", socketOptions: options });
    await once(socket, "connect");

    expect(socket.native?.getOption("IP_TTL")).toBe(33);
    expect(socket.native?.getOption("SO_RCVBUF")).toBe(80_000);
    socket.destroy();
  });

  it("refuses an option that does not exist, and a multiplexer that does not", () => {
    // @ts-expect-error -- no such option
    const misspelt = (): Socket => new Socket({ socketOptions: { SO_RCVBUFF: 1 } });
    // @ts-expect-error -- no such multiplexer
    const unknown = (): Socket => new Socket({ multiplexer: "kqueue" });

    for (const make of [misspelt, unknown])
      expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }));
  });

  it("waits with the multiplexer that it names", async () => {
    const socket = connect({ port: port(), host: "127.0.0.1", multiplexer: "select" });
    socket.end("x");

    expect(socket.multiplexer).toBe("select");
    expect(await text(socket)).toBe("x");
  });

  it("hands its connection to a net.Socket, with what was not read", async () => {
    const socket = connect(port(), "127.0.0.1");
    socket.pause();
    socket.write("before ");
    await once(socket, "readable");

    const node = socket.toNode();
    node.end("after");

    expect(node).toBeInstanceOf(nodeNet.Socket);
    expect(await text(node)).toBe("before after");
    expect(socket.destroyed).toBe(true);
  });

  it.each([
    ["hex", "6869"],
    ["utf8", "h€"],
    ["base64", "aGk="],
  ] as const)("gives toNode what was decoded and not read: %s", async (encoding, unread) => {
    const socket = connect(port(), "127.0.0.1").setEncoding(encoding);
    await once(socket, "connect");
    // With the first byte of a character whose rest has not come.
    const sent = Buffer.concat([Buffer.from(unread, encoding), Buffer.from([0xe2])]);
    socket.write(sent);
    await once(socket, "readable");

    const node = socket.toNode();
    node.end(Buffer.from([0x82, 0xac]));

    expect(Buffer.concat(await node.toArray())).toEqual(
      Buffer.concat([sent, Buffer.from([0x82, 0xac])]),
    );
  });

  it.each([
    [{ SO_RCVBUF: "x" }, { code: "ERR_INVALID_ARG_TYPE", message: /"SO_RCVBUF"/ }],
    [{ SO_RCVBUF: 1.5 }, { code: "ERR_OUT_OF_RANGE", message: /"SO_RCVBUF"/ }],
    [{ IP_TTL: 999 }, { code: "EINVAL", message: /^setsockopt EINVAL \(IP_TTL\)$/ }],
  ])("gives an error for an option that cannot be set: %j", async (options, { code, message }) => {
    const socketOptions = options as object;

    const client = connect({ port: port(), host: "127.0.0.1", socketOptions });
    const [ofClient] = (await once(client, "error")) as [Error];
    const other = createServer().listen({ port: 0, host: "localhost", socketOptions });
    const [ofServer] = (await once(other, "error")) as [Error];

    for (const error of [ofClient, ofServer])
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(client.destroyed).toBe(true);
  });

  it("gives an error for a local port that there is not", async () => {
    const client = connect({ port: port(), host: "127.0.0.1", localPort: 70_000 });

    const [error] = (await once(client, "error")) as [Error];

    expect(error).toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });

  it("gives an error when there is no room in the buffer of onread", async () => {
    const onread = { buffer: Buffer.alloc(0), callback: () => true };
    const client = connect({ port: port(), host: "127.0.0.1", onread });
    client.write("x");

    const [error] = (await once(client, "error")) as [Error];

    expect(error).toMatchObject({ code: "ENOBUFS", syscall: "read" });
  });

  it("takes over a descriptor, and says which it cannot", async () => {
    const [here, there] = NativeSocket.pair();
    const socket = new Socket({ fd: here.detach() });
    there.send(Buffer.from("x"));

    const [data] = (await once(socket, "data")) as [Buffer];
    expect(String(data)).toBe("x");
    socket.destroy();
    there.close();
    expect(() => new Socket({ fd: 1_000_000 })).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_FD_TYPE" }),
    );
  });

  it.each([1, 2, 3])(
    "fails, and does not send the rest, when the last of %i chunks that wait is transferred",
    async (count) => {
      const [here, there] = NativeSocket.pair();
      const socket = new Socket({ fd: here.detach() });
      const chunks = Array.from({ length: count }, () => new Uint8Array(1 << 20));
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
      const failed = once(socket, "error");

      const { buffer } = chunks[count - 1]!;
      structuredClone(buffer, { transfer: [buffer] });
      const received = Buffer.alloc(1 << 20);
      while (there.recv(received) !== null);

      expect(await failed).toMatchObject([{ code: "EFAULT", syscall: "write" }]);
      there.close();
    },
  );

  it("sends the end that it has not sent yet when it goes to node:net", () => {
    const [here, there] = NativeSocket.pair();
    const socket = new Socket({ fd: here.detach(), allowHalfOpen: true });
    socket.end("bye");

    const node = socket.toNode();

    const received = Buffer.alloc(8);
    expect([there.recv(received), there.recv(received)]).toEqual([3, 0]);
    node.destroy();
    there.close();
  });

  it("connects to an abstract name", async () => {
    const path = `\0pollux-net-${String(process.pid)}`;
    const named = createServer((socket) => socket.end("hi"));
    await once(named.listen(path), "listening");

    expect(await text(connect(path))).toBe("hi");
    named.close();
    await once(named, "close");
  });

  it("can be made without new, and of classes in the old way", async () => {
    // node:util's `inherits`, as much code on npm has it.
    function Old(this: Socket): void {
      Reflect.apply(Socket, this, [{}]);
    }
    Object.setPrototypeOf(Old.prototype, Socket.prototype);
    const old: unknown = Reflect.construct(Old, []);
    const plain: unknown = Reflect.apply(Socket, undefined, []);

    expect(plain).toBeInstanceOf(Socket);
    if (!(old instanceof Socket)) throw new Error("it is no Socket");
    old.connect(port(), "127.0.0.1").end("x");
    expect(await text(old)).toBe("x");
  });

  it("reads into memory of the user", async () => {
    const buffer = Buffer.alloc(8);
    const sizes: number[] = [];
    const onread = { buffer, callback: (size: number) => sizes.push(size) };
    const socket = connect({ port: port(), host: "127.0.0.1", onread });
    socket.end("0123456789");
    await once(socket, "close");

    expect(sizes.reduce((sum, size) => sum + size)).toBe(10);
    expect(buffer.toString("latin1", 0, 2)).toBe("89");
  });

  it("keeps less than 1 MiB of what a reader does not take", async () => {
    const socket = connect(port(), "127.0.0.1");
    await once(socket, "connect");
    const [first] = accepted;
    first?.unpipe();
    const chunk = Buffer.alloc(65_536);
    while (first?.write(chunk)) continue;
    for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);

    expect(socket.readableLength).toBeLessThan(2 ** 20);
    expect(first?.writableLength).toBeLessThan(2 ** 20);
    socket.destroy();
  });
});
