// The reactor, and the servers on it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import {
  Connection,
  EchoServer,
  EchoThread,
  Listener,
  MULTIPLEXERS,
  READABLE,
  Reactor,
  Socket,
  UdpEchoClient,
  UdpEchoServer,
  Waker,
  createMultiplexer,
} from "pollux";
import { about, pause, test } from "./suite.mjs";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

/** What a TCP client of the runtime's own gets back. */
async function ask({ port }, question) {
  const client = createConnection(port, "127.0.0.1");
  client.setEncoding("utf8");
  let text = "";
  client.on("data", (part) => (text += part));
  await once(client, "connect");
  client.end(question);
  await once(client, "close");
  return text;
}

for (const name of MULTIPLEXERS) {
  about(`${name} server`, () => {
    test("an EchoServer echoes while this thread does other things", async () => {
      const server = new EchoServer(LOOPBACK, { multiplexer: name });
      const running = server.run();
      assert.equal(await ask(server.address, "hello"), "hello");
      server.stop();
      const { connections, bytesIn, bytesOut, broken } = await running;
      assert.deepEqual(
        { connections, bytesIn, bytesOut, broken },
        {
          connections: 1,
          bytesIn: 5,
          bytesOut: 5,
          broken: 0,
        },
      );
    });

    test("an EchoServer serves 50 clients, and a mebibyte", async () => {
      const server = new EchoServer(LOOPBACK, { multiplexer: name, transform: "upper" });
      const running = server.run();
      const questions = Array.from({ length: 50 }, (_, index) => `question ${index} `);
      questions.push("x".repeat(1 << 20));
      const answers = await Promise.all(questions.map((question) => ask(server.address, question)));
      server.stop();
      await running;
      assert.ok(answers.every((answer, index) => answer === questions[index].toUpperCase()));
    });

    test("an EchoThread echoes, counts and stops", async () => {
      const server = await EchoThread.start(LOOPBACK, { multiplexer: name });
      assert.equal(await ask(server.address, "hello"), "hello");
      assert.equal((await server.totals()).bytesIn, 5);
      assert.equal((await server.stop()).connections, 1);
    });

    test("an EchoThread that waits can be terminated", async () => {
      const server = await EchoThread.start(LOOPBACK, { multiplexer: name });
      await server.terminate();
      await assert.rejects(server.stopped);
    });

    test("timers run in their order, and never early", async () => {
      const reactor = new Reactor(createMultiplexer(name));
      const order = [];
      const beganMs = performance.now();
      reactor.setTimer(8, () => order.push("second"));
      reactor.setTimer(4, () => order.push("first"));
      reactor.setTimer(6, () => order.push("never")).cancel();
      reactor.setTimer(10.5, () => reactor.stop());
      await reactor.run();
      assert.deepEqual(order, ["first", "second"]);
      assert.ok(performance.now() - beganMs >= 10.4);
      reactor.close();
    });

    test("runSync handles events until stop", (t) => {
      const reactor = t.closing(new Reactor(createMultiplexer(name)));
      const [here, there] = t.closing(...Socket.pair());
      let received = 0;
      reactor.add(here, READABLE, {
        onReady() {
          received += here.recv(Buffer.alloc(8)) ?? 0;
          if (received === 10) reactor.stop();
          else there.send(Buffer.from("hello"));
        },
      });
      there.send(Buffer.from("hello"));
      reactor.runSync();
      assert.equal(received, 10);
    });
  });
}

about("reactor", () => {
  test("a Connection offers again what was not used", (t) => {
    const reactor = t.closing(new Reactor(createMultiplexer()));
    const [here, there] = t.closing(...Socket.pair());
    const offered = [];
    new Connection(reactor, here, {
      onData(_connection, buffer, offset, length) {
        offered.push(Buffer.from(buffer).toString("latin1", offset, offset + length));
        return length >= 6 ? length : 0;
      },
      onEnd: (connection) => connection.end(),
    });
    for (const part of ["abc", "def"]) {
      there.send(Buffer.from(part));
      reactor.turnSync(1000);
    }
    assert.equal(offered.at(-1), "abcdef");
  });

  test("a Connection tells when more is queued than its peer reads", async (t) => {
    const reactor = t.closing(new Reactor(createMultiplexer()));
    const [here, there] = t.closing(...Socket.pair());
    let drained = 0;
    const connection = new Connection(reactor, here, {
      onData: () => undefined,
      onEnd: () => undefined,
      onDrain: () => drained++,
    });
    const chunk = Buffer.alloc(65_536);
    while (connection.write(chunk));
    assert.ok(connection.writableLength > 0);
    const buffer = Buffer.alloc(1 << 20);
    while (drained === 0) {
      there.recv(buffer);
      await reactor.turn(10);
    }
    assert.equal(drained, 1);
  });

  test("an error of a handler goes to onError, and the others still run", async (t) => {
    const errors = [];
    const options = { onError: (error) => errors.push(error) };
    const reactor = t.closing(new Reactor(createMultiplexer(), options));
    const thrown = new Error("thrown");
    const rejected = new Error("rejected");
    reactor.setTimer(0, () => {
      throw thrown;
    });
    reactor.setTimer(0, () => Promise.reject(rejected));
    reactor.setTimer(1, () => reactor.stop());
    await reactor.run();
    await pause(0);
    assert.deepEqual(errors, [thrown, rejected]);
  });

  test("a Listener hands out connections", async (t) => {
    const reactor = t.closing(new Reactor(createMultiplexer()));
    const accepted = [];
    const onConnection = (socket) => accepted.push(t.closing(socket));
    const listener = t.closing(new Listener(reactor, LOOPBACK, { onConnection }));
    const client = createConnection(listener.address.port, "127.0.0.1");
    await once(client, "connect");
    await reactor.turn(5000);
    assert.equal(accepted.length, 1);
    client.destroy();
  });

  test("an AbortSignal ends run with its reason", async (t) => {
    const reactor = t.closing(new Reactor(createMultiplexer()));
    const controller = new AbortController();
    const reason = new Error("aborted");
    setTimeout(() => controller.abort(reason), 5);
    await assert.rejects(reactor.run({ signal: controller.signal }), (error) => error === reason);
  });

  test("a Waker wakes the loop", async (t) => {
    const reactor = t.closing(new Reactor(createMultiplexer()));
    const waker = t.closing(new Waker());
    reactor.add(waker, READABLE, {
      onReady() {
        waker.take();
        reactor.stop();
      },
    });
    setTimeout(() => Waker.wake(waker.fd), 5);
    await reactor.run();
  });
});

about("UDP", () => {
  test("an echo server answers its client", async () => {
    const server = new UdpEchoServer(LOOPBACK);
    const running = server.run();
    const client = new UdpEchoClient(server.address);
    assert.equal(String(Buffer.from(await client.ask(Buffer.from("hello")))), "hello");
    client.close();
    server.stop();
    assert.equal((await running).datagrams, 1);
  });
});
