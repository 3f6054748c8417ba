import { mkdtempSync, readFileSync, rmSync, writeFileSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { closeAtEnd, completions, hasIoUring, openRing, type Ring } from "./io_uring_rings.ts";
import { runScript } from "./processes.ts";
import { NOT_OPEN, opened, openPair, openPipe } from "./support.ts";

const { ECANCELED, ETIME, EBADF, EAGAIN } = sys.errno;
const WAIT = sys.IORING_ENTER_GETEVENTS;
const failure = (code: string, syscall: string) =>
  expect.objectContaining({ name: "SystemError", code, syscall }) as Error;
const outOfRange = expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }) as Error;

/** Hands over all that is prepared, and waits for as many completions. */
function finish(ring: Ring, count: number): { userData: number; res: number }[] {
  sys.ioUringEnter(ring.ring, count, count, WAIT);
  return completions(ring);
}

function text({ ring }: Ring, offset: number, length: number): string {
  const bytes = Buffer.alloc(length);
  sys.ioUringBufferRead(ring, bytes, offset);
  return bytes.toString();
}

afterEach(closeAtEnd);

describe.runIf(hasIoUring)("io_uring_setup(2)", () => {
  it("opens a ring that is close-on-exec, with the sizes that the kernel chose", () => {
    const { ring, params } = openRing({ entries: 5, bufferSize: 1 });

    expect([params.sqEntries, params.cqEntries]).toEqual([8, 16]);
    expect(sys.fcntl(sys.ioUringFd(ring), sys.F_GETFD)).toBe(sys.FD_CLOEXEC);
    sys.ioUringBufferWrite(ring, new Uint8Array(4096), 0); // a whole page
  });

  it("takes a size of the completion queue", () => {
    const { params } = openRing({ entries: 2, flags: sys.IORING_SETUP_CQSIZE, cqEntries: 64 });

    expect([params.sqEntries, params.cqEntries]).toEqual([2, 64]);
  });

  it("fails with EINVAL without entries, and opens nothing", () => {
    expect(() => sys.ioUringSetup(0, new sys.IoUringParams())).toThrow(
      failure("EINVAL", "io_uring_setup"),
    );
  });

  // IOPOLL, SQPOLL, SQ_AFF, ATTACH_WQ, R_DISABLED, SQE128, CQE32, NO_MMAP, REGISTERED_FD_ONLY, NO_SQARRAY
  it.each([0, 1, 2, 5, 6, 10, 11, 14, 15, 16])("refuses flag 1 << %i", (bit) => {
    expect(() => sys.ioUringSetup(1, new sys.IoUringParams(2 ** bit))).toThrow(outOfRange);
  });
});

describe.runIf(hasIoUring)("io_uring_enter(2)", () => {
  it("completes requests in any number with one call, each with its own data", () => {
    const ring = openRing();
    const data = [0, 7, 2 ** 32, 2 ** 53 - 1];
    for (const each of data) sys.ioUringPrepNop(ring.ring, each);

    expect(finish(ring, 4)).toEqual(data.map((userData) => ({ userData, res: 0 })));
    expect(completions(ring)).toEqual([]);
  });

  it("takes as many requests as it is told to, the oldest first", () => {
    const ring = openRing();
    for (const each of [1, 2, 3]) sys.ioUringPrepNop(ring.ring, each);

    expect(sys.ioUringEnter(ring.ring, 2, 2, WAIT)).toBe(2);
    expect(completions(ring).map(({ userData }) => userData)).toEqual([1, 2]);
    expect(sys.ioUringEnter(ring.ring, 9, 1, WAIT)).toBe(1);
    expect(completions(ring).map(({ userData }) => userData)).toEqual([3]);
  });

  it("loses no completion where the queue has no room for it", () => {
    const ring = openRing({ entries: 1, flags: sys.IORING_SETUP_CQSIZE, cqEntries: 2 });
    for (let each = 0; each < 5; each++) {
      sys.ioUringPrepNop(ring.ring, each);
      sys.ioUringEnter(ring.ring, 1);
    }

    const found = [];
    while (found.length < 5) {
      sys.ioUringEnter(ring.ring, 0, 1, WAIT);
      found.push(...completions(ring).map(({ userData }) => userData));
    }
    expect(found).toEqual([0, 1, 2, 3, 4]);
  });

  // EXT_ARG, REGISTERED_RING, and others: the kernel would take a number for something else.
  it.each([1, 2, 3, 4, 5, 6])("refuses flag 1 << %i", (bit) => {
    const { ring } = openRing();

    expect(() => sys.ioUringEnter(ring, 0, 0, 2 ** bit)).toThrow(outOfRange);
  });

  it("has a descriptor that is readable while there are completions", () => {
    const ring = openRing();
    const fds = new sys.PollFds(1);
    fds.set(0, sys.ioUringFd(ring.ring), sys.POLLIN);
    const before = sys.poll(fds, 1, 0);
    sys.ioUringPrepNop(ring.ring, 1);
    sys.ioUringEnter(ring.ring, 1);

    expect([before, sys.poll(fds, 1, -1)]).toEqual([0, 1]);
    completions(ring);
    expect(sys.poll(fds, 1, 0)).toBe(0);
  });
});

