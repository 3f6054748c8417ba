// blocked_worker.mjs END KIND...: workers that each block in a call. `terminate` ends one after another by
// terminate(), `exit` all of them by process.exit(). Prints which have ended; hangs where a call keeps its thread.
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import * as pollux from "../../../dist/lib/index.js";

const { DatagramBatch, EventFd, Inotify, Pipe, RouteMonitor, SignalFd, Socket } = pollux;
const { TimerFd, UdpEchoClient, readExactlySync, removeStatusFlags, sys, writeAllSync } = pollux;
const { setImmediate } = globalThis;

const BLOCKING = { blocking: true };
const LOOPBACK = { address: "127.0.0.1", port: 0 };
const byte = Buffer.from("x");
const bytes = Buffer.alloc(2 ** 22);
const kept = [];

function pair(type = sys.SOCK_STREAM) {
  const both = Socket.pair(type, BLOCKING);
  kept.push(...both);
  return both[0];
}

function listener() {
  return Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, BLOCKING).bind(LOOPBACK).listen(0);
}

/** An address whose listener lets nobody in any more. */
function deaf() {
  const full = listener();
  kept.push(full);
  for (let count = 0; count < 4; count++) {
    const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
    client.connect(full.localAddress);
    kept.push(client);
  }
  return full.localAddress;
}

function deafUnix() {
  const path = { path: `\0pollux-blocked-${String(process.pid)}` };
  kept.push(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind(path).listen(0));
  const client = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM);
  client.connect(path);
  kept.push(client);
  return path;
}

function tcp() {
  return Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, BLOCKING);
}

function fullDatagrams() {
  const to = Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM).bind({ path: "" });
  kept.push(to);
  return { socket: Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM, 0, BLOCKING), to: to.localAddress };
}

function nonBlocking(make) {
  const monitor = make();
  removeStatusFlags(monitor, sys.O_NONBLOCK);
  return monitor;
}

const KINDS = {
  recv: () => pair().recv(byte),
  recvOfFd: () => Socket.fromFd(pair().detach()).recv(byte),
  recvMadeBlocking() {
    const [socket, other] = Socket.pair();
    kept.push(other);
    socket.blocking = true;
    socket.recv(byte);
  },
  recvAll() {
    const socket = pair();
    kept[1].send(byte);
    socket.recv(bytes, 0, 2, sys.MSG_WAITALL);
  },
  peekAll() {
    const socket = pair();
    kept[1].send(byte);
    socket.recv(bytes, 0, 2, sys.MSG_WAITALL | sys.MSG_PEEK);
  },
  recvFrom: () => pair(sys.SOCK_DGRAM).recvFrom(byte),
  recvMessage: () => pair().recvMessage(byte),
  readv: () => pair().readv([byte]),
  send: () => pair().send(bytes),
  sendTo() {
    const { socket, to } = fullDatagrams();
    for (;;) socket.sendTo(byte, to);
  },
  sendMessage: () => pair().sendMessage([bytes, bytes]),
  writev: () => pair().writev([bytes, bytes]),
  accept: () => listener().accept(),
  acceptFrom: () => listener().acceptFrom(),
  connect: () => tcp().connect(deaf()),
  connectUnix: () => Socket.open(sys.AF_UNIX, sys.SOCK_STREAM, 0, BLOCKING).connect(deafUnix()),
  connectSync: () => tcp().connectSync(deaf()),
  readExactlySync: () => readExactlySync(pair(), byte),
  writeAllSync: () => writeAllSync(pair(), bytes),
  batchReceive: () => new DatagramBatch().receive(pair(sys.SOCK_DGRAM)),
  batchReceiveRest() {
    const socket = pair(sys.SOCK_DGRAM);
    kept[1].send(byte);
    new DatagramBatch().receive(socket);
  },
  batchReceiveOfFd: () => new DatagramBatch().receive({ fd: pair(sys.SOCK_DGRAM).fd }),
  batchSend() {
    const socket = pair(sys.SOCK_DGRAM);
    const batch = new DatagramBatch();
    while (batch.count < batch.capacity) batch.add(byte);
    for (;;) batch.send(socket);
  },
  eventFdTake: () => new EventFd(BLOCKING).take(),
  eventFdAdd() {
    const counter = new EventFd(BLOCKING);
    counter.add(2n ** 64n - 2n);
    counter.add();
  },
  eventFdAddMuch() {
    const counter = new EventFd({ ...BLOCKING, initial: 5 });
    counter.add(2n ** 64n - 2n);
  },
  timerFd: () => new TimerFd(BLOCKING).take(),
  signalFd: () => new SignalFd(["SIGWINCH"], BLOCKING).take(),
  inotify: () => new Inotify(BLOCKING).take(),
  pipeRead: () => new Pipe(BLOCKING).reader.read(byte),
  pipeWrite: () => new Pipe(BLOCKING).writer.write(bytes),
  pipeExactly: () => readExactlySync(new Pipe(BLOCKING).reader, byte),
  netlink: () => nonBlocking(() => new RouteMonitor()).read(),
  udpClient() {
    const server = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(LOOPBACK);
    kept.push(server);
    new UdpEchoClient(server.localAddress, { timeoutMs: 2 ** 30 }).askSync(byte);
  },
};

/** A worker that blocks in this call. */
async function blocked(kind) {
  const worker = new Worker(new URL(import.meta.url), { workerData: kind });
  worker.on("error", (error) => {
    console.log(`${kind} failed: ${String(error)}`);
  });
  const [task] = await once(worker, "message");
  await untilBlocked(task);
  return worker;
}

const ENDS = {
  async terminate(kinds) {
    for (const kind of kinds) {
      const worker = await blocked(kind);
      await worker.terminate();
      console.log(`${kind} ended`);
    }
  },
  async exit(kinds) {
    await Promise.all(kinds.map(blocked));
    process.on("exit", () => {
      for (const kind of kinds) console.log(`${kind} ended`);
    });
    process.exit(0);
  },
};

if (isMainThread) {
  const [, , end, ...kinds] = process.argv;
  await ENDS[end](kinds);
} else {
  parentPort.postMessage(readlinkSync("/proc/thread-self"));
  KINDS[workerData]();
  console.log(`${workerData} returned`);
}

/** Until the thread sleeps, again and again. */
async function untilBlocked(task) {
  for (let times = 0; times < 200;) {
    await new Promise((resolve) => setImmediate(resolve));
    const stat = readFileSync(`/proc/${task}/stat`, "latin1");
    times = /\) S /.test(stat) ? times + 1 : 0;
  }
}
