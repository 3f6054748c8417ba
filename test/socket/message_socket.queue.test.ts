import { describe, expect, it } from "vitest";
import type { TimestampPoint, Timestamps } from "../../lib/cmsg/messages.ts";
import { isSystemError } from "../../lib/errors.ts";
import type { ReceivedMessage } from "../../lib/socket/received_message.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { Python } from "../support/python.ts";

const { AF_INET, SOCK_DGRAM, SOCK_STREAM } = sys;
const LOOPBACK = { address: "127.0.0.1", port: 0 };
const NS_PER_MS = 1_000_000n;

function udp(): Socket {
  return Socket.open(AF_INET, SOCK_DGRAM).bind(LOOPBACK);
}

/** Both ends of a TCP connection. */
function connect(): [client: Socket, server: Socket] {
  using listener = Socket.open(AF_INET, SOCK_STREAM).bind(LOOPBACK).listen();
  const client = Socket.open(AF_INET, SOCK_STREAM);
  client.connectSync(listener.localAddress);
  const server = listener.accept();
  if (!server) throw new Error("nobody has connected");
  return [client, server];
}

/** The next message of the error queue; waits for it. */
function nextNotice(socket: Socket): ReceivedMessage {
  const options = {
    flags: sys.MSG_ERRQUEUE,
    control: ["MSG_ZEROCOPY", "SO_EE_ORIGIN_TIMESTAMPING", "SCM_TIMESTAMPING"],
  } as const;
  for (;;) {
    const message = socket.recvMessage([], options);
    if (message) return message;
    const fds = new sys.PollFds(1);
    fds.set(0, socket.fd, 0);
    sys.poll(fds, 1, 1);
  }
}

/** Whether a time is one of now, within an hour. */
function isNow(timeNs: bigint | null | undefined): boolean {
  const differenceNs = BigInt(Date.now()) * NS_PER_MS - (timeNs ?? 0n);
  return -3_600_000n * NS_PER_MS < differenceNs && differenceNs < 3_600_000n * NS_PER_MS;
}

describe("MSG_ZEROCOPY", () => {
  it("reports which calls have completed, in a range, and that loopback copies", () => {
    const [client, server] = connect();
    client.setOption("SO_ZEROCOPY", true);
    const data = Buffer.alloc(2 ** 14, "z");

    for (let call = 0; call < 3; call++) client.send(data, 0, data.length, sys.MSG_ZEROCOPY);
    const room = Buffer.alloc(2 ** 16);
    for (let total = 0; total < 3 * data.length;) total += server.recv(room) ?? 0;
    const calls: number[] = [];
    const copied: boolean[] = [];
    while (calls.length < 3) {
      const done = nextNotice(client).find("MSG_ZEROCOPY");
      for (let call = done?.from ?? 0; call <= (done?.to ?? -1); call++) calls.push(call);
      copied.push(done?.copied ?? false);
    }

    expect(calls).toEqual([0, 1, 2]);
    expect(copied).not.toContain(false);
    client.close();
    server.close();
  });
});

