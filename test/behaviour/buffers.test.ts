import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { elapsed } from "../sys/support.ts";
import { connect, events, FAMILIES, fill, listen, open, until } from "./tcp.ts";

describe.each(FAMILIES)("the buffers of a socket, $name", (of) => {
  it("are twice as large as SO_RCVBUF and SO_SNDBUF ask for", () => {
    const socket = open(of).setOption("SO_RCVBUF", 30_000).setOption("SO_SNDBUF", 40_000);

    expect(socket.getOption("SO_RCVBUF")).toBe(60_000);
    expect(socket.getOption("SO_SNDBUF")).toBe(80_000);
  });

  it("are never below the kernel's least, nor above its most", () => {
    const socket = open(of).setOption("SO_RCVBUF", 1).setOption("SO_SNDBUF", 1);
    const least = [socket.getOption("SO_RCVBUF"), socket.getOption("SO_SNDBUF")];

    for (const size of least) expect(size).toBeGreaterThan(2000);
    socket.setOption("SO_RCVBUF", 2 ** 31 - 1);
    expect(socket.getOption("SO_RCVBUF")).toBeLessThan(2 ** 31 - 1);
  });

  it("are inherited from the listener, and so set before listen(2)", async () => {
    const listener = listen(of, (socket) => socket.setOption("SO_RCVBUF", 20_000));

    const [client, server] = await connect(of, listener, (socket) =>
      socket.setOption("SO_SNDBUF", 20_000),
    );

    expect(server.getOption("SO_RCVBUF")).toBe(40_000);
    expect(client.getOption("SO_SNDBUF")).toBe(40_000);
    // Without them several hundred kilobytes fit.
    expect(fill(client)).toBeLessThan(200_000);
  });

  it("tell with SO_SNDLOWAT what cannot be changed on Linux", () => {
    const socket = open(of);

    expect(socket.getOption("SO_SNDLOWAT")).toBe(1);
    expect(() => socket.setOption(sys.SOL_SOCKET, sys.SO_SNDLOWAT, 2)).toThrow(
      expect.objectContaining({ code: "ENOPROTOOPT" }),
    );
  });

  it("wake a reader when SO_RCVLOWAT bytes are there, and at the end with fewer", async () => {
    const [client, server] = await connect(of);
    server.setOption("SO_RCVLOWAT", 10);

    client.send(new Uint8Array(9));
    await until(() => server.recv(new Uint8Array(10), 0, 10, sys.MSG_PEEK) === 9);
    expect(events(server, sys.POLLIN)).toBe(0);
    client.send(new Uint8Array(1));
    await until(() => events(server, sys.POLLIN) === sys.POLLIN);

    server.recv(new Uint8Array(9));
    expect(events(server, sys.POLLIN)).toBe(0);
    client.close();
    await until(() => events(server, sys.POLLIN) === sys.POLLIN);
  });

  it("have time limits: SO_RCVTIMEO and SO_SNDTIMEO end a blocking call with null", async () => {
    const [client, server] = await connect(of);
    fill(client);
    client.blocking = true;
    client.setOption("SO_SNDTIMEO", { sec: 0, usec: 200_000 });
    client.setOption("SO_RCVTIMEO", { sec: 0, usec: 100_000 });
    let answers: (number | null)[] = [];

    expect(elapsed(() => (answers = [client.send(new Uint8Array(9))]))).toBeGreaterThan(190);
    expect(elapsed(() => answers.push(client.recv(new Uint8Array(9))))).toBeGreaterThan(90);

    expect(answers).toEqual([null, null]);
    expect(server.getOption("SO_RCVTIMEO")).toEqual({ sec: 0, usec: 0 });
  });
});

describe.each(FAMILIES)("out-of-band data, $name", (of) => {
  it("is apart from the stream, unless SO_OOBINLINE is set", async () => {
    const [client, server] = await connect(of);
    const bytes = Buffer.alloc(16);
    const urgent = (): void => {
      client.send(Buffer.from("ab"));
      client.send(Buffer.from("!"), 0, 1, sys.MSG_OOB);
      client.send(Buffer.from("cd"));
    };
    const next = (): string => bytes.toString("latin1", 0, server.recv(bytes) ?? 0);

    urgent();
    await until(() => server.getOption("TCP_INFO").bytes_received === 5n);
    expect(events(server, sys.POLLPRI)).toBe(sys.POLLPRI);
    expect(server.recv(bytes, 0, 1, sys.MSG_OOB)).toBe(1);
    expect(bytes[0]).toBe(0x21);
    expect([next(), next()]).toEqual(["ab", "cd"]);

    server.setOption("SO_OOBINLINE", true);
    urgent();
    await until(() => server.getOption("TCP_INFO").bytes_received === 10n);
    expect(() => server.recv(bytes, 0, 1, sys.MSG_OOB)).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
    // A read never crosses the mark.
    expect([next(), next()]).toEqual(["ab", "!cd"]);
  });
});