describe.runIf(hasIoUring)("requests", () => {
  it("recv when something arrives, and not before", () => {
    const ring = openRing();
    const [here, there] = openPair();
    sys.ioUringPrepRecv(ring.ring, here, 10, 20, 0, 1);
    sys.ioUringEnter(ring.ring, 1);
    const before = completions(ring);

    sys.send(there, Buffer.from("hello"));

    expect(before).toEqual([]);
    sys.ioUringEnter(ring.ring, 0, 1, WAIT);
    expect(completions(ring)).toEqual([{ userData: 1, res: 5 }]);
    expect(text(ring, 10, 5)).toBe("hello");
  });

  it("recv at once with MSG_DONTWAIT, with -EAGAIN", () => {
    const ring = openRing();
    const [here] = openPair();
    sys.ioUringPrepRecv(ring.ring, here, 0, 1, sys.MSG_DONTWAIT, 1);

    expect(finish(ring, 1)).toEqual([{ userData: 1, res: -EAGAIN }]);
  });

  it("send the bytes of the buffer", () => {
    const ring = openRing();
    const [here, there] = openPair();
    sys.ioUringBufferWrite(ring.ring, Buffer.from("say hello"), 0);
    sys.ioUringPrepSend(ring.ring, here, 4, 5, 0, 1);

    expect(finish(ring, 1)).toEqual([{ userData: 1, res: 5 }]);
    const received = Buffer.alloc(9);
    expect(received.toString("latin1", 0, sys.recv(there, received)!)).toBe("hello");
  });

  it("read a file at an offset, or at its position, and a pipe", () => {
    const directory = mkdtempSync(join(tmpdir(), "pollux-uring-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true });
    });
    writeFileSync(join(directory, "file"), "0123456789");
    const file = opened(openSync(join(directory, "file"), "r"));
    const [readEnd, writeEnd] = openPipe();
    const ring = openRing();
    sys.write(writeEnd, Buffer.from("pipe"));
    sys.ioUringPrepRead(ring.ring, file, 0, 3, 5, 1);
    sys.ioUringPrepRead(ring.ring, readEnd, 10, 10, -1, 2);
    sys.ioUringPrepRead(ring.ring, file, 20, 2, -1, 3);

    const found = finish(ring, 3).sort((one, other) => one.userData - other.userData);
    expect(found.map(({ res }) => res)).toEqual([3, 4, 2]);
    expect([text(ring, 0, 3), text(ring, 10, 4), text(ring, 20, 2)]).toEqual(["567", "pipe", "01"]);
  });

  it("tell when a descriptor is ready, and what for", () => {
    const ring = openRing();
    const [readEnd, writeEnd] = openPipe();
    sys.ioUringPrepPollAdd(ring.ring, readEnd, sys.POLLIN, 1);
    sys.ioUringPrepPollAdd(ring.ring, writeEnd, sys.POLLOUT, 2);

    sys.ioUringEnter(ring.ring, 2, 1, WAIT);

    expect(completions(ring)).toEqual([{ userData: 2, res: sys.POLLOUT }]);
    sys.write(writeEnd, Buffer.from("x"));
    sys.ioUringEnter(ring.ring, 0, 1, WAIT);
    expect(completions(ring)).toEqual([{ userData: 1, res: sys.POLLIN }]);
  });

  it("end after a time with -ETIME, or after other completions with 0", () => {
    const ring = openRing();
    sys.ioUringPrepTimeout(ring.ring, 0.5, 0, 1);
    expect(finish(ring, 1)).toEqual([{ userData: 1, res: -ETIME }]);

    sys.ioUringPrepTimeout(ring.ring, 1e9, 1, 2);
    sys.ioUringPrepNop(ring.ring, 3);

    const found = finish(ring, 2);
    expect(found).toContainEqual({ userData: 2, res: 0 });
    expect(() => {
      sys.ioUringPrepTimeout(ring.ring, Infinity, 0, 1);
    }).toThrow(outOfRange);
  });

  it("are cancelled with -ECANCELED, one or all", () => {
    const ring = openRing();
    const [here] = openPair();
    for (const data of [1, 2, 3]) sys.ioUringPrepRecv(ring.ring, here, 0, 1, 0, data);
    sys.ioUringEnter(ring.ring, 3);
    sys.ioUringPrepCancel(ring.ring, 2, 0, 9);

    const found = finish(ring, 1);
    sys.ioUringEnter(ring.ring, 0, 2 - found.length, WAIT);
    const both = [...found, ...completions(ring)].sort((a, b) => a.userData - b.userData);
    expect(both).toEqual([
      { userData: 2, res: -ECANCELED },
      { userData: 9, res: 0 },
    ]);
  });

  it("fail with their own error, like the call that they stand for", () => {
    const ring = openRing();
    sys.ioUringPrepRecv(ring.ring, NOT_OPEN, 0, 1, 0, 1);

    expect(finish(ring, 1)).toEqual([{ userData: 1, res: -EBADF }]);
  });

  it("are refused with EBUSY when the queue is full, until the kernel takes some", () => {
    const ring = openRing({ entries: 2 });
    sys.ioUringPrepNop(ring.ring, 1);
    sys.ioUringPrepNop(ring.ring, 2);

    expect(() => {
      sys.ioUringPrepNop(ring.ring, 3);
    }).toThrow(failure("EBUSY", "io_uring_prep_nop"));
    expect(finish(ring, 2).map(({ userData }) => userData)).toEqual([1, 2]);
    sys.ioUringPrepNop(ring.ring, 4);
    expect(finish(ring, 1).map(({ userData }) => userData)).toEqual([4]);
  });

  it.each([
    [-1, 1],
    [0, 4097],
    [4096, 1],
    [4097, 0],
    [1, 4096],
    [2 ** 32, 1],
  ])("are refused outside of the buffer: %i, %i", (offset, length) => {
    const { ring } = openRing({ bufferSize: 4096 });

    for (const prepare of [sys.ioUringPrepRead, sys.ioUringPrepRecv, sys.ioUringPrepSend]) {
      expect(() => {
        prepare(ring, 0, offset, length, 0, 1);
      }).toThrow(outOfRange);
    }
  });
});

