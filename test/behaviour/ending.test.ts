import { describe, expect, it } from "vitest";
import { isSystemError } from "../../lib/errors.ts";
import type { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { connect, events, FAMILIES, readable, until } from "./tcp.ts";

/** What a call says: its number, or the code of its error. */
function said(call: () => number | null): number | string | null {
  try {
    return call();
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

const send = (socket: Socket): number | string | null => said(() => socket.send(Buffer.from("x")));
const recv = (socket: Socket): number | string | null => said(() => socket.recv(new Uint8Array(8)));
const broken = (socket: Socket): boolean => (events(socket, 0) & sys.POLLHUP) !== 0;

/** Ends a connection with RST. */
function reset(socket: Socket): void {
  socket.setOption("SO_LINGER", { onoff: true, linger: 0 }).close();
}

describe.each(FAMILIES)("the end of a connection, $name", (of) => {
  it("after the peer's FIN: the first send succeeds, is answered by RST, the next is EPIPE", async () => {
    const [client, server] = await connect(of);

    server.close();
    await until(() => readable(client));
    expect(recv(client)).toBe(0);

    expect(send(client)).toBe(1);
    await until(() => broken(client));
    expect(send(client)).toBe("EPIPE");
  });

  it("after the peer's RST: the first recv is ECONNRESET, then the end; send is EPIPE", async () => {
    const [client, server] = await connect(of);

    reset(server);
    await until(() => broken(client));

    expect(recv(client)).toBe("ECONNRESET");
    expect(recv(client)).toBe(0);
    expect(send(client)).toBe("EPIPE");
    expect(send(client)).toBe("EPIPE");
  });

  it("after the peer's RST: the first send is ECONNRESET, the next EPIPE", async () => {
    const [client, server] = await connect(of);

    reset(server);
    await until(() => broken(client));

    expect(send(client)).toBe("ECONNRESET");
    expect(send(client)).toBe("EPIPE");
    expect(recv(client)).toBe(0);
  });

  it("after the peer's RST: SO_ERROR is read once, and was the error", async () => {
    const [client, server] = await connect(of);

    reset(server);
    await until(() => broken(client));

    expect(client.getOption("SO_ERROR")).toBe(sys.errno.ECONNRESET);
    expect(client.getOption("SO_ERROR")).toBe(0);
    expect(send(client)).toBe("EPIPE");
  });

  it("closing with unread bytes resets the connection", async () => {
    const [client, server] = await connect(of);
    client.send(Buffer.from("unread"));
    await until(() => readable(server));

    server.close();

    await until(() => broken(client));
    expect(recv(client)).toBe("ECONNRESET");
  });

  it("a duplicate keeps the connection: it ends with the last of its descriptors", async () => {
    const [client, server] = await connect(of);
    const duplicate = sys.fcntl(server.fd, sys.F_DUPFD_CLOEXEC, 0);

    server.close();
    expect(sys.send(duplicate, Buffer.from("still here"))).toBe(10);
    await until(() => readable(client));
    expect(recv(client)).toBe(8);
    expect(recv(client)).toBe(2);
    expect(recv(client)).toBeNull();

    sys.close(duplicate);
    await until(() => readable(client));
    expect(recv(client)).toBe(0);
  });

  it("shutdown(2) ends the connection for all duplicates at once", async () => {
    const [client, server] = await connect(of);
    const duplicate = sys.fcntl(server.fd, sys.F_DUPFD_CLOEXEC, 0);

    server.shutdown(sys.SHUT_WR);

    await until(() => readable(client));
    expect(recv(client)).toBe(0);
    expect(said(() => sys.send(duplicate, Buffer.from("x"), 0, 1, sys.MSG_NOSIGNAL))).toBe("EPIPE");
    sys.close(duplicate);
  });

  it("SHUT_WR is half a close: what the other side still sends arrives", async () => {
    const [client, server] = await connect(of);

    client.shutdown(sys.SHUT_WR);
    await until(() => readable(server));
    expect(recv(server)).toBe(0);
    expect(send(server)).toBe(1);

    await until(() => readable(client));
    expect(recv(client)).toBe(1);
    expect(send(client)).toBe("EPIPE");
  });

  it("SHUT_RDWR ends both directions: the peer reads the end, and nothing goes out any more", async () => {
    const [client, server] = await connect(of);

    client.shutdown(sys.SHUT_RDWR);

    expect(recv(client)).toBe(0);
    expect(send(client)).toBe("EPIPE");
    await until(() => readable(server));
    expect(recv(server)).toBe(0);
    expect(client.closed).toBe(false);
  });

  it("SHUT_RD ends reading here, and the peer does not notice", async () => {
    const [client, server] = await connect(of);

    client.shutdown(sys.SHUT_RD);

    expect(recv(client)).toBe(0);
    expect(send(server)).toBe(1);
    expect(send(client)).toBe(1);
  });
});
