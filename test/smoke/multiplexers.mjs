// What the three multiplexers have in common, in its essentials. test/multiplexer/contract/ has all of it.
import assert from "node:assert/strict";
import { openSync, closeSync } from "node:fs";
import { MULTIPLEXERS, READABLE, Socket, WRITABLE, createMultiplexer } from "pollux";
import { about, pause, test } from "./suite.mjs";

const code = (expected) => (error) => error.code === expected;
const some = Buffer.from("some");

/** A multiplexer and a connected pair of sockets. */
function fixture({ closing }, name, options) {
  const mux = closing(createMultiplexer(name, options));
  const [here, there] = closing(...Socket.pair());
  const reported = [];
  const collect = (fd, events, data) => reported.push({ fd, events, data });
  return { mux, here, there, reported, collect };
}

function describeBlocking(name) {
  test("a blocking wait reports READABLE again until the bytes are read", (t) => {
    const { mux, here, there, reported, collect } = fixture(t, name);
    mux.add(here, READABLE, "data");
    there.send(some);
    mux.waitSync(1000, collect);
    mux.waitSync(1000, collect);
    here.recv(Buffer.alloc(8));
    assert.equal(mux.waitSync(0, collect), 0);
    const ready = { fd: here.fd, events: READABLE, data: "data" };
    assert.deepEqual(reported, [ready, ready]);
  });

  test("a blocking wait reports WRITABLE while there is room", (t) => {
    const { mux, here, reported, collect } = fixture(t, name);
    mux.add(here, WRITABLE);
    assert.equal(mux.waitSync(1000, collect), 1);
    while (here.send(Buffer.alloc(65_536)) !== null);
    assert.equal(mux.waitSync(0, collect), 0);
    assert.equal(reported[0].events, WRITABLE);
  });

  test("a blocking wait takes as long as was asked for", (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    const beganMs = performance.now();
    assert.equal(mux.waitSync(20.5, collect), 0);
    assert.ok(performance.now() - beganMs >= 20.4);
    assert.equal(mux.endedBy, "time");
  });

  test("modify changes what is reported", (t) => {
    const { mux, here, reported, collect } = fixture(t, name);
    mux.add(here, READABLE);
    mux.modify(here, WRITABLE);
    mux.waitSync(1000, collect);
    assert.equal(reported[0].events, WRITABLE);
    assert.deepEqual(
      [...mux],
      [{ fd: here.fd, target: here, interest: WRITABLE, data: undefined }],
    );
  });

  test("adding twice is EEXIST, modifying what is not watched ENOENT", (t) => {
    const { mux, here, there } = fixture(t, name);
    mux.add(here, READABLE);
    assert.throws(() => mux.add(here, WRITABLE), code("EEXIST"));
    assert.throws(() => mux.modify(there, READABLE), code("ENOENT"));
    assert.equal(mux.get(here).interest, READABLE);
    assert.equal(mux.size, 1);
  });

  test("a descriptor that is not open is EBADF", (t) => {
    const { mux } = fixture(t, name);
    assert.throws(() => mux.add(1000, READABLE), code("EBADF"));
    assert.equal(mux.size, 0);
  });

  test("remove stops watching, also a second time", (t) => {
    const { mux, here, there, collect } = fixture(t, name);
    mux.add(here, READABLE);
    there.send(some);
    assert.equal(mux.remove(here), true);
    assert.equal(mux.remove(here), false);
    assert.equal(mux.waitSync(0, collect), 0);
  });

  test("a descriptor that is closed while watched is dropped", (t) => {
    const { mux, here, there, collect } = fixture(t, name);
    mux.add(here, READABLE);
    mux.add(there, READABLE);
    here.close();
    assert.equal(mux.waitSync(1000, collect), 1); // the end of the stream
    assert.equal(mux.has(here), false);
  });

  test("a number that is reused gets no event of the file before it", (t) => {
    const { mux, here, there, reported, collect } = fixture(t, name);
    mux.add(here, READABLE, "old");
    there.send(some);
    const { fd } = here;
    here.close();
    const [again, peer] = t.closing(...Socket.pair());
    assert.ok([again.fd, peer.fd].includes(fd));
    mux.waitSync(0, collect);
    assert.deepEqual(reported, []);
  });

  test("the end of a stream is READABLE", (t) => {
    const { mux, here, there, reported, collect } = fixture(t, name);
    mux.add(here, READABLE);
    there.close();
    mux.waitSync(1000, collect);
    assert.ok(reported[0].events & READABLE);
    assert.equal(here.recv(Buffer.alloc(8)), 0);
  });

  test("a regular file is always ready", (t) => {
    const { mux, reported, collect } = fixture(t, name);
    const fd = openSync("/proc/self/exe", "r");
    t.after(() => closeSync(fd));
    mux.add(fd, READABLE);
    assert.equal(mux.waitSync(1000, collect), 1);
    mux.remove(fd);
    assert.equal(reported[0].fd, fd);
  });

  test("ten ready descriptors of a hundred are reported", (t) => {
    const { mux, collect, reported } = fixture(t, name);
    const pairs = Array.from({ length: 100 }, () => t.closing(...Socket.pair()));
    for (const [index, [here]] of pairs.entries()) mux.add(here, READABLE, index);
    for (let index = 0; index < 100; index += 10) pairs[index][1].send(some);
    assert.equal(mux.waitSync(1000, collect), 10);
    const found = reported.map(({ data }) => data).sort((a, b) => a - b);
    assert.deepEqual(
      found,
      Array.from({ length: 10 }, (_, index) => index * 10),
    );
  });

  test("when a handler throws, the next wait reports the rest", (t) => {
    const { mux, here, there, reported, collect } = fixture(t, name);
    mux.add(here, WRITABLE);
    mux.add(there, WRITABLE);
    const thrown = new Error("thrown");
    assert.throws(
      () =>
        mux.waitSync(1000, () => {
          throw thrown;
        }),
      (error) => error === thrown,
    );
    assert.ok(mux.waitSync(1000, collect) >= 1);
    assert.ok(reported.length >= 1);
  });
}

