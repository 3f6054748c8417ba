// A server without a free descriptor: the listener gives up one that it holds in reserve, accepts, and closes.
// The client learns that it is turned away; a level-triggered listener does not spin.
//
//   node out_of_descriptors.js [select | poll | epoll]
import { openSync, closeSync } from "node:fs";
import {
  Connection,
  Listener,
  MULTIPLEXERS,
  Reactor,
  Socket,
  createMultiplexer,
  isSystemError,
  sys,
} from "pollux";

const multiplexer = MULTIPLEXERS.find((known) => known === process.argv[2]) ?? "epoll";
using reactor = new Reactor(createMultiplexer(multiplexer));
let turnedAway = 0;
const silent = { onData: () => undefined, onEnd: (one: Connection) => one.end() };
using listener = new Listener(
  reactor,
  { address: "127.0.0.1", port: 0 },
  {
    onConnection: (socket) => new Connection(reactor, socket, silent),
    onTurnedAway: () => turnedAway++,
  },
);

using client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
reactor.turnSync(0); // opens what a wait needs
const taken = takeAll();
console.log("no descriptor is free");
client.connectSync(listener.address);
let turns = 0;
for (; turnedAway === 0; turns++) reactor.turnSync(1000);
closeAll(taken);
console.log(`${multiplexer}: turned away ${turnedAway} client in ${turns} turns`);

client.blocking = true;
console.log(`the client reads ${client.recv(new Uint8Array(1))}: the end`);
using next = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
next.connectSync(listener.address);
reactor.turnSync(1000);
console.log("the next one is served");

/** Opens /dev/null until nothing is free: EMFILE. Node has raised the limit as far as it may. */
function takeAll(): number[] {
  const fds: number[] = [];
  for (;;) {
    try {
      fds.push(openSync("/dev/null", "r"));
    } catch (error) {
      if (!isSystemError(error) && (error as { code?: string }).code !== "EMFILE") throw error;
      return fds;
    }
  }
}

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
