// Datagrams to a port where nobody listens: an unconnected socket is never told, a connected one gets
// ECONNREFUSED from its next call.
//
//   node udp_dead_server.js
import { Socket, isSystemError, sys } from "pollux";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const datagram = Buffer.from("is anybody there?");

const dead = open();
const nobody = dead.localAddress;
dead.close();
using living = open();
using socket = open();

socket.sendTo(datagram, nobody);
report("unconnected, after sendTo", () => socket.recv(Buffer.alloc(64)));

socket.connect(nobody);
socket.send(datagram);
report("connected, after send", () => socket.recv(Buffer.alloc(64)));
report("connected, once more", () => socket.recv(Buffer.alloc(64)));

socket.connect(living.localAddress);
report("connected to a living peer", () => socket.send(datagram));

socket.disconnect(); // connect(2) to AF_UNSPEC
report("dissolved, send", () => socket.send(datagram));
report("dissolved, sendTo", () => socket.sendTo(datagram, living.localAddress));

function open(): Socket {
  return Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(LOOPBACK);
}

function report(what: string, call: () => number | null): void {
  try {
    const result = call();
    console.log(`${what}: ${result === null ? "nothing, and no error" : `${result} bytes`}`);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    console.log(`${what}: ${error.code}`);
  }
}