function describeAsynchronous(name) {
  test("wait leaves the thread free until something is ready", async (t) => {
    const { mux, here, there, reported, collect } = fixture(t, name);
    mux.add(here, READABLE, "data");
    setTimeout(() => there.send(some), 10);
    assert.equal(await mux.wait(5000, collect), 1);
    assert.deepEqual(reported, [{ fd: here.fd, events: READABLE, data: "data" }]);
    assert.equal(mux.endedBy, "ready");
  });

  test("wait takes as long as was asked for", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    const beganMs = performance.now();
    assert.equal(await mux.wait(20.5, collect), 0);
    assert.ok(performance.now() - beganMs >= 20.4);
  });

  test("wait is rejected with the reason of its AbortSignal", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    const controller = new AbortController();
    const reason = new Error("aborted");
    setTimeout(() => controller.abort(reason), 10);
    await assert.rejects(
      mux.wait({ signal: controller.signal }, collect),
      (error) => error === reason,
    );
    assert.equal(await mux.wait(0, collect), 0);
  });

  test("a descriptor that is added while a wait is pending ends it", async (t) => {
    const { mux, here, there, collect } = fixture(t, name);
    there.send(some);
    const waiting = mux.wait(5000, collect);
    setTimeout(() => mux.add(here, READABLE), 10);
    assert.equal(await waiting, 1);
  });

  test("interrupt ends a pending wait with 0", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    setTimeout(() => mux.interrupt(), 10);
    assert.equal(await mux.wait(undefined, collect), 0);
    assert.equal(mux.endedBy, "interrupt");
  });

  test("close ends a pending wait with 0", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    setTimeout(() => mux.close(), 10);
    assert.equal(await mux.wait(undefined, collect), 0);
    await assert.rejects(mux.wait(0, collect), code("ERR_INVALID_STATE"));
  });

  test("a second wait beside a pending one is rejected", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    const waiting = mux.wait(undefined, collect);
    await assert.rejects(mux.wait(0, collect), code("ERR_INVALID_STATE"));
    mux.interrupt();
    await waiting;
  });

  test("waitRepeatedly goes on until its callback returns null", async (t) => {
    const { mux, here, there } = fixture(t, name);
    mux.add(here, READABLE);
    let rounds = 0;
    const onReady = () => here.recv(Buffer.alloc(8));
    there.send(some);
    await mux.waitRepeatedly(5000, onReady, () => {
      rounds++;
      if (rounds < 3) there.send(some);
      return rounds < 3 ? 5000 : null;
    });
    assert.equal(rounds, 3);
  });

  test("for await goes from batch to batch until it is closed", async (t) => {
    const { mux, here, there } = fixture(t, name);
    mux.add(here, READABLE, "data");
    there.send(some);
    let batches = 0;
    for await (const [ready] of mux) {
      assert.deepEqual(ready, { fd: here.fd, target: here, events: READABLE, data: "data" });
      here.recv(Buffer.alloc(8));
      if (++batches === 3) mux.close();
      else there.send(some);
    }
    assert.equal(batches, 3);
  });

  test("blocking and asynchronous waits take turns", async (t) => {
    const { mux, here, there, collect } = fixture(t, name);
    mux.add(here, READABLE);
    for (let round = 0; round < 3; round++) {
      there.send(some);
      assert.equal(await mux.wait(5000, collect), 1);
      assert.equal(mux.waitSync(1000, collect), 1);
      here.recv(Buffer.alloc(8));
      assert.equal(mux.waitSync(0, collect), 0);
    }
  });

  test("timers of the runtime run while a wait is pending", async (t) => {
    const { mux, here, collect } = fixture(t, name);
    mux.add(here, READABLE);
    let ticks = 0;
    const waiting = mux.wait(5000, collect);
    while (ticks < 3) {
      await pause(1);
      ticks++;
    }
    mux.interrupt();
    assert.equal(await waiting, 0);
  });
}