describe.runIf(hasIoUring)("io_uring_register(2)", () => {
  it("counts completions in an eventfd", () => {
    const ring = openRing();
    const counter = opened(sys.eventfd(0, sys.EFD_NONBLOCK));
    const register = (opcode: number, arg: Int32Array | null, count: number) =>
      sys.ioUringRegister(ring.ring, opcode, arg, count);
    register(sys.IORING_REGISTER_EVENTFD, Int32Array.of(counter), 1);
    sys.ioUringPrepNop(ring.ring, 1);
    finish(ring, 1);

    expect(sys.eventfdRead(counter)).toBe(1n);
    expect(() => register(sys.IORING_REGISTER_EVENTFD, Int32Array.of(counter), 1)).toThrow(
      failure("EBUSY", "io_uring_register"),
    );
    register(sys.IORING_UNREGISTER_EVENTFD, null, 0);
    expect(() => register(sys.IORING_UNREGISTER_EVENTFD, null, 0)).toThrow(
      failure("ENXIO", "io_uring_register"),
    );
  });

  it("refuses operations with addresses, and an argument that is too short", () => {
    const { ring } = openRing();

    for (const opcode of [0, 2, 8, 9, 11, 15, 20, 22, 24, 30]) {
      expect(() => sys.ioUringRegister(ring, opcode, new Uint8Array(256), 1)).toThrow(outOfRange);
    }
    expect(() =>
      sys.ioUringRegister(ring, sys.IORING_REGISTER_EVENTFD, new Uint8Array(3), 1),
    ).toThrow(outOfRange);
  });
});

describe.runIf(hasIoUring)("io_uring_peek_batch_cqe(3)", () => {
  it("copies completions that stay until they are removed, at most those that have arrived", () => {
    const { ring } = openRing();
    const cqes = new sys.IoUringCqes(2);
    for (const data of [1, 2, 3]) sys.ioUringPrepNop(ring, data);
    sys.ioUringEnter(ring, 3);

    const counts = [sys.ioUringPeekBatchCqe(ring, cqes), sys.ioUringPeekBatchCqe(ring, cqes)];
    expect([...counts, cqes.userData(0), cqes.userData(1)]).toEqual([2, 2, 1, 2]);
    sys.ioUringCqAdvance(ring, 2);
    expect([sys.ioUringPeekBatchCqe(ring, cqes), cqes.userData(0), cqes.flags(0)]).toEqual([
      1, 3, 0,
    ]);
    expect(() => {
      sys.ioUringCqAdvance(ring, 2);
    }).toThrow(outOfRange);
    for (const index of [-1, 2, 0.5]) expect(() => cqes.res(index)).toThrow(outOfRange);
  });

  it("finds them when the counters have gone round the queue", () => {
    const ring = openRing({ entries: 4 });
    for (let round = 0; round < 100; round++) {
      const data = [1, 2, 3].map((each) => round * 10 + each);
      for (const each of data) sys.ioUringPrepNop(ring.ring, each);
      expect(finish(ring, 3).map(({ userData }) => userData)).toEqual(data);
    }
  });
});

