// Forgets an object of each exported class, or of those that are named, and prints what becomes of it: a line
// of JSON each. Runs with --expose-gc.
import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import * as pollux from "pollux";

const { Socket, sys } = pollux;
const LOOPBACK = { address: "127.0.0.1", port: 0 };
// Only where it is named.
const ON_SOME_KERNELS = "SctpEchoServer";
const listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM).bind(LOOPBACK).listen();
const manager = new pollux.EventManager({ multiplexer: "poll" });
manager.wakeupAddress();
const silent = { onData: () => undefined, onEnd: () => undefined };
const wait = (multiplexer) => {
  multiplexer.waitSync(1, () => undefined);
  return multiplexer;
};

/** What owns something outside JavaScript: makes one, which is then forgotten. */
const owners = {
  // Its manager serves on, and is not forgotten.
  Broadcaster: () => new pollux.Broadcaster(manager.wakeupAddress()),
  ChargenServer: () => new pollux.ChargenServer(LOOPBACK),
  Connection: () => {
    const [here, there] = Socket.pair();
    there.close();
    return new pollux.Connection(new pollux.Reactor(new pollux.PollMultiplexer()), here, silent);
  },
  DaytimeServer: () => new pollux.DaytimeServer(LOOPBACK),
  DatagramBatch: () => {
    const [here, there] = Socket.pair(sys.SOCK_DGRAM);
    const counter = new pollux.EventFd();
    here.sendMessage(Buffer.of(1), { control: [{ type: "SCM_RIGHTS", descriptors: [counter] }] });
    const batch = new pollux.DatagramBatch({ control: ["SCM_RIGHTS"] });
    batch.receive(there);
    for (const each of [counter, here, there]) each.close();
    return batch;
  },
  Descriptor: () => new pollux.Descriptor(sys.eventfd(0)),
  DiscardServer: () => new pollux.DiscardServer(LOOPBACK),
  EchoClient: () => new pollux.EchoClient(listening.localAddress),
  EchoServer: () => new pollux.EchoServer(LOOPBACK),
  // A running one serves, and is not forgotten.
  EchoThread: async () => {
    const thread = await pollux.EchoThread.start(LOOPBACK);
    await thread.stop();
    return thread;
  },
  EpollMultiplexer: () => wait(new pollux.EpollMultiplexer()),
  EventManager: () => new pollux.EventManager({ multiplexer: wait(new pollux.EpollMultiplexer()) }),
  EventFd: () => new pollux.EventFd(),
  Inotify: () => new pollux.Inotify(),
  Listener: () =>
    new pollux.Listener(new pollux.Reactor(new pollux.PollMultiplexer()), LOOPBACK, {
      onConnection: () => undefined,
    }),
  MemFd: () => new pollux.MemFd(),
  MessageSocket: () => new pollux.MessageSocket(sys.socket(sys.AF_UNIX, sys.SOCK_DGRAM)),
  NetlinkSocket: () => new pollux.NetlinkSocket(sys.NETLINK_ROUTE),
  PidFd: () => pollux.PidFd.open(process.pid),
  Pipe: () => new pollux.Pipe(),
  PipeReader: () => closeOther(new pollux.Pipe(), "writer").reader,
  PipeWriter: () => closeOther(new pollux.Pipe(), "reader").writer,
  PollMultiplexer: () => wait(new pollux.PollMultiplexer()),
  Reactor: () => new pollux.Reactor(wait(new pollux.EpollMultiplexer())),
  ReceivedMessage: () => {
    const counter = new pollux.EventFd();
    const [here, there] = Socket.pair();
    here.sendMessage(Buffer.of(1), { control: [{ type: "SCM_RIGHTS", descriptors: [counter] }] });
    const message = there.recvMessage(Buffer.alloc(1), { controlSize: 64 });
    for (const each of [counter, here, there]) each.close();
    return message;
  },
  RouteMonitor: () => new pollux.RouteMonitor(),
  RouteSocket: () => new pollux.RouteSocket(),
  [ON_SOME_KERNELS]: () =>
    new pollux.SctpEchoServer(new pollux.Reactor(new pollux.PollMultiplexer()), LOOPBACK),
  SelectMultiplexer: () => wait(new pollux.SelectMultiplexer()),
  SignalFd: () => new pollux.SignalFd(["SIGUSR2"]),
  Socket: () => Socket.open(sys.AF_UNIX, sys.SOCK_STREAM),
  StreamServer: () => new pollux.StreamServer(LOOPBACK, {}),
  TcpUdpEchoServer: () => new pollux.TcpUdpEchoServer(LOOPBACK),
  TimerFd: () => new pollux.TimerFd(),
  UdpEchoClient: () => new pollux.UdpEchoClient({ address: "127.0.0.1", port: 9 }),
  UdpEchoServer: () => new pollux.UdpEchoServer(LOOPBACK),
  Waker: () => new pollux.Waker(),
};

function closeOther(pipe, end) {
  pipe[end].close();
  return pipe;
}

const state = () => ({
  descriptors: readdirSync("/proc/self/fd").length,
  blocked: sys.pthreadSigmask(sys.SIG_BLOCK, new sys.SigSet([])).numbers().length,
});
const warnings = [];
process.on("warning", ({ message }) => warnings.push(message));

// What Node itself opens with the first line and the first warning.
process.stdout.write("\n");
process.emitWarning("first");
await setImmediate();
warnings.length = 0;

const named = process.argv.slice(2);
const chosen = Object.keys(owners).filter((name) =>
  named.length > 0 ? named.includes(name) : name !== ON_SOME_KERNELS,
);

for (const name of chosen) {
  wait(new pollux.PollMultiplexer()).close(); // what the first wait leaves open for the others
  const before = state();
  const weak = new WeakRef(await owners[name]());
  const during = state();
  for (let turns = 0; turns < 50; turns++) {
    await setImmediate();
    globalThis.gc();
    const after = state();
    const restored = after.descriptors === before.descriptors && after.blocked === before.blocked;
    if (restored && weak.deref() === undefined && turns > 4) break;
  }
  const said = warnings.splice(0).map((text) => text.replace(/\d+/g, "N"));
  const collected = weak.deref() === undefined;
  const opened = during.descriptors - before.descriptors;
  process.stdout.write(
    `${JSON.stringify({ name, opened, collected, before, after: state(), said })}\n`,
  );
}
