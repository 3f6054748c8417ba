// A listener whose accept4(2) fails as strace has it; clients come all the time. Prints what it was told.
// accepting.mjs MULTIPLEXER EDGE UNTIL: how many errors or connections to wait for.
import { createMultiplexer, Listener, Reactor, Socket, sys } from "../../../dist/lib/index.js";

const [multiplexer, edge, until] = process.argv.slice(2);
const reactor = new Reactor(createMultiplexer(multiplexer, { edge: edge === "true" }));
const sockets = [];
const told = [];
let accepted = 0;
let turnedAway = 0;

const listener = new Listener(
  reactor,
  { address: "127.0.0.1", port: 0 },
  {
    onConnection(socket) {
      accepted++;
      sockets.push(socket);
    },
    onError: ({ code, syscall }) => told.push(`${syscall} ${code}`),
    onTurnedAway: () => turnedAway++,
  },
);
const { address } = listener;
const connect = () => {
  const socket = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  sockets.push(socket);
  socket.connect(address);
};
connect();
connect();
const before = process.cpuUsage();
const start = performance.now();
while (Math.max(told.length, accepted) < Number(until)) reactor.turnSync();
const { user, system } = process.cpuUsage(before);
const share = (user + system) / 1e3 / (performance.now() - start);
console.log(
  JSON.stringify({ told, accepted, watched: reactor.multiplexer.size, turnedAway, share }),
);
for (const socket of sockets) socket.close();
listener.close();
reactor.close();
