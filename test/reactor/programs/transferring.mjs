// node --harmony-rab-gsab-transfer transferring.mjs MULTIPLEXER EDGE WAY SIZE: one connection's handler takes the
// buffer away. Prints what another one, of the same batch, has echoed.
import { MessageChannel } from "node:worker_threads";
import { Connection, Reactor, Socket, createMultiplexer } from "../../../dist/lib/index.js";

const { Buffer, structuredClone } = globalThis;
const [, , multiplexer, edge, way, size] = process.argv;
const { port1 } = new MessageChannel();

const WAYS = {
  transfer: (buffer) => buffer.buffer.transfer(),
  structuredClone: (buffer) => structuredClone(buffer, { transfer: [buffer.buffer] }),
  postMessage: (buffer) => port1.postMessage(buffer, [buffer.buffer]),
};

const reactor = new Reactor(createMultiplexer(multiplexer, { edge: edge === "true" }), {
  onError: () => {},
});

function serve(onData) {
  const [here, peer] = Socket.pair();
  new Connection(reactor, here, { onData, onEnd: (connection) => connection.end() });
  return peer;
}

let calls = 0;
const bad = serve((_connection, buffer, _offset, length) => {
  if (++calls > 2) WAYS[way](buffer);
  return length;
});
const others = [1, 2, 3].map(() =>
  serve((connection, buffer, offset, length) => {
    connection.write(buffer, offset, length);
    return length;
  }),
);
const echoed = others.map(() => "");
for (let round = 0; round < 6; round++) {
  try {
    bad.send(Buffer.alloc(Number(size), "x"));
  } catch (error) {
    if (error.code !== "EPIPE") throw error; // its handler has failed, and it is closed
  }
  for (const peer of others) peer.send(Buffer.from(`${round}`));
  for (let turn = 0; turn < 3; turn++) reactor.turnSync(0);
  const buffer = Buffer.alloc(100);
  others.forEach((peer, index) => {
    echoed[index] += buffer.toString("latin1", 0, peer.recv(buffer) ?? 0);
  });
}
console.log(echoed.join(" "), calls > 2);
process.exit();
