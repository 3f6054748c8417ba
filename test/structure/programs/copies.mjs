// node --no-warnings copies.mjs FOLDER: passes the objects of each exported class to a second copy of the package, which
// is made in FOLDER, and back. Prints a line for each class: "ok", or what has gone wrong.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import * as here from "../../../dist/lib/index.js";

const { Buffer, setImmediate } = globalThis;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
cpSync(join(ROOT, "dist"), join(folder, "dist"), { recursive: true });
cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
for (const name of ["build", "node_modules"]) symlinkSync(join(ROOT, name), join(folder, name));
const there = await import(pathToFileURL(join(folder, "dist/lib/index.js")).href);

const tick = () => new Promise(setImmediate);

function expect(condition, what) {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** All that takes a descriptor takes the object of the other copy. */
async function watched(one, two, make) {
  for (const name of one.MULTIPLEXERS) {
    const target = make(two);
    const mux = one.createMultiplexer(name);
    mux.add(target, one.READABLE, "data");
    expect(mux.has(target) && mux.get(target).data === "data", "has");
    mux.modify(target, one.READABLE | one.WRITABLE);
    mux.waitSync(0, () => {});
    await mux.wait(0, () => {});
    expect(mux.remove(target), "removed");
    mux.add(target, one.READABLE, "data");
    target.close();
    expect(mux.size === 0, "size is 0 after the close");
    mux.close();
  }
}

const socketOf = (two) => {
  const [first, second] = two.Socket.pair();
  second.close();
  return first;
};

/** A connection of `one` on what the other copy has made. */
async function served(one, reactor, [socket, peer], edge) {
  const errors = [];
  const log = [];
  const connection = new one.Connection(reactor, socket, {
    onData(self, buffer, offset, length) {
      self.write(buffer, offset, length);
      if (buffer[offset] === 0x21) throw new Error("mine");
    },
    onEnd: (self) => self.end(),
    onClose: (_self, error) => log.push(String(error)),
  });
  peer.send(Buffer.from("one"));
  for (let turn = 0; turn < 3; turn++) reactor.turnSync(0);
  peer.send(Buffer.from("two!"));
  for (let turn = 0; turn < 3; turn++) reactor.turnSync(0);
  const buffer = Buffer.alloc(100);
  const count = peer.recv(buffer);
  expect(buffer.toString("latin1", 0, count) === "onetwo!", `echo, edge: ${edge}`);
  peer.send(Buffer.from("!"));
  for (let turn = 0; turn < 3; turn++) reactor.turnSync(0);
  expect(log.join() === "Error: mine" && connection.closed, `closed: ${log.join()}`);
  peer.close();
  return errors;
}

/** A connection of `one` ends with the socket of the other copy: its number may soon be somebody else's. */
function ended(one, two, way) {
  for (const name of one.MULTIPLEXERS) {
    const reactor = new one.Reactor(one.createMultiplexer(name));
    const [socket, peer] = two.Socket.pair();
    const log = [];
    const protocol = {
      onData() {},
      onEnd() {},
      onClose: (_self, error) => log.push(String(error)),
    };
    const connection = new one.Connection(reactor, socket, protocol);
    const { fd } = socket;
    socket[way]();
    expect(
      connection.closed && log.join() === "null",
      `${way}: ${connection.closed}, ${log.join()}`,
    );
    expect(reactor.multiplexer.size === 0, `${way}: nothing is watched`);
    if (way === "detach") one.sys.close(fd); // still open
    peer.close();
    reactor.close();
  }
}

/**
 * Of two connections on one socket of the other copy, none goes on with a number that is somebody else's.
 *
 * @param second - the copy that makes the second connection
 */
function held(one, second, two) {
  for (const name of one.MULTIPLEXERS) {
    const reactors = [one, second].map((copy) => new copy.Reactor(copy.createMultiplexer(name)));
    const [socket, peer] = two.Socket.pair();
    const log = [];
    const protocol = (who) => ({
      onData() {},
      onEnd() {},
      onClose: (_self, error) => log.push(`${who} ${error}`),
    });
    const first = new one.Connection(reactors[0], socket, protocol("first"));
    let other = null;
    try {
      other = new second.Connection(reactors[1], socket, protocol("second"));
    } catch (error) {
      expect(second === one && error.code === "ERR_INVALID_ARG_VALUE", `${name}: ${String(error)}`);
      expect(!first.closed && !socket.closed, `${name}: the first one goes on`);
    }
    expect((other === null) === (second === one), `${name}: refused by the same copy only`);
    (other ?? socket).close();
    expect(first.closed && log.includes("first null"), `${name}: ${log.join()}`);
    for (const { multiplexer } of reactors) expect(multiplexer.size === 0, "nothing is watched");
    peer.close();
    for (const reactor of reactors) reactor.close();
  }
}

async function onReactor(one, two) {
  held(one, one, two);
  held(one, two, two);
  held(two, one, two);
  for (const way of ["close", "detach"]) ended(one, two, way);
  for (const edge of [false, true]) {
    const errors = [];
    const reactor = new two.Reactor(one.createMultiplexer("epoll", { edge }), {
      onError: (error) => errors.push(error.message),
    });
    await served(one, reactor, one.Socket.pair(), edge);
    await served(one, reactor, two.Socket.pair(), edge);
    expect(errors.join() === "mine,mine", `onError of the other copy: ${errors.join()}`);
    const listener = new one.Listener(
      reactor,
      { address: "127.0.0.1", port: 0 },
      { onConnection: () => Promise.reject(new Error("bad")) },
    );
    const client = two.Socket.open(two.sys.AF_INET, two.sys.SOCK_STREAM);
    client.connect(listener.address);
    reactor.turnSync(1000);
    await tick();
    expect(errors.at(-1) === "bad", "onError of a listener");
    client.close();
    listener.close();
    reactor.close();
  }
}

/** For each exported class, what its objects are used for by the other copy. */
const CASES = {
  Address(one, two) {
    const address = two.Address.parse("127.0.0.1:80");
    expect(one.Address.from(address).equals(address), "equals");
    const other = two.Address.parse("127.0.0.1:0");
    one.Socket.open(one.sys.AF_INET, one.sys.SOCK_STREAM).bind(other).close();
  },
  StructLayout(one, two) {
    const inner = two.struct({ index: "i32", rest: ["u8", 20] });
    const ifreq = one.struct({ name: ["char", 16], value: inner });
    const socket = one.Socket.open(one.sys.AF_INET, one.sys.SOCK_DGRAM);
    for (const { ioctlStruct, SIOCGIFINDEX } of [one.sys, two.sys])
      expect(
        ioctlStruct(socket.fd, SIOCGIFINDEX, ifreq, { name: "lo" }).value.index > 0,
        "ioctlStruct",
      );
    socket.close();
  },
  SystemError(one, two) {
    try {
      two.sys.close(-1);
    } catch (error) {
      expect(
        one.isSystemError(error, "EBADF") && !one.isSystemError(error, "EIO"),
        "isSystemError",
      );
    }
  },
  ResolveError(one, two) {
    const { name, code } = new two.ResolveError(two.sys.EAI_NONAME, "getaddrinfo");
    expect(name === "ResolveError" && code === "EAI_NONAME", "told by its name and code");
    const { code: same } = new one.ResolveError(one.sys.EAI_NONAME, "getaddrinfo");
    expect(code === same, "the same code");
  },
  DatagramBatch(one, two) {
    const [first, second] = one.Socket.pair(one.sys.SOCK_DGRAM);
    second.send(Buffer.from("x"));
    const batch = new two.DatagramBatch({ capacity: 2, slotSize: 10 });
    expect(batch.receive(first) === 1, "received");
    first.close();
    second.close();
  },
  ReceivedMessage(one, two) {
    const [first, second] = two.Socket.pair();
    second.sendMessage(Buffer.from("x"), {
      control: [{ type: "SCM_RIGHTS", descriptors: [second] }],
    });
    const message = first.recvMessage(Buffer.alloc(1), { control: ["SCM_RIGHTS"] });
    const [passed] = message.find("SCM_RIGHTS").descriptors;
    one.Socket.fromFd(passed.detach()).close();
    first.close();
    second.close();
  },
  Descriptor: (one, two) =>
    watched(one, two, ({ Descriptor, sys }) => new Descriptor(sys.eventfd(1))),
  EventFd: (one, two) => watched(one, two, ({ EventFd }) => new EventFd()),
  TimerFd: (one, two) => watched(one, two, ({ TimerFd }) => new TimerFd()),
  SignalFd: (one, two) => watched(one, two, ({ SignalFd }) => new SignalFd(["SIGUSR2"])),
  PidFd: (one, two) => watched(one, two, ({ PidFd }) => PidFd.open(process.pid)),
  Inotify: (one, two) => watched(one, two, ({ Inotify }) => new Inotify()),
  Waker: (one, two) => watched(one, two, ({ Waker }) => new Waker()),
  MemFd: (one, two) => watched(one, two, ({ MemFd }) => new MemFd("copies")),
  PipeReader: (one, two) => watched(one, two, ({ Pipe }) => new Pipe().reader),
  PipeWriter: (one, two) => watched(one, two, ({ Pipe }) => new Pipe().writer),
  NetlinkSocket: (one, two) => watched(one, two, ({ NetlinkSocket }) => new NetlinkSocket(0)),
  RouteSocket: (one, two) => watched(one, two, ({ RouteSocket }) => new RouteSocket()),
  RouteMonitor: (one, two) => watched(one, two, ({ RouteMonitor }) => new RouteMonitor()),
  EpollMultiplexer: (one, two) =>
    watched(one, two, ({ EpollMultiplexer }) => new EpollMultiplexer()),
  async Socket(one, two) {
    await watched(one, two, socketOf);
    const [first, second] = two.Socket.pair();
    one.writeAllSync(first, Buffer.from("abc"));
    await one.readExactly(second, Buffer.alloc(3));
    const waiting = one.readExactly(second, Buffer.alloc(3)).catch((error) => error);
    await tick();
    second.close();
    expect((await waiting) instanceof Error, "a close of the other copy ends the wait");
    first.close();
  },
  MessageSocket: (one, two) => watched(one, two, socketOf),
  Connection: onReactor,
  Listener: onReactor,
  Reactor: onReactor,
  EventManager: onManager,
  SelectMultiplexer: (one, two) => onMultiplexer(one, new two.SelectMultiplexer()),
  PollMultiplexer: (one, two) => onMultiplexer(one, new two.PollMultiplexer()),
};

/** A manager of `one` on what the other copy has made. */
async function onManager(one, two) {
  const manager = new one.EventManager({ multiplexer: new two.EpollMultiplexer() });
  const [here, there] = two.Socket.pair();
  const types = [];
  const connection = manager.wrap(here, (_, { type }) => types.push(type));
  new two.ManagerStream(connection).on("data", (chunk) => types.push(String(chunk)));
  there.send(Buffer.from("one"));
  manager.poll(1000);
  await tick();
  expect(types.join() === "open,one", `events and data: ${types.join()}`);
  const broadcaster = new two.Broadcaster(manager.wakeupAddress());
  connection.handler = (_, { type }) => types.push(type);
  broadcaster.broadcast("x");
  for (let turn = 0; turn < 3; turn++) manager.poll(0);
  expect(types.at(-1) === "wakeup", `broadcast: ${types.join()}`);
  manager.close();
  broadcaster.close();
  there.close();
}

function onMultiplexer(one, multiplexer) {
  const reactor = new one.Reactor(multiplexer);
  let ran = false;
  reactor.setTimer(0, () => (ran = true));
  reactor.turnSync(1000);
  expect(ran, "a timer ran");
  reactor.close();
}

/** Exported classes whose objects nothing takes. */
const TAKEN_BY_NOTHING = [
  ...["Broadcaster", "ChargenServer", "DaytimeServer", "DiscardServer", "EchoClient"],
  ...[
    "EchoServer",
    "EchoThread",
    "Handover",
    "ManagerStream",
    "NetworkBuffer",
    "Pipe",
    "ProcessPerConnection",
  ],
  ...["Relay", "SctpEchoServer", "StreamServer", "Supervisor", "TcpUdpEchoServer"],
  ...["Timer", "UdpEchoClient", "UdpEchoServer", "WorkerSlot"],
];

const isClass = (value) => typeof value === "function" && /^class\b/.test(String(value));

for (const name of Object.keys(here).filter((each) => isClass(here[each]))) {
  if (TAKEN_BY_NOTHING.includes(name)) continue;
  let outcome = "ok";
  try {
    await CASES[name](here, there);
    await CASES[name](there, here);
  } catch (error) {
    outcome = String(error?.stack);
  }
  console.log(JSON.stringify({ name, outcome }));
}

// Of another realm, or a package that has no `reason` and no `throwIfAborted`.
class Signal extends vm.runInNewContext("Object") {
  aborted = false;
  #listeners = new Set();
  addEventListener(_type, listener) {
    this.#listeners.add(listener);
  }
  removeEventListener(_type, listener) {
    this.#listeners.delete(listener);
  }
  abort() {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

const ABORTED = {
  wait: (signal) => here.createMultiplexer().wait({ signal }, () => {}),
  run: (signal) => new here.Reactor(here.createMultiplexer()).run({ signal }),
  readExactly: (signal) => here.readExactly(socketPair[0], Buffer.alloc(1), { signal }),
  EchoThread: async (signal) => {
    const thread = await here.EchoThread.start({ address: "127.0.0.1", port: 0 }, { signal });
    return thread.stopped;
  },
};
const socketPair = here.Socket.pair();
for (const [name, start] of Object.entries(ABORTED)) {
  const codes = [];
  for (const before of [true, false]) {
    const signal = new Signal();
    if (before) signal.abort();
    const ended = start(signal).catch(({ name: reason }) => reason);
    await tick();
    if (!before) setTimeout(() => signal.abort(), name === "EchoThread" ? 300 : 0);
    codes.push(await ended);
  }
  const outcome = codes.every((code) => code === "AbortError") ? "ok" : codes.join();
  console.log(JSON.stringify({ name: `AbortSignal: ${name}`, outcome }));
}
process.exit();
