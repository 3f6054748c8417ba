// An echo server on a reactor, whose system calls strace makes fail. Each line of standard input is a
// command, which it answers with a line of JSON. serving.mjs MULTIPLEXER EDGE BLOCKING
import { writeSync } from "node:fs";
import {
  Connection,
  EventFd,
  Listener,
  READABLE,
  Reactor,
  Socket,
  WRITABLE,
  createMultiplexer,
  sys,
} from "../../../dist/lib/index.js";

const [multiplexer, edge, blocking] = process.argv.slice(2);
const nameOf = ({ syscall, code }) => (syscall === undefined ? code : `${syscall} ${code}`);
const newReport = () => ({ told: [], turnedAway: 0, broken: [], ended: [] });
let report = newReport();
const connections = new Set();

const onError = (error) => report.told.push(nameOf(error));
const reactor = new Reactor(createMultiplexer(multiplexer, { edge: edge === "true" }), { onError });

const protocol = {
  onData(connection, buffer, offset, length) {
    const text = Buffer.from(buffer).toString("latin1", offset, offset + length);
    connection.heard = (connection.heard ?? "") + text;
    if (text === "pause") connection.pause();
    else connection.write(buffer, offset, length);
  },
  onEnd(connection) {
    connection.end();
  },
  onClose(connection, error) {
    connections.delete(connection);
    if (error) report.broken.push({ why: nameOf(error), heard: connection.heard ?? "" });
  },
};

function listen() {
  const listener = new Listener(
    reactor,
    { address: "127.0.0.1", port: 0 },
    {
      onConnection: (socket) => connections.add(new Connection(reactor, socket, protocol)),
      onTurnedAway: () => report.turnedAway++,
    },
  );
  return listener.address.port;
}

function attempt(call) {
  try {
    return call() ?? null;
  } catch (error) {
    return nameOf(error);
  }
}

function connect(port, begun) {
  const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  const address = { address: "127.0.0.1", port };
  if (begun) socket.connect(address);
  const connectOnce = () => void socket.connectSync(address, { timeoutMs: 10_000 });
  const first = attempt(connectOnce);
  const second = first && attempt(connectOnce);
  socket.close();
  return { first, second };
}

/** What becomes of a descriptor when watching it, or what comes after that, fails. */
function watch(operation) {
  const counter = new EventFd();
  const mux = reactor.multiplexer;
  const steps = [
    () => mux.add(counter, READABLE),
    () => mux.modify(counter, WRITABLE),
    () => mux.remove(counter),
  ];
  const failing = ["EPOLL_CTL_ADD", "EPOLL_CTL_MOD", "EPOLL_CTL_DEL"].indexOf(operation);
  for (const step of steps.slice(0, failing)) step();
  const outcome = attempt(steps[failing]);
  const interest = mux.get(counter)?.interest ?? null;
  const second = attempt(steps[failing]);
  mux.remove(counter);
  counter.close();
  return { outcome, interest, second };
}

const commands = {
  listen,
  connect,
  watch,
  report() {
    const last = { ...report, watched: reactor.multiplexer.size };
    report = newReport();
    return last;
  },
  /** Writes to a connection by itself: the newest one. */
  write: (text) => [...connections].at(-1).write(Buffer.from(text)),
  /** Watches a number that is closed. */
  lose() {
    const fd = sys.eventfd();
    reactor.multiplexer.add(fd, READABLE);
    sys.close(fd);
  },
};

const input = Buffer.alloc(1000);
let isOver = false;
reactor.add(0, READABLE, {
  onReady() {
    const length = sys.read(0, input);
    isOver ||= length === 0;
    if (isOver) reactor.stop();
    for (const line of input.toString("latin1", 0, length).split("\n").filter(Boolean)) {
      const [name, ...args] = JSON.parse(line);
      writeSync(1, `${JSON.stringify(commands[name](...args) ?? null)}\n`);
    }
  },
});

while (!isOver) {
  try {
    if (blocking === "true") reactor.runSync();
    else await reactor.run();
  } catch (error) {
    report.ended.push(nameOf(error));
  }
}
process.exit();