for (const name of MULTIPLEXERS) {
  about(name, () => {
    describeBlocking(name);
    describeAsynchronous(name);
  });
}

about("epoll", () => {
  test("an edge is reported once", (t) => {
    const { mux, here, there, collect } = fixture(t, "epoll", { edge: true });
    mux.add(here, READABLE);
    there.send(some);
    assert.equal(mux.waitSync(1000, collect), 1);
    assert.equal(mux.waitSync(0, collect), 0);
    there.send(some);
    assert.equal(mux.waitSync(1000, collect), 1);
  });

  test("an edge that came before the wait ends an asynchronous one", async (t) => {
    const { mux, here, there, collect } = fixture(t, "epoll", { edge: true });
    mux.add(here, READABLE);
    there.send(some);
    assert.equal(await mux.wait(5000, collect), 1);
    assert.equal(await mux.wait(0, collect), 0);
  });

  test("a one-shot descriptor is reported once until modify", (t) => {
    const { mux, here, there, collect } = fixture(t, "epoll", { oneShot: true });
    mux.add(here, READABLE);
    there.send(some);
    assert.equal(mux.waitSync(1000, collect), 1);
    assert.equal(mux.waitSync(0, collect), 0);
    mux.modify(here, READABLE);
    assert.equal(mux.waitSync(1000, collect), 1);
  });
});

about("select", () => {
  test("a descriptor beyond FD_SETSIZE needs a capacity", (t) => {
    const [here] = t.closing(...Socket.pair());
    const small = t.closing(createMultiplexer("select", { capacity: 3 }));
    assert.throws(() => small.add(here, READABLE), code("ERR_OUT_OF_RANGE"));
    const large = t.closing(createMultiplexer("select", { capacity: 4096 }));
    large.add(here, WRITABLE);
    assert.equal(
      large.waitSync(1000, () => undefined),
      1,
    );
  });
});