describe("SO_TIMESTAMPING", () => {
  it("has the time when a datagram of Python was received", async () => {
    await using python = new Python();
    using socket = udp();
    socket.setOption(
      "SO_TIMESTAMPING",
      sys.SOF_TIMESTAMPING_RX_SOFTWARE | sys.SOF_TIMESTAMPING_SOFTWARE,
    );
    const port = String(socket.localAddress.port);

    await python.run(
      `socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${port}))`,
    );
    const message = socket.recvMessage(new Uint8Array(1), { control: ["SCM_TIMESTAMPING"] });
    const times: Timestamps | undefined = message?.find("SCM_TIMESTAMPING");

    expect(times).toMatchObject({ legacyNs: null, hardwareNs: null });
    expect(isNow(times?.softwareNs)).toBe(true);
  });

  it("has the times when datagrams were queued and sent, and says which ones", () => {
    using socket = udp();
    using peer = udp();
    const { SOF_TIMESTAMPING_TX_SCHED, SOF_TIMESTAMPING_TX_SOFTWARE } = sys;
    socket.setOption(
      "SO_TIMESTAMPING",
      SOF_TIMESTAMPING_TX_SCHED |
        SOF_TIMESTAMPING_TX_SOFTWARE |
        sys.SOF_TIMESTAMPING_SOFTWARE |
        sys.SOF_TIMESTAMPING_OPT_ID |
        sys.SOF_TIMESTAMPING_OPT_TSONLY,
    );

    for (let index = 0; index < 2; index++) socket.sendTo(Buffer.from("x"), peer.localAddress);
    const found: (TimestampPoint | undefined)[] = [];
    const times: boolean[] = [];
    for (let index = 0; index < 4; index++) {
      const message = nextNotice(socket);
      found.push(message.find("SO_EE_ORIGIN_TIMESTAMPING"));
      times.push(isNow(message.find("SCM_TIMESTAMPING")?.softwareNs));
    }

    const told = found.map((point) => `${String(point?.stage)} ${String(point?.id)}`);
    expect(told.sort()).toEqual(["scheduled 0", "scheduled 1", "sent 0", "sent 1"]);
    expect(times).not.toContain(false);
  });

  it("has the time when the peer acknowledged the last byte of a call, on a stream", () => {
    const [client, server] = connect();
    client.setOption(
      "SO_TIMESTAMPING",
      sys.SOF_TIMESTAMPING_TX_ACK |
        sys.SOF_TIMESTAMPING_SOFTWARE |
        sys.SOF_TIMESTAMPING_OPT_ID |
        sys.SOF_TIMESTAMPING_OPT_TSONLY,
    );

    client.send(Buffer.from("hello"));
    const point = nextNotice(client).find("SO_EE_ORIGIN_TIMESTAMPING");

    expect(point).toMatchObject({ stage: "acknowledged", info: sys.SCM_TSTAMP_ACK, id: 4 });
    client.close();
    server.close();
  });
});

describe("IP_RECVORIGDSTADDR", () => {
  it.each([
    [AF_INET, "IP_RECVORIGDSTADDR", "IP_ORIGDSTADDR", "127.0.0.1", "127.0.0.2"],
    [sys.AF_INET6, "IPV6_RECVORIGDSTADDR", "IPV6_ORIGDSTADDR", "::1", "::1"],
  ] as const)("tells the address that a datagram of Python was sent to (%#)", async (...row) => {
    const [family, option, name, from, to] = row;
    await using python = new Python();
    using socket = Socket.open(family, SOCK_DGRAM);
    socket.bind({ address: family === AF_INET ? "0.0.0.0" : "::", port: 0 });
    socket.setOption(option, true);
    const port = String(socket.localAddress.port);
    const kind = family === AF_INET ? "socket.AF_INET" : "socket.AF_INET6";

    await python.run(
      `out = socket.socket(${kind}, socket.SOCK_DGRAM); out.bind(("${from}", 0)); out.sendto(b"x", ("${to}", ${port}))`,
    );
    const message = socket.recvMessage(new Uint8Array(1), { control: [name] });

    expect(message?.find(name)?.address).toMatchObject({ address: to, port: Number(port) });
  });
});

describe("kernel TLS", () => {
  // struct tls12_crypto_info_aes_gcm_128: version, cipher_type, iv, key, salt, rec_seq.
  const info = Buffer.alloc(40, 7);
  info.set(new Uint8Array(Uint16Array.of(0x0303, 51).buffer));
  info.fill(0, 32);

  /** Whether the kernel has it. */
  function tryEncrypt([client, server]: readonly [Socket, Socket]): boolean {
    try {
      for (const socket of [client, server]) socket.setOption("TCP_ULP", "tls");
      client.setOption("TLS_TX", info);
      server.setOption("TLS_RX", info);
      return true;
    } catch (error) {
      if (isSystemError(error, "ENOENT", "EOPNOTSUPP", "ENOPROTOOPT")) return false;
      throw error;
    }
  }

  it("sends and receives records of each type", ({ skip }) => {
    const pair = connect();
    const [client, server] = pair;
    try {
      skip(!tryEncrypt(pair), "needs a kernel with the module tls");

      client.send(Buffer.from("data"));
      client.sendMessage(Buffer.from("alert"), {
        control: [{ type: "TLS_SET_RECORD_TYPE", recordType: 21 }],
      });
      const records = [0, 1].map(() => {
        const buffer = Buffer.alloc(16);
        const message = server.recvMessage(buffer, { control: ["TLS_GET_RECORD_TYPE"] });
        const type = message?.find("TLS_GET_RECORD_TYPE")?.recordType;
        return [type, buffer.toString("latin1", 0, message?.size)];
      });

      expect(records).toEqual([
        [23, "data"],
        [21, "alert"],
      ]);
    } finally {
      client.close();
      server.close();
    }
  });
});
