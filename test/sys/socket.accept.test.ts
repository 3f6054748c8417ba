import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { LOOPBACK, nameOf, opened, openListener, openSocket } from "./support.ts";

const { AF_INET, AF_UNIX, SOCK_STREAM } = sys;
const failure = (code: string, syscall: string): Error =>
  expect.objectContaining({ code, syscall }) as Error;

function listenWith(backlog: number): [fd: number, address: Uint8Array] {
  const fd = openSocket(AF_INET, SOCK_STREAM);
  sys.bind(fd, LOOPBACK);
  sys.listen(fd, backlog);
  return [fd, nameOf(fd)];
}

/** How many of so many clients have a connection by now; on loopback, connect(2) does all of it. */
function connected(address: Uint8Array, clients: number): number {
  const fds = Array.from({ length: clients }, () => openSocket(AF_INET, SOCK_STREAM));
  for (const fd of fds) sys.connect(fd, address);
  return fds.filter((fd) => {
    const info = new Uint8Array(1); // tcpi_state comes first
    sys.getsockopt(fd, sys.SOL_TCP, sys.TCP_INFO, info);
    return info[0] === sys.TCP_ESTABLISHED;
  }).length;
}

describe("listen(2)", () => {
  it.each([0, 1, 3])("completes one connection more than a backlog of %d", (backlog) => {
    const [listener, address] = listenWith(backlog);

    // A client counts as connected with its SYN answered; the one too many is not even that.
    expect(connected(address, backlog + 4)).toBe(backlog + 1);

    for (let waiting = 0; waiting <= backlog; waiting++) opened(sys.accept4(listener));
    expect(sys.accept4(listener)).toBeNull();
  });

  it("takes another backlog at any time", () => {
    const [listener, address] = listenWith(0);

    sys.listen(listener, 5);

    expect(connected(address, 9)).toBe(6);
  });
});

describe("accept4(2)", () => {
  it("hands out a connection that was reset while it waited: Linux knows no ECONNABORTED here", () => {
    const [listener, address] = openListener();
    const client = sys.socket(AF_INET, SOCK_STREAM);
    sys.connect(client, address);
    sys.setsockopt(client, sys.SOL_SOCKET, sys.SO_LINGER, Int32Array.of(1, 0));
    sys.close(client);

    const server = opened(sys.accept4(listener, sys.SOCK_NONBLOCK));

    expect(() => sys.recv(server, new Uint8Array(1))).toThrow(failure("ECONNRESET", "recv"));
  });

  it("hands out a connection that has ended while it waited, with its data and its end", () => {
    const [listener, address] = openListener();
    const client = sys.socket(AF_INET, SOCK_STREAM);
    sys.connect(client, address);
    sys.send(client, Buffer.from("bye"));
    sys.close(client);

    const server = opened(sys.accept4(listener, sys.SOCK_NONBLOCK));

    const buffer = Buffer.alloc(8);
    expect([sys.recv(server, buffer), sys.recv(server, buffer)]).toEqual([3, 0]);
  });

  it("throws EINVAL once the listener was shut, and resets those that waited", () => {
    const [listener, address] = openListener();
    const client = openSocket(AF_INET, SOCK_STREAM);
    sys.connect(client, address);

    sys.shutdown(listener, sys.SHUT_RD);

    expect(() => sys.accept4(listener)).toThrow(failure("EINVAL", "accept4"));
    expect(() => sys.recv(client, new Uint8Array(1))).toThrow(failure("ECONNRESET", "recv"));
  });

  it("leaves a unix client that nobody accepts to ECONNRESET when the listener is closed", () => {
    const listener = sys.socket(AF_UNIX, SOCK_STREAM);
    sys.bind(listener, sys.sockaddrUn(""));
    sys.listen(listener, 1);
    const client = openSocket(AF_UNIX, SOCK_STREAM);
    expect(sys.connect(client, nameOf(listener))).toBe(true);

    sys.close(listener);

    expect(() => sys.recv(client, new Uint8Array(1))).toThrow(failure("ECONNRESET", "recv"));
  });
});
