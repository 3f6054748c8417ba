// What owns a descriptor, and what closes one that was forgotten.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import {
  Descriptor,
  EventFd,
  Inotify,
  MemFd,
  PidFd,
  Pipe,
  READABLE,
  SignalFd,
  Socket,
  TimerFd,
  createMultiplexer,
  isSystemError,
  sys,
} from "pollux";
import { about, collectGarbage, pause, test, until } from "./suite.mjs";

const code = (expected) => (error) => error.code === expected;

function isOpen(fd) {
  try {
    sys.fcntl(fd, sys.F_GETFD);
    return true;
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}

function isReadable({ closing }, target) {
  const mux = closing(createMultiplexer());
  mux.add(target, READABLE);
  return mux.waitSync(1000, () => undefined) === 1;
}

about("descriptors", () => {
  test("an EventFd counts", (t) => {
    const event = t.closing(new EventFd({ initial: 2 }));
    event.add(3n);
    assert.equal(event.take(), 5n);
    assert.equal(event.take(), null);
  });

  test("a TimerFd expires as often as its interval says", (t) => {
    const timer = t.closing(new TimerFd());
    timer.set({ valueNs: 1_000_000n, intervalNs: 1_000_000n });
    assert.ok(isReadable(t, timer));
    assert.ok(timer.take() >= 1n);
    timer.stop();
  });

  test("a blocking TimerFd waits for its time", (t) => {
    const timer = t.closing(new TimerFd({ blocking: true }));
    timer.set({ valueNs: 2_000_000n });
    assert.equal(timer.take(), 1n);
  });

  test("an Inotify tells of a new file", (t) => {
    const folder = mkdtempSync(join(tmpdir(), "pollux-smoke-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const inotify = t.closing(new Inotify());
    const wd = inotify.watch(folder, sys.IN_CREATE);
    writeFileSync(join(folder, "new"), "");
    assert.ok(isReadable(t, inotify));
    const [event] = inotify.take();
    assert.deepEqual([event.wd, String(event.name), event.mask], [wd, "new", sys.IN_CREATE]);
  });

  test("a MemFd can be sealed", (t) => {
    const file = t.closing(new MemFd("smoke", { sealing: true }));
    sys.write(file.fd, Buffer.from("x"));
    file.seal(sys.F_SEAL_WRITE);
    assert.throws(() => sys.write(file.fd, Buffer.from("x")), code("EPERM"));
  });

  test("a Pipe has two ends, and a capacity", (t) => {
    const pipe = t.closing(new Pipe());
    pipe.capacity = 8192;
    assert.equal(pipe.capacity, 8192);
    assert.equal(pipe.writer.write(Buffer.from("hello")), 5);
    assert.equal(pipe.reader.read(Buffer.alloc(8)), 5);
    assert.equal(pipe.reader.read(Buffer.alloc(8)), null);
  });

  test("a PidFd becomes readable when its process ends", async (t) => {
    const child = spawn("/bin/sh", ["-c", "read line; exit 3"], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    const ended = once(child, "exit");
    const process = t.closing(PidFd.open(child.pid));
    const mux = t.closing(createMultiplexer());
    mux.add(process, READABLE);
    assert.equal(
      mux.waitSync(0, () => undefined),
      0,
    );
    child.stdin.end("\n");
    assert.equal(await mux.wait(5000, () => undefined), 1);
    assert.deepEqual(await ended, [3, null]);
  });

  test("a PidFd sends a signal", async (t) => {
    const child = spawn("/bin/sh", ["-c", "read line"], { stdio: ["pipe", "ignore", "inherit"] });
    const ended = once(child, "exit");
    t.closing(PidFd.open(child.pid)).sendSignal("SIGKILL");
    assert.deepEqual(await ended, [null, "SIGKILL"]);
  });

  test("a SignalFd takes a signal that this process sends itself", (t) => {
    const signals = t.closing(new SignalFd(["SIGWINCH"]));
    const self = t.closing(PidFd.open(process.pid));
    self.sendSignal("SIGWINCH");
    // Another thread of the runtime may be faster: then the signal was ignored, as it is by default.
    const info = signals.take();
    if (info) assert.equal(info.signo, constants.signals.SIGWINCH);
  });

  test("close closes once, and the second time does nothing", () => {
    const event = new EventFd();
    const { fd } = event;
    event.close();
    event.close();
    assert.ok(!isOpen(fd));
    assert.throws(() => event.take(), code("EBADF"));
  });

  test("a Descriptor adopts a bare number", () => {
    const [fd, other] = sys.pipe2(sys.O_CLOEXEC);
    new Descriptor(fd).close();
    assert.ok(!isOpen(fd));
    sys.close(other);
  });

  test("whenGone is called when it is closed or given away", (t) => {
    const gone = [];
    const [here, there] = t.closing(...Socket.pair());
    here.whenGone(() => gone.push("here"));
    there.whenGone(() => gone.push("there"));
    here.close();
    sys.close(there.detach());
    assert.deepEqual(gone, ["here", "there"]);
  });

  test("Symbol.dispose closes", () => {
    const event = new EventFd();
    event[Symbol.dispose]();
    assert.equal(event.closed, true);
  });

  test("one that was forgotten is closed after a collection, with a warning", async (t) => {
    const warnings = [];
    const listen = (warning) => warnings.push(warning);
    process.on("warning", listen);
    t.after(() => process.off("warning", listen));
    const fds = (() => Array.from({ length: 20 }, () => new EventFd().fd))();
    await until(async () => {
      collectGarbage();
      await pause(1);
      return fds.filter(isOpen).length <= 2; // the stack may still show one or two
    });
    await until(() => warnings.some(({ code }) => code === "POLLUX_FORGOTTEN_DESCRIPTOR"));
  });

  test("a forgotten number that node:fs has by now is left alone", async () => {
    const fd = (() => {
      const { fd } = new EventFd();
      closeSync(fd);
      return openSync("/proc/self/exe", "r");
    })();
    for (let round = 0; round < 5; round++) {
      collectGarbage();
      await pause(1);
    }
    assert.ok(isOpen(fd));
    closeSync(fd);
  });
});
