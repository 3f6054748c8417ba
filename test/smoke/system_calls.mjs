// The system calls themselves, on the kernel's own structures.
import assert from "node:assert/strict";
import { SystemError, isSystemError, sys } from "pollux";
import { about, test } from "./suite.mjs";

const code = (expected) => (error) => error.code === expected;

function pipe({ after }, flags = sys.O_CLOEXEC) {
  const ends = sys.pipe2(flags);
  after(() => ends.forEach((fd) => isOpen(fd) && sys.close(fd)));
  return ends;
}

function isOpen(fd) {
  try {
    sys.fcntl(fd, sys.F_GETFD);
    return true;
  } catch (error) {
    if (isSystemError(error, "EBADF")) return false;
    throw error;
  }
}

about("sys", () => {
  test("what is written to a pipe is read from it", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    assert.equal(sys.write(writeEnd, Buffer.from("hello")), 5);
    const buffer = Buffer.alloc(8);
    assert.equal(sys.read(readEnd, buffer, 1), 5);
    assert.equal(buffer.toString("latin1"), "\0hello\0\0");
  });

  test("reading an empty pipe would block, which is null", (t) => {
    const [readEnd] = pipe(t, sys.O_NONBLOCK | sys.O_CLOEXEC);
    assert.equal(sys.read(readEnd, Buffer.alloc(8)), null);
  });

  test("the end of a pipe is 0", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    sys.close(writeEnd);
    assert.equal(sys.read(readEnd, Buffer.alloc(8)), 0);
  });

  test("readv and writev take several buffers", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    assert.equal(sys.writev(writeEnd, [Buffer.from("he"), Buffer.from("llo")]), 5);
    const parts = [Buffer.alloc(3), Buffer.alloc(3)];
    assert.equal(sys.readv(readEnd, parts), 5);
    assert.deepEqual(parts.map(String), ["hel", "lo\0"]);
  });

  test("a failed call is a SystemError in the shape of Node's own", () => {
    assert.throws(
      () => sys.close(1000),
      (error) => {
        assert.ok(error instanceof SystemError);
        const { code, errno, syscall } = error;
        assert.deepEqual(
          { code, errno, syscall },
          { code: "EBADF", errno: -sys.errno.EBADF, syscall: "close" },
        );
        return true;
      },
    );
  });

  test("a wrong type is a TypeError before the call", () => {
    assert.throws(() => sys.close("1"), TypeError);
    assert.throws(() => sys.write(1, "text"), TypeError);
    assert.throws(() => sys.read(0, Buffer.alloc(4), 5), RangeError);
  });

  test("fcntl reads and changes the flags of a descriptor", (t) => {
    const [readEnd] = pipe(t);
    assert.equal(sys.fcntl(readEnd, sys.F_GETFD), sys.FD_CLOEXEC);
    sys.fcntl(readEnd, sys.F_SETFL, sys.O_NONBLOCK);
    assert.ok(sys.fcntl(readEnd, sys.F_GETFL) & sys.O_NONBLOCK);
  });

  test("dup makes another number for the same file", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    const copy = sys.dup(readEnd);
    t.after(() => sys.close(copy));
    sys.write(writeEnd, Buffer.from("x"));
    assert.equal(sys.read(copy, Buffer.alloc(8)), 1);
  });

  test("poll fills the struct pollfd of the caller", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    const fds = new sys.PollFds(2);
    fds.set(0, readEnd, sys.POLLIN);
    fds.set(1, writeEnd, sys.POLLOUT);
    assert.equal(sys.poll(fds, 2, 0), 1);
    assert.deepEqual([fds.revents(0), fds.revents(1)], [0, sys.POLLOUT]);
    assert.equal(sys.ppoll(fds, 1, 1.5), 0);
  });

  test("select changes the sets of the caller", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    const readable = new sys.FdSet();
    const writable = new sys.FdSet();
    readable.set(readEnd);
    writable.set(writeEnd);
    const nfds = Math.max(readEnd, writeEnd) + 1;
    assert.equal(sys.select(nfds, readable, writable, null, 0), 1);
    assert.deepEqual([readable.isSet(readEnd), writable.isSet(writeEnd)], [false, true]);
  });

  test("epoll_wait and epoll_pwait2 fill the struct epoll_event of the caller", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    const epfd = sys.epollCreate1(sys.EPOLL_CLOEXEC);
    t.after(() => sys.close(epfd));
    const events = new sys.EpollEvents(4);
    sys.epollCtl(epfd, sys.EPOLL_CTL_ADD, readEnd, sys.EPOLLIN, 17);
    assert.equal(sys.epollWait(epfd, events, 0), 0);
    sys.write(writeEnd, Buffer.from("x"));
    assert.equal(sys.epollWait(epfd, events, -1), 1);
    assert.deepEqual([events.events(0), events.dataLow(0)], [sys.EPOLLIN, 17]);
    assert.equal(sys.epollPwait2(epfd, events, 0.5), 1);
  });

  test("splice moves bytes from pipe to pipe", (t) => {
    const [firstRead, firstWrite] = pipe(t);
    const [secondRead, secondWrite] = pipe(t);
    sys.write(firstWrite, Buffer.from("moved"));
    assert.equal(sys.splice(firstRead, null, secondWrite, null, 100), 5);
    const buffer = Buffer.alloc(5);
    sys.read(secondRead, buffer);
    assert.equal(String(buffer), "moved");
  });

  test("ioctl tells how many bytes wait", (t) => {
    const [readEnd, writeEnd] = pipe(t);
    sys.write(writeEnd, Buffer.alloc(12));
    assert.equal(sys.ioctlInt(readEnd, sys.FIONREAD), 12);
  });

  test("a ticket closes its own opening of a number, and no later one", () => {
    const [readEnd, writeEnd] = sys.pipe2(sys.O_CLOEXEC);
    const ticket = sys.own(readEnd);
    sys.close(readEnd);
    const again = sys.dup(writeEnd);
    assert.equal(again, readEnd);
    assert.throws(() => sys.closeOwned(readEnd, ticket), code("EBADF"));
    assert.ok(isOpen(again));
    sys.close(again);
    sys.close(writeEnd);
  });

  test("constants come from the headers of Linux", () => {
    const { AF_UNIX, EPOLLIN, POLLIN, SOCK_STREAM } = sys;
    assert.deepEqual([AF_UNIX, SOCK_STREAM, POLLIN, EPOLLIN], [1, 1, 1, 1]);
    assert.equal(sys.errno.EAGAIN, 11);
  });

  test("a buffer whose memory was transferred is refused", (t) => {
    const [readEnd] = pipe(t);
    const detached = new Uint8Array(8);
    globalThis.structuredClone(detached.buffer, { transfer: [detached.buffer] });
    assert.throws(() => sys.read(readEnd, detached, 0, 8), RangeError);
  });
});

