// SctpEchoServer, both styles, with clients of ours and one in Python.
import { execFile } from "node:child_process";
import {
  Reactor,
  SctpEchoServer,
  createMultiplexer,
  decodeSctpNotification,
  openSctp,
  sys,
} from "../../../dist/lib/index.js";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const SPACE = sys.cmsgSpace(sys.structs.sctp_rcvinfo.sizeof);
const facts = {};

/** Turns the reactor until there is something. */
function until(reactor, ask) {
  for (let turns = 0; turns < 20_000; turns++) {
    const answer = ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    reactor.turnSync(5);
  }
  throw new Error(`never: ${String(ask)}`);
}

function receive(reactor, socket) {
  const buffer = Buffer.alloc(70_000);
  const message = until(reactor, () => socket.recvMessage(buffer, { controlSize: SPACE }));
  const { sid, ppid, flags } = message.find("SCTP_RCVINFO") ?? {};
  const bytes = buffer.subarray(0, message.size);
  const unordered = (flags & sys.SCTP_UNORDERED) !== 0;
  return { text: bytes.toString("latin1"), sid, ppid, unordered, message, bytes };
}

const names = [
  "SCTP_COMM_UP",
  "SCTP_COMM_LOST",
  "SCTP_RESTART",
  "SCTP_SHUTDOWN_COMP",
  "SCTP_CANT_STR_ASSOC",
];
const nameOf = ({ type, state }) =>
  type === "SCTP_ASSOC_CHANGE" ? names.find((name) => sys[name] === state) : type;

for (const multiplexer of ["select", "poll", "epoll"]) {
  for (const style of ["one-to-one", "one-to-many"]) {
    const reactor = new Reactor(createMultiplexer(multiplexer));
    const notifications = [];
    const onNotification = (notification) => notifications.push(notification);
    const server = new SctpEchoServer(reactor, LOOPBACK, { style, onNotification });
    const { address } = server;
    const type = style === "one-to-one" ? sys.SOCK_STREAM : sys.SOCK_SEQPACKET;
    const clients = [1, 2].map(() => openSctp(sys.AF_INET, type));
    const echoes = [];
    for (const [index, client] of clients.entries()) {
      client.setOption("SCTP_RECVRCVINFO", true);
      if (style === "one-to-one") client.connect(address);
      const send = (text, info) =>
        until(reactor, () =>
          client.sendMessage(Buffer.from(text, "latin1"), {
            ...(style === "one-to-many" && { address }),
            control: [{ type: "SCTP_SNDINFO", ...info }],
          }),
        );
      if (style === "one-to-one")
        until(reactor, () => client.takeError() === null && peerOf(client));
      for (const [text, info] of [
        [`hello ${index}`, { sid: 3 + index, ppid: 0xcafe }],
        ["unordered", { sid: 5, flags: sys.SCTP_UNORDERED }],
        ["x".repeat(20_000), { sid: 0 }],
      ]) {
        send(text, info);
        const { text: got, sid, ppid, unordered } = receive(reactor, client);
        echoes.push({ text: got.length > 100 ? `${got.length}` : got, sid, ppid, unordered });
      }
    }
    for (const client of clients) client.close();
    const ended = () =>
      notifications.filter((one) => nameOf(one) === "SCTP_SHUTDOWN_COMP").length === 2;
    until(reactor, ended);
    for (let turns = 0; turns < 20; turns++) reactor.turnSync(1);
    const stopped = [];
    for (const which of [1, 2]) server.stop(5000, () => stopped.push(which));
    until(reactor, () => stopped.length > 0);
    server.stop(5000, () => stopped.push(3));
    const streams = notifications.find((one) => one.type === "SCTP_ASSOC_CHANGE");
    facts[`${multiplexer} ${style}`] = {
      echoes,
      notifications: notifications.map(nameOf),
      stopped,
      streams: [streams?.inbound_streams > 0, streams?.outbound_streams > 0, streams?.error],
    };
  }
}

function peerOf(socket) {
  try {
    return socket.remoteAddress;
  } catch {
    return null;
  }
}

/** A client in Python, one-to-one: the server turns in this thread meanwhile. */
const PYTHON = `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
s.connect(("127.0.0.1", int(sys.argv[1])))
for text in (b"from python", b"again"):
    s.sendall(text)
    print(s.recv(100).decode())
s.close()
`;
{
  const reactor = new Reactor(createMultiplexer());
  const server = new SctpEchoServer(reactor, LOOPBACK);
  const run = reactor.run();
  facts.python = await new Promise((resolve) => {
    execFile(
      process.env.POLLUX_PYTHON ?? "python3",
      ["-I", "-S", "-c", PYTHON, String(server.address.port)],
      (error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
  reactor.stop();
  await run;
}

{
  // What a client is told of its own association, with SCTP_EVENTS.
  const reactor = new Reactor(createMultiplexer());
  const server = new SctpEchoServer(reactor, LOOPBACK, { style: "one-to-many" });
  const client = openSctp(sys.AF_INET, sys.SOCK_SEQPACKET);
  const events = client.getOption("SCTP_EVENTS");
  client.setOption("SCTP_EVENTS", { ...events, association_event: 1 });
  client.setOption("SCTP_INITMSG", {
    num_ostreams: 7,
    max_instreams: 5,
    max_attempts: 0,
    max_init_timeo: 0,
  });
  until(reactor, () => client.sendMessage(Buffer.from("x"), { address: server.address }));
  const { message, bytes } = receive(reactor, client);
  const change = decodeSctpNotification(bytes);
  facts.client = {
    isNotification: (message.flags & sys.MSG_NOTIFICATION) !== 0,
    change: nameOf(change),
    streams: [change.outbound_streams, change.inbound_streams],
  };
}

{
  // SCTP_SNDRCV, which RFC 6458 replaces by SNDINFO and RCVINFO: as bytes, both ways.
  const reactor = new Reactor(createMultiplexer());
  const server = new SctpEchoServer(reactor, LOOPBACK, { style: "one-to-many" });
  const client = openSctp(sys.AF_INET, sys.SOCK_SEQPACKET);
  client.setOption("SCTP_EVENTS", { ...client.getOption("SCTP_EVENTS"), data_io_event: 1 });
  const { sizeof, fields } = sys.structs.sctp_sndrcvinfo;
  const kind = { level: sys.IPPROTO_SCTP, type: sys.SCTP_SNDRCV };
  const numbersOf = ({ buffer }) => [
    new Uint16Array(buffer, fields.stream.offset, 1),
    new Uint32Array(buffer, fields.ppid.offset, 1),
  ];
  const data = new Uint8Array(sizeof);
  const [stream, ppid] = numbersOf(data);
  [stream[0], ppid[0]] = [6, 0xbeef];
  const control = [{ ...kind, data }];
  until(reactor, () =>
    client.sendMessage(Buffer.from("old"), { address: server.address, control }),
  );
  const buffer = Buffer.alloc(64);
  const room = { controlSize: sys.cmsgSpace(sizeof) };
  const message = until(reactor, () => client.recvMessage(buffer, room));
  const [raw] = message.control.filter(
    ({ level, type }) => level === kind.level && type === kind.type,
  );
  facts.sndrcv = {
    text: buffer.toString("latin1", 0, message.size),
    numbers: raw ? numbersOf(Uint8Array.from(raw.data)).map(([number]) => number) : null,
  };
}

console.log(JSON.stringify({ sctp: facts }));