describe.runIf(hasIoUring)("the buffer of a ring", () => {
  it("is copied from and to, within its bounds", () => {
    const { ring } = openRing({ bufferSize: 4096 });
    const bytes = new Uint8Array(4);

    sys.ioUringBufferWrite(ring, Uint8Array.of(1, 2, 3, 4), 4092);
    sys.ioUringBufferRead(ring, bytes, 4092);

    expect([...bytes]).toEqual([1, 2, 3, 4]);
    for (const copy of [sys.ioUringBufferRead, sys.ioUringBufferWrite]) {
      for (const offset of [-1, 4093, 2 ** 32]) {
        expect(() => {
          copy(ring, bytes, offset);
        }).toThrow(outOfRange);
      }
      expect(() => {
        copy(ring, new Uint8Array(4097), 0);
      }).toThrow(outOfRange);
    }
  });
});

describe.runIf(hasIoUring)("io_uring_queue_exit(3)", () => {
  it("unmaps, closes, and answers EBADF from then on", () => {
    const { ring } = openRing();
    const [before, fd] = [ringMappings(), sys.ioUringFd(ring)];

    sys.ioUringQueueExit(ring);
    sys.ioUringQueueExit(ring);

    expect(ringMappings()).toBe(before - 2);
    expect(() => sys.fcntl(fd, sys.F_GETFD)).toThrow(failure("EBADF", "fcntl"));
    const calls: Record<string, () => unknown> = {
      io_uring_enter: () => sys.ioUringEnter(ring, 0),
      io_uring_register: () => sys.ioUringRegister(ring, sys.IORING_UNREGISTER_EVENTFD, null, 0),
      io_uring_prep_nop: () => {
        sys.ioUringPrepNop(ring, 1);
      },
      io_uring_peek_batch_cqe: () => sys.ioUringPeekBatchCqe(ring, new sys.IoUringCqes(1)),
      // Their numbers are within a ring that is open.
      io_uring_prep_read: () => {
        sys.ioUringPrepRead(ring, 0, 8, 8, -1, 1);
      },
      io_uring_cq_advance: () => {
        sys.ioUringCqAdvance(ring, 1);
      },
      io_uring_buffer_read: () => {
        sys.ioUringBufferRead(ring, new Uint8Array(8), 8);
      },
      io_uring_buffer_write: () => {
        sys.ioUringBufferWrite(ring, new Uint8Array(8), 8);
      },
      io_uring_fd: () => sys.ioUringFd(ring),
    };
    for (const [name, call] of Object.entries(calls)) expect(call).toThrow(failure("EBADF", name));
  });

  it("ends requests that are under way, also where they have not been handed over", () => {
    const { ring } = openRing({ entries: 4 });
    const [here, there] = openPair();
    for (const data of [1, 2]) sys.ioUringPrepRecv(ring, here, 0, 1, 0, data);
    sys.ioUringPrepTimeout(ring, 1e9, 0, 3);
    sys.ioUringEnter(ring, 3);
    sys.ioUringPrepRecv(ring, here, 0, 1, 0, 4);

    sys.ioUringQueueExit(ring);

    sys.send(there, Buffer.from("xy"));
    expect(sys.recv(here, Buffer.alloc(4))).toBe(2);
  });

  it("does not close another file that has the number since", () => {
    const { ring } = openRing();
    const fd = sys.ioUringFd(ring);
    const counter = opened(sys.eventfd(0, 0));
    sys.dup2(counter, fd);

    sys.ioUringQueueExit(ring);

    sys.eventfdWrite(fd, 1n);
    sys.close(fd);
  });

  it("is what happens to a ring that is forgotten with requests under way", async () => {
    const { stdout, stderr } = await runScript(
      `
      const fs = require("node:fs");
      const count = () => fs.readdirSync("/proc/self/fd").length;
      const pipe = new Int32Array(2);
      native.pipe2(pipe, 0);
      const before = count();
      for (let i = 0; i < 20; i++) {
        const ring = native.io_uring_setup(1, new Uint8Array(120), 1);
        native.io_uring_prep_read(ring, pipe[0], 0, 1, -1, 1);
        native.io_uring_enter(ring, 1, 0, 0);
      }
      const opened = count() - before;
      const look = () => {
        globalThis.gc();
        if (count() > before) setTimeout(look, 1);
        else console.log(opened);
      };
      setTimeout(look, 1);`,
      ["--expose-gc"],
    );

    expect({ stdout, stderr }).toEqual({ stdout: "20\n", stderr: "" });
  });
});

function ringMappings(): number {
  const maps = readFileSync("/proc/self/maps", "latin1").split("\n");
  return maps.filter((line) => line.includes("[io_uring]")).length;
}
