// CAN, VSOCK, and a clock that is set.
import { execFileSync } from "node:child_process";
import {
  PollMultiplexer,
  READABLE,
  Socket,
  TimerFd,
  connectSync,
  readExactlySync,
  sdNotify,
  sys,
} from "../../../dist/lib/index.js";

const facts = {};

{
  const open = () =>
    Socket.open(sys.AF_CAN, sys.SOCK_RAW, sys.CAN_RAW).bind({ family: "can", interface: "vcan0" });
  const sender = open();
  const all = open();
  const some = open();
  // struct can_filter { id, mask }: only identifier 0x123.
  some.setOption(sys.SOL_CAN_RAW, sys.CAN_RAW_FILTER, Uint32Array.of(0x123, 0x7ff));
  // struct can_frame: id, length of data, three bytes of padding, data.
  const frame = (id, data) => {
    const bytes = Buffer.alloc(16);
    new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = id;
    bytes[4] = data.length;
    bytes.set(data, 8);
    return bytes;
  };
  for (const id of [0x100, 0x123, 0x200]) sender.send(frame(id, Buffer.from(`id ${id}`)));
  const mux = new PollMultiplexer();
  mux.add(some, READABLE);
  const ready = mux.waitSync(30_000, () => undefined);
  const take = (socket) => {
    const ids = [];
    const buffer = Buffer.alloc(16);
    for (let got = socket.recvFrom(buffer); got; got = socket.recvFrom(buffer)) {
      const id = new Uint32Array(buffer.buffer, buffer.byteOffset, 1)[0];
      ids.push([id, buffer.toString("latin1", 8, 8 + buffer[4]), String(got.address)]);
    }
    return ids;
  };
  facts.can = {
    ready,
    all: take(all),
    some: take(some),
    sender: take(sender),
    name: String(all.localAddress),
  };
}

{
  const listener = Socket.open(sys.AF_VSOCK, sys.SOCK_STREAM);
  listener.bind({ family: "vsock", cid: sys.VMADDR_CID_LOCAL, port: sys.VMADDR_PORT_ANY }).listen();
  const client = Socket.open(sys.AF_VSOCK, sys.SOCK_STREAM);
  connectSync(client, listener.localAddress, { timeoutMs: 30_000 });
  const mux = new PollMultiplexer();
  mux.add(listener, READABLE);
  mux.waitSync(30_000, () => undefined);
  const server = listener.accept({ blocking: true });
  client.blocking = true;
  const buffer = Buffer.alloc(64);
  const transfer = (from, to, text) => {
    from.send(Buffer.from(text));
    return buffer.toString("latin1", 0, to.recv(buffer));
  };
  facts.vsock = {
    there: transfer(client, server, "ping"),
    back: transfer(server, client, "pong"),
    sameAddress: client.remoteAddress.equals(listener.localAddress),
    cid: client.remoteAddress.fields.cid === sys.VMADDR_CID_LOCAL,
  };
  client.shutdown(sys.SHUT_WR);
  facts.vsock.end = server.recv(buffer);
}

{
  // A manager on a host, as sdNotify() finds it: what it hears, from whom, and whether the end follows.
  const tell = (scheme, type, state) => {
    const manager = Socket.open(sys.AF_VSOCK, type);
    const any = { family: "vsock", cid: sys.VMADDR_CID_LOCAL, port: sys.VMADDR_PORT_ANY };
    const { port } = manager.bind(any).listen().localAddress.fields;
    const environment = { NOTIFY_SOCKET: `${scheme}:${sys.VMADDR_CID_LOCAL}:${port}` };
    const sent = sdNotify(state, { environment });
    const mux = new PollMultiplexer();
    mux.add(manager, READABLE);
    mux.waitSync(30_000, () => undefined);
    const { socket, address } = manager.acceptFrom({ blocking: true });
    const buffer = Buffer.alloc(100_000);
    const text = buffer.toString("latin1", 0, readExactlySync(socket, buffer));
    manager.close();
    return { sent, text, privileged: address.fields.port < 1024 };
  };
  const failure = (environment, options = {}) => {
    try {
      return sdNotify("READY=1", { environment, ...options });
    } catch ({ code, syscall }) {
      return { code, syscall };
    }
  };
  facts.notify = {
    any: tell("vsock", sys.SOCK_SEQPACKET, { READY: 1, STATUS: "open" }),
    seqpacket: tell("vsock-seqpacket", sys.SOCK_SEQPACKET, "STOPPING=1"),
    stream: tell("vsock-stream", sys.SOCK_STREAM, "WATCHDOG=1"),
    dgram: failure({ NOTIFY_SOCKET: "vsock-dgram:1:9" }),
    nobody: failure({ NOTIFY_SOCKET: "vsock:1:9" }),
    descriptors: failure({ NOTIFY_SOCKET: "vsock:1:9" }, { descriptors: [0] }),
  };
}

{
  const timer = new TimerFd({ clock: sys.CLOCK_REALTIME });
  const inAnHour = (BigInt(Date.now()) + 3_600_000n) * 1_000_000n;
  timer.set({ valueNs: inAnHour, absolute: true, cancelOnSet: true });
  const before = timer.take();
  execFileSync("date", ["--set", "2001-09-09 01:46:40"], { stdio: "ignore" });
  const mux = new PollMultiplexer();
  mux.add(timer, READABLE);
  const ready = mux.waitSync(30_000, () => undefined);
  try {
    timer.take();
  } catch ({ code, syscall }) {
    facts.clock = { before, ready, code, syscall };
  }
}

console.log(JSON.stringify(facts));
