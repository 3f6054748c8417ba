// What went wrong with SCTP: each block is one fault, and prints what is right. Runs with few descriptors.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { failing } from "./injected.mjs";
import {
  Reactor,
  SctpEchoServer,
  Socket,
  connect,
  createMultiplexer,
  openSctp,
  peelOff,
  sys,
} from "../../../dist/lib/index.js";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const RECEIVED = { control: ["SCTP_RCVINFO"] };
const facts = {};
const buffer = Buffer.alloc(70_000);
const one = () => openSctp(sys.AF_INET, sys.SOCK_STREAM);
const many = () => openSctp(sys.AF_INET, sys.SOCK_SEQPACKET);
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
const codeOf = (promise) =>
  promise.then(
    () => "connected",
    ({ code }) => code,
  );

/** Waits until there is an answer. */
async function until(ask) {
  for (let turns = 0; turns < 20_000; turns++) {
    const answer = ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    await turn();
  }
  throw new Error(`never: ${String(ask)}`);
}

/** A server on a reactor of its own, while `use` runs. */
async function serving(options, use, edge = false) {
  const reactor = new Reactor(createMultiplexer("epoll", { edge }));
  const server = new SctpEchoServer(reactor, LOOPBACK, options);
  const run = reactor.run();
  try {
    return await use(server);
  } finally {
    server.close();
    reactor.stop();
    await run;
    reactor.close();
  }
}

async function echo(client, text = "x") {
  client.send(Buffer.from(text));
  return buffer.toString("latin1", 0, await until(() => client.recv(buffer)));
}

{
  // connect() of both styles: done, refused, given up. Nothing answers on a dummy interface.
  execFileSync("sh", [
    "-c",
    "ip link add quiet type dummy; ip addr add 10.9.9.1/24 dev quiet; ip link set quiet up",
  ]);
  const listener = many().bind(LOOPBACK).listen();
  const nobody = one().bind(LOOPBACK);
  const tries = () => readFileSync("/proc/net/sctp/assocs", "latin1").includes("10.9.9.2");
  const quiet = { address: "10.9.9.2", port: 9 };
  facts.connect = [];
  for (const open of [one, many]) {
    const done = open();
    const given = open();
    const aborted = open();
    facts.connect.push({
      done: await codeOf(connect(done, listener.localAddress)),
      refused: await codeOf(connect(open(), nobody.localAddress)),
      late: await codeOf(connect(given, quiet, { timeoutMs: 50 })),
      triesOn: tries(),
      aborted: await connect(aborted, quiet, { signal: globalThis.AbortSignal.timeout(50) }).catch(
        ({ name }) => name,
      ),
      triesOnStill: tries(),
    });
  }
  const connected = one();
  await connect(connected, listener.localAddress);
  const primary = connected.getOption("SCTP_PRIMARY_ADDR").address;
  facts.primary = primary.equals(listener.localAddress);
}

facts.edge = await serving(
  {},
  async (server) => {
    const clients = Array.from({ length: 20 }, one);
    for (const client of clients) client.connect(server.address);
    await Promise.all(
      clients.map((client) => until(() => client.takeError() === null && hasPeer(client))),
    );
    const answers = await Promise.all(clients.map((client) => echo(client)));
    for (const client of clients) client.close();
    return answers.length;
  },
  true,
);

// A server that is stopped before it has accepted or received anything.
facts.stopped = {};
for (const style of ["one-to-one", "one-to-many"]) {
  const reactor = new Reactor(createMultiplexer("epoll"));
  const server = new SctpEchoServer(reactor, LOOPBACK, { style });
  const clients = Array.from({ length: 20 }, one);
  await Promise.all(clients.map((client) => connect(client, server.address)));
  for (const client of clients) {
    client.send(Buffer.from("first"));
    client.send(Buffer.from("second"));
  }
  server.stop(5000, () => reactor.stop());
  const run = reactor.run();
  const received = () => clients.map((client) => until(() => textOf(client)));
  const answers = [await Promise.all(received()), await Promise.all(received())];
  const ends = await Promise.all(received());
  await run;
  reactor.close();
  for (const client of clients) client.close();
  facts.stopped[style] = [...answers, ends].map((texts) => [...new Set(texts)]);
}

/** What a client receives next; null: nothing yet. */
function textOf(client) {
  try {
    const size = client.recv(buffer);
    return size === null ? null : buffer.toString("latin1", 0, size) || "end";
  } catch (error) {
    return error.code;
  }
}

function hasPeer(socket) {
  try {
    return socket.remoteAddress !== null;
  } catch {
    return false;
  }
}

facts.stuck = await serving({ style: "one-to-many" }, async (server) => {
  const [evil, other] = [one(), one()];
  await connect(evil, server.address);
  // Asks and never reads, until it is cut off; meanwhile the other one gets its answers.
  const cutOff = until(() => {
    try {
      while (evil.send(Buffer.alloc(4000)) !== null);
      return null;
    } catch ({ code }) {
      return code;
    }
  });
  await connect(other, server.address);
  const answers = [await echo(other, "one")];
  const ended = ["EPIPE", "ECONNRESET"].includes(await cutOff);
  answers.push(await echo(other, "two"));
  evil.close();
  other.close();
  return { answers, ended };
});