about("the wait thread", () => {
  test("calls back on this thread when a descriptor is ready", async (t) => {
    const [readEnd, writeEnd] = pipe(t);
    const fds = new sys.PollFds(1);
    fds.set(0, readEnd, sys.POLLIN);
    await new Promise((resolve) => {
      const thread = sys.waitThreadCreate(resolve);
      t.after(() => sys.waitThreadClose(thread));
      sys.waitThreadRef(thread, true);
      sys.waitThreadPoll(thread, fds.bytes, 1, -1);
      setTimeout(() => sys.write(writeEnd, Buffer.from("x")), 5);
    });
  });

  test("can be closed while it waits", () => {
    const thread = sys.waitThreadCreate(() => assert.fail("nothing was ready"));
    sys.waitThreadPoll(thread, new sys.PollFds(1).bytes, 0, -1);
    sys.waitThreadClose(thread);
    assert.throws(() => sys.waitThreadCancel(thread), code("EBADF"));
  });
});

about("libuv", () => {
  test("no function of it is called where the runtime has none", () => {
    if (sys.HAS_LIBUV) assert.ok(sys.uvBackendFd() >= 0);
    else assert.equal(sys.uvBackendFd(), null);
    const [fd] = sys.pipe2(sys.O_CLOEXEC);
    try {
      const poll = sys.loopPollCreate(fd, () => undefined);
      assert.ok(sys.HAS_LIBUV);
      sys.loopPollClose(poll);
    } catch (error) {
      assert.ok(!sys.HAS_LIBUV && isSystemError(error, "ENOSYS"), error);
    }
  });
});
