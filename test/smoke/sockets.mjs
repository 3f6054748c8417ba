// Sockets, addresses, options and messages.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { existsSync, rmSync } from "node:fs";
import {
  Address,
  DatagramBatch,
  OPTIONS,
  Socket,
  bytesReadable,
  connect,
  connectSync,
  createConnection,
  createConnectionSync,
  createServer,
  interfaces,
  isCloseOnExec,
  openSctp,
  readExactly,
  readExactlySync,
  resolve,
  resolveSync,
  sys,
  writeAll,
  writeAllSync,
} from "pollux";
import { about, test } from "./suite.mjs";

const LOOPBACK = { address: "127.0.0.1", port: 0 };
const code = (expected) => (error) => error.code === expected;

function listening({ closing }, family = sys.AF_INET, address = LOOPBACK, options = {}) {
  return closing(Socket.open(family, sys.SOCK_STREAM, 0, options).bind(address).listen());
}

function datagrams({ closing }) {
  const socket = closing(Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind(LOOPBACK));
  return socket;
}

about("Socket", () => {
  test("connects, sends and receives over TCP", async (t) => {
    const listener = listening(t);
    const client = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    await connect(client, listener.localAddress, { timeoutMs: 5000 });
    const server = t.closing(listener.accept());
    assert.equal(String(server.remoteAddress), String(client.localAddress));
    await writeAll(client, Buffer.from("hello"));
    const buffer = Buffer.alloc(5);
    await readExactly(server, buffer);
    assert.equal(String(buffer), "hello");
  });

  test("connects over IPv6", (t) => {
    const listener = listening(t, sys.AF_INET6, { address: "::1", port: 0 });
    const client = t.closing(Socket.open(sys.AF_INET6, sys.SOCK_STREAM));
    connectSync(client, listener.localAddress, { timeoutMs: 5000 });
    assert.equal(client.remoteAddress.address, "::1");
  });

  test("listens on an abstract name", (t) => {
    const name = { path: `\0pollux-smoke-${process.pid}` };
    listening(t, sys.AF_UNIX, name);
    const client = t.closing(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    assert.equal(client.connect(name), true);
  });

  test("replaces the file that a dead server left, and no other", (t) => {
    const path = join(tmpdir(), `pollux-smoke-${process.pid}`);
    t.after(() => existsSync(path) && rmSync(path));
    const server = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind({ path }).listen();
    const other = t.closing(Socket.open(sys.AF_UNIX, sys.SOCK_STREAM));
    assert.throws(() => other.bind({ path }, { unlinkStale: true }), code("EADDRINUSE"));
    server.close();
    other.bind({ path }, { unlinkStale: true });
  });

  test("accept is null while nobody connects", (t) => {
    assert.equal(listening(t).accept(), null);
  });

  test("a refused connection is ECONNREFUSED with its address", async (t) => {
    const { localAddress } = datagrams(t); // no TCP socket listens on its port
    const client = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    await assert.rejects(connect(client, localAddress), (error) => {
      assert.deepEqual(
        [error.code, error.syscall, error.address, error.port],
        ["ECONNREFUSED", "connect", "127.0.0.1", localAddress.port],
      );
      return true;
    });
  });

  test("an address that is in use is EADDRINUSE, with the message of Node", (t) => {
    const { localAddress } = listening(t);
    const other = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    assert.throws(() => other.bind(localAddress), {
      code: "EADDRINUSE",
      message: `bind EADDRINUSE ${String(localAddress)}`,
    });
  });

  test("sending to a peer that has left is EPIPE, without a signal", (t) => {
    const [here, there] = t.closing(...Socket.pair());
    there.close();
    assert.throws(() => here.send(Buffer.from("x")), code("EPIPE"));
  });

  test("shutdown ends one direction", (t) => {
    const [here, there] = t.closing(...Socket.pair());
    here.shutdown(sys.SHUT_WR);
    assert.equal(there.recv(Buffer.alloc(8)), 0);
    there.send(Buffer.from("back"));
    assert.equal(here.recv(Buffer.alloc(8)), 4);
  });

  test("a blocking socket waits for its data", (t) => {
    const [here, there] = t.closing(...Socket.pair(sys.SOCK_STREAM, { blocking: true }));
    here.setOption("SO_RCVTIMEO", { sec: 0, usec: 10_000 });
    assert.equal(here.recv(Buffer.alloc(8)), null);
    there.send(Buffer.from("hello"));
    assert.equal(here.recv(Buffer.alloc(8)), 5);
  });

  test("detach gives the descriptor away, fromFd adopts it", (t) => {
    const [here, there] = Socket.pair();
    t.closing(there);
    const adopted = t.closing(Socket.fromFd(here.detach()));
    assert.equal(here.closed, true);
    there.send(Buffer.from("x"));
    assert.equal(bytesReadable(adopted), 1);
    assert.equal(isCloseOnExec(adopted), true);
  });

  test("recvFrom and sendTo carry the address of a datagram", (t) => {
    const one = datagrams(t);
    const two = datagrams(t);
    one.sendTo(Buffer.from("hello"), two.localAddress);
    const { size, address } = two.recvFrom(Buffer.alloc(8));
    assert.deepEqual([size, String(address)], [5, String(one.localAddress)]);
  });

  test("exact transfers end with ETIMEDOUT, and tell how far they came", async (t) => {
    const [here, there] = t.closing(...Socket.pair());
    writeAllSync(there, Buffer.from("abc"));
    let transferred = 0;
    const onProgress = (count) => (transferred = count);
    await assert.rejects(
      readExactly(here, Buffer.alloc(8), { timeoutMs: 10, onProgress }),
      code("ETIMEDOUT"),
    );
    assert.equal(transferred, 3);
  });

  test("an exact transfer of a mebibyte takes as many calls as it needs", async (t) => {
    const [here, there] = t.closing(...Socket.pair());
    const sent = Buffer.alloc(1 << 20, "pollux");
    const received = Buffer.alloc(sent.length);
    await Promise.all([writeAll(here, sent), readExactly(there, received)]);
    assert.ok(received.equals(sent));
  });

  test("an abort ends an exact transfer with its reason", async (t) => {
    const [here] = t.closing(...Socket.pair());
    const controller = new AbortController();
    const reason = new Error("aborted");
    setTimeout(() => controller.abort(reason), 10);
    await assert.rejects(
      readExactly(here, Buffer.alloc(8), { signal: controller.signal }),
      (error) => error === reason,
    );
  });

  test("SCTP is there, or is an error of its own", (t) => {
    try {
      t.closing(openSctp(sys.AF_INET, sys.SOCK_STREAM));
    } catch (error) {
      assert.equal(error.code, "EPROTONOSUPPORT");
    }
  });
});

about("options", () => {
  test("have their C names and types", (t) => {
    const socket = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    socket.setOption("SO_REUSEADDR", true).setOption("SO_LINGER", { onoff: true, linger: 5 });
    assert.equal(socket.getOption("SO_REUSEADDR"), true);
    assert.deepEqual(socket.getOption("SO_LINGER"), { onoff: true, linger: 5 });
    socket.setOption("SO_LINGER", { onoff: false, linger: 0 });
  });

  test("TCP_INFO is a structure", (t) => {
    const socket = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    const { snd_cwnd, state } = socket.getOption("TCP_INFO");
    assert.equal(typeof snd_cwnd, "number");
    assert.equal(typeof state, "number");
  });

  test("can be set by number as well", (t) => {
    const socket = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    socket.setOption(sys.IPPROTO_TCP, sys.TCP_NODELAY, 1);
    assert.equal(socket.getOption("TCP_NODELAY"), true);
  });

  test("take no value of a wrong type", (t) => {
    const socket = t.closing(Socket.open(sys.AF_INET, sys.SOCK_STREAM));
    assert.throws(() => socket.setOption("SO_REUSEADDR", 1), TypeError);
    assert.throws(() => socket.setOption("SO_NONE", true), TypeError);
  });

  test("there are more than 300", () => {
    assert.ok(Object.keys(OPTIONS).length > 300);
  });
});

about("Address", () => {
  for (const text of ["127.0.0.1:80", "[::1]:80", "@name", "vsock:2:1024"]) {
    test(`${text} is read as it is written`, () => {
      assert.equal(String(Address.parse(text)), text);
    });
  }

  test("names an interface", () => {
    assert.equal(Address.parse("[fe80::1%lo]:80").scopeId, 1);
  });

  test("interfaces come over netlink", () => {
    const loopback = interfaces().find(({ name }) => name === "lo");
    assert.equal(loopback.index, 1);
  });
});

about("messages", () => {
  test("carry descriptors, which are owned and close-on-exec", (t) => {
    const [here, there] = t.closing(...Socket.pair(sys.SOCK_DGRAM));
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC);
    there.sendMessage(Buffer.from("take"), {
      control: [{ type: "SCM_RIGHTS", descriptors: [readEnd] }],
    });
    sys.close(readEnd);
    const message = t.closing(here.recvMessage(Buffer.alloc(8), { control: ["SCM_RIGHTS"] }));
    const [descriptor] = message.descriptors;
    assert.equal(isCloseOnExec(descriptor), true);
    sys.write(writeEnd, Buffer.from("x"));
    sys.close(writeEnd);
    assert.equal(sys.read(descriptor.fd, Buffer.alloc(8)), 1);
    message.close();
    assert.equal(descriptor.closed, true);
  });

  test("a descriptor that nobody asks for is closed", (t) => {
    const [here, there] = t.closing(...Socket.pair(sys.SOCK_DGRAM));
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC | sys.O_NONBLOCK);
    const control = [{ type: "SCM_RIGHTS", descriptors: [readEnd] }];
    there.sendMessage(Buffer.from("take"), { control });
    sys.close(readEnd);
    here.recvMessage(Buffer.alloc(8), { control: ["SCM_RIGHTS"] });
    here.recvMessage(Buffer.alloc(8));
    // Ignored by default in every runtime: the last reader has gone.
    assert.throws(() => sys.write(writeEnd, Buffer.from("x")), code("EPIPE"));
    sys.close(writeEnd);
  });

  test("carry the credentials of the sender", (t) => {
    const [here, there] = t.closing(...Socket.pair(sys.SOCK_DGRAM));
    here.setOption("SO_PASSCRED", true);
    there.send(Buffer.from("it is me"));
    const message = t.closing(here.recvMessage(Buffer.alloc(8), { control: ["SCM_CREDENTIALS"] }));
    assert.equal(message.find("SCM_CREDENTIALS").pid, process.pid);
  });

  test("carry what the kernel knows of a packet", (t) => {
    const socket = datagrams(t);
    socket.setOption("IP_PKTINFO", true).setOption("IP_RECVTTL", true);
    socket.sendTo(Buffer.from("x"), socket.localAddress);
    const message = socket.recvMessage(Buffer.alloc(8), { control: ["IP_PKTINFO", "IP_TTL"] });
    assert.equal(message.find("IP_PKTINFO").addr, "127.0.0.1");
    assert.equal(message.find("IP_TTL").value, 64);
  });

  test("say when the bytes were more than the buffer", (t) => {
    const [here, there] = t.closing(...Socket.pair(sys.SOCK_DGRAM));
    there.send(Buffer.from("longer"));
    const message = here.recvMessage(Buffer.alloc(3));
    assert.deepEqual([message.size, message.truncated], [3, true]);
  });

  test("many go in one call", (t) => {
    const socket = datagrams(t);
    for (let index = 0; index < 20; index++) {
      socket.sendTo(Buffer.from([index]), socket.localAddress);
    }
    const batch = t.closing({ batch: new DatagramBatch({ capacity: 32 }), close() {} }).batch;
    assert.equal(batch.receive(socket), 20);
    assert.equal(batch.data(19)[0], 19);
    assert.equal(batch.send(socket), 20);
  });

  test("an exact transfer of both ends blocks until all is there", (t) => {
    const [here, there] = t.closing(...Socket.pair());
    writeAllSync(there, Buffer.from("hello"));
    const buffer = Buffer.alloc(5);
    readExactlySync(here, buffer, { timeoutMs: 5000 });
    assert.equal(String(buffer), "hello");
  });
});

about("names", () => {
  test("are reached, waiting and blocking", async (t) => {
    const server = t.closing(createServer("localhost:0"));
    const { port } = server.localAddress;

    const one = t.closing(await createConnection({ host: "localhost", port }));
    const two = t.closing(createConnectionSync(`localhost:${port}`));

    assert.equal(one.remoteAddress.port, port);
    assert.equal(two.remoteAddress.port, port);
  });

  test("that nobody knows are an error of getaddrinfo, waiting and blocking", async () => {
    const isCalledSo = ({ name, code }) => name === "ResolveError" && code.startsWith("EAI_");

    await assert.rejects(resolve("nowhere.invalid:80"), isCalledSo);
    assert.throws(() => resolveSync("nowhere.invalid:80"), isCalledSo);
    assert.throws(() => sys.getaddrinfo("nowhere.invalid"), isCalledSo);
  });
});
