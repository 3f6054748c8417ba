import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_ATTEMPTS } from "../../lib/failures/classes.ts";
import { MULTIPLEXERS } from "../../lib/multiplexer/create.ts";
import { native } from "../../lib/native/native.ts";
import { UdpEchoServer } from "../../lib/servers/udp_echo_server.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { turnUntil } from "../support/reactors.ts";

const { EIO, ENOMEM } = sys.errno;
const PAUSES = 3;

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(MULTIPLEXERS)("UdpEchoServer on %s, while recvmmsg(2) fails", (multiplexer) => {
  it.each([
    ["ENOMEM", ENOMEM, 1],
    ["EIO", EIO, MAX_ATTEMPTS],
  ])("pauses (%s), and answers when it is over", (_name, code, attempts) => {
    using server = new UdpEchoServer({ address: "127.0.0.1", port: 0 }, { multiplexer });
    using client = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    client.sendTo(Buffer.from("hello"), server.address);
    const receive = vi.spyOn(native, "recvmmsg").mockReturnValue(-code);
    let pauses = 0;
    const setTimer = vi.spyOn(server.reactor, "setTimer");

    while (pauses < PAUSES) {
      server.reactor.turnSync(1000);
      pauses = setTimer.mock.calls.length;
    }
    const failed = receive.mock.calls.length;
    receive.mockRestore();
    turnUntil(server.reactor, () => server.totals.datagrams === 1);

    expect(failed).toBeLessThanOrEqual(PAUSES * attempts);
    expect(client.recv(new Uint8Array(9))).toBe(5);
  });
});

describe("UdpEchoServer on epoll, while recvmmsg(2) and EPOLL_CTL_MOD fail with ENOMEM", () => {
  it("pauses all the same, and answers when it is over", () => {
    using server = new UdpEchoServer({ address: "127.0.0.1", port: 0 });
    using client = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    client.sendTo(Buffer.from("hello"), server.address);
    const control = native.epoll_ctl.bind(native);
    vi.spyOn(native, "epoll_ctl").mockImplementation((...args) =>
      args[1] === sys.EPOLL_CTL_MOD ? -ENOMEM : control(...args),
    );
    const receive = vi.spyOn(native, "recvmmsg").mockReturnValue(-ENOMEM);
    const setTimer = vi.spyOn(server.reactor, "setTimer");

    while (setTimer.mock.calls.length < PAUSES) server.reactor.turnSync(1000);
    const failed = receive.mock.calls.length;
    vi.restoreAllMocks();
    turnUntil(server.reactor, () => server.totals.datagrams === 1);

    expect(failed).toBe(PAUSES);
    expect(client.recv(new Uint8Array(9))).toBe(5);
  });
});