{
  const heard = [];
  const callbacks = {
    throws: () => {
      throw new Error("thrown");
    },
    rejects: async () => {
      throw new Error("rejected");
    },
  };
  for (const style of ["one-to-one", "one-to-many"]) {
    for (const onNotification of Object.values(callbacks)) {
      const onError = (error) => {
        heard.push(error.message);
        throw new Error("of onError itself");
      };
      const options = { style, onNotification, onError };
      const answer = await serving(options, async (server) => {
        const client = one();
        await connect(client, server.address);
        const answers = [await echo(client, "a"), await echo(client, "b")];
        client.close();
        return answers;
      });
      heard.push(answer.join(""));
    }
  }
  facts.callbacks = [...new Set(heard)];
}

{
  const errors = new Set();
  facts.descriptors = await serving({ onError: ({ code }) => errors.add(code) }, async (server) => {
    const client = one();
    const held = [];
    try {
      for (;;) held.push(Socket.open(sys.AF_INET, sys.SOCK_DGRAM));
    } catch {
      // EMFILE: one for each client, and none for the server.
      held.pop().close();
    }
    const second = one();
    client.connect(server.address);
    second.connect(server.address);
    // Either it pauses, or forgotten sockets were closed for it.
    for (let turns = 0; turns < 500 && errors.size === 0; turns++) await turn();
    for (const socket of held) socket.close();
    const answers = [await echo(client, "first"), await echo(second, "second")];
    client.close();
    second.close();
    return answers;
  });
  facts.errors = [...errors];
}

{
  // recvmsg(2) and sendmsg(2) of the server fail, some times in a row.
  facts.failing = {};
  for (const [style, call, code, times] of [
    ["one-to-one", "recvmsg", "EINTR", 4],
    ["one-to-one", "recvmsg", "ENOMEM", 4],
    ["one-to-many", "recvmsg", "ENOMEM", 4],
    ["one-to-many", "recvmsg", "EIO", 20],
    ["one-to-one", "sendmsg", "EINTR", 4],
    ["one-to-one", "sendmsg", "ENOBUFS", 4],
    ["one-to-many", "sendmsg", "ENOBUFS", 4],
  ]) {
    const told = [];
    const options = { style, onError: (error) => told.push(error.code) };
    const { answer, calls } = await serving(options, async (server) => {
      const client = one();
      await connect(client, server.address);
      await echo(client, "before");
      const late = await failing(call, code, times, () => echo(client, "late"));
      client.close();
      return late;
    });
    facts.failing[`${style} ${call} ${code}`] = { answer, told, enough: calls > times };
  }
}

{
  // Several addresses, control messages by name, one association with a socket of its own.
  const listener = one().bind({ address: "127.0.0.1", port: 0 });
  const { port } = listener.localAddress;
  listener.setOption("SCTP_SOCKOPT_BINDX_ADD", [{ address: "127.0.0.2", port }]);
  listener.setOption("SCTP_SOCKOPT_BINDX_ADD", [{ address: "127.0.0.3", port }]);
  listener.setOption("SCTP_SOCKOPT_BINDX_REM", [{ address: "127.0.0.3", port }]);
  listener.listen();
  const client = one();
  try {
    client.setOption("SCTP_SOCKOPT_CONNECTX", [
      { address: "127.0.0.1", port },
      { address: "127.0.0.2", port },
    ]);
  } catch ({ code }) {
    facts.connectx = code;
  }
  const accepted = await until(() => listener.acceptFrom());
  await until(() => hasPeer(client));
  const names = (addresses) => addresses.map(({ address }) => address).sort();
  facts.addresses = {
    local: names(accepted.socket.getOption("SCTP_GET_LOCAL_ADDRS")),
    peers: names(client.getOption("SCTP_GET_PEER_ADDRS")),
    from: accepted.address.port === client.localAddress.port,
  };

  const server = many().setOption("SCTP_RECVRCVINFO", true).bind(LOOPBACK).listen();
  const sender = many().setOption("SCTP_RECVRCVINFO", true);
  const sent = await until(() =>
    sender.sendMessage(Buffer.from("hello"), {
      address: server.localAddress,
      control: [
        { type: "SCTP_INIT", num_ostreams: 3 },
        { type: "SCTP_SNDINFO", sid: 2 },
      ],
    }),
  );
  const message = await until(() => server.recvMessage(buffer, RECEIVED));
  const { sid, assoc_id } = message.find("SCTP_RCVINFO");
  const streams = server.getOption("SCTP_STATUS", { assoc_id }).instrms;
  sender.sendMessage(Buffer.from("soon"), {
    address: server.localAddress,
    control: [{ type: "SCTP_PRINFO", policy: sys.SCTP_PR_SCTP_TTL, value: 60_000 }],
  });
  const soon = await until(() => server.recv(buffer));
  const peeled = peelOff(server, assoc_id);
  peeled.send(Buffer.from("back"));
  const back = await until(() => sender.recv(buffer));
  const flags = sys.fcntl(peeled.fd, sys.F_GETFD);
  facts.peeled = {
    sent,
    soon,
    sid,
    streams,
    back,
    closeOnExec: flags === sys.FD_CLOEXEC,
    blocking: peeled.blocking,
  };
  const wrong = { type: "SCTP_DSTADDRV4", address: "127.0.0.2" };
  facts.more = sender.sendMessage(Buffer.from("more"), {
    address: { address: "127.0.0.1", port },
    control: [wrong],
  });
}

console.log(JSON.stringify({ sctpFaults: facts }));
process.exit();
