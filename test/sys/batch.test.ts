import { describe, expect, it } from "vitest";
import * as sys from "../../lib/sys/index.ts";
import { NOT_OPEN, opened, openListener, openPair, openPipe, openSocket } from "./support.ts";

const { EAGAIN, EBADF, EFAULT, EINVAL, ENOTSOCK, EPIPE } = sys.errno;
const outside = expect.objectContaining({ name: "RangeError", code: "ERR_OUT_OF_RANGE" }) as Error;

/** A socket that `text` has arrived at, non-blocking. */
function receiving(text: string, type: number = sys.SOCK_STREAM): number {
  const [here, there] = openPair(type);
  sys.send(there, Buffer.from(text));
  return here;
}

/** A socket whose peer has closed, with nothing to read any more. */
function ended(): number {
  const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM);
  sys.close(there);
  return opened(here);
}

describe("accept_many", () => {
  const listening = (clients: number): number => {
    const [listener, address] = openListener();
    for (let client = 0; client < clients; client++) {
      sys.connect(openSocket(sys.AF_INET, sys.SOCK_STREAM), address);
    }
    return listener;
  };

  it("accepts until nothing waits, with flags and a ticket each", () => {
    const listener = listening(2);
    const [results, tickets] = [new Int32Array(4), new Int32Array(4)];

    const count = sys.acceptMany(
      listener,
      sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK,
      results,
      tickets,
      results.length,
    );

    expect([count, results[2], results[3]]).toEqual([3, -EAGAIN, 0]);
    for (const index of [0, 1]) {
      const fd = results[index]!;
      expect(sys.fcntl(fd, sys.F_GETFD) & sys.FD_CLOEXEC).toBe(sys.FD_CLOEXEC);
      expect(sys.recv(fd, new Uint8Array(1))).toBeNull();
      sys.closeOwned(fd, tickets[index]!);
    }
    expect([...tickets.subarray(2)]).toEqual([0, 0]);
  });

  it("tells the addresses of the peers, in slots of equal size", () => {
    const [listener, address] = openListener();
    const clients = [0, 1].map(() => openSocket(sys.AF_INET, sys.SOCK_STREAM));
    for (const client of clients) sys.connect(client, address);
    const [results, tickets] = [new Int32Array(4), new Int32Array(4)];
    const [names, lengths] = [new Uint8Array(4 * 20), new Uint32Array(4)];

    const count = sys.acceptMany(listener, 0, results, tickets, 4, names, lengths);

    for (const fd of results.subarray(0, 2)) opened(fd);
    expect([count, ...lengths]).toEqual([3, 16, 16, 0, 0]);
    const ports = [0, 20].map((start) => sys.sockaddrPort(names.subarray(start, start + 16)));
    expect(ports).toEqual(
      clients.map((client) => {
        const name = new Uint8Array(16);
        sys.getsockname(client, name, new Uint32Array(1));
        return sys.sockaddrPort(name);
      }),
    );
    expect(() => sys.acceptMany(listener, 0, results, tickets, 4, names)).toThrow(outside);
    expect(() =>
      sys.acceptMany(listener, 0, results, tickets, 4, names, new Uint32Array(3)),
    ).toThrow(outside);
  });

  it("accepts no more than `count`, also none", () => {
    const listener = listening(3);
    const [results, tickets] = [new Int32Array(4), new Int32Array(4)];

    expect(sys.acceptMany(listener, 0, results, tickets, 0)).toBe(0);
    expect(sys.acceptMany(listener, 0, results, tickets, 2)).toBe(2);
    expect(results[2]).toBe(0);
    for (const fd of results.subarray(0, 2)) opened(fd);
    opened(sys.accept4(listener));
  });

  it("ends with what is no success: EBADF, EINVAL, ENOTSOCK", () => {
    const failures = [NOT_OPEN, openSocket(sys.AF_INET, sys.SOCK_STREAM), openPipe()[0]].map(
      (fd) => {
        const results = new Int32Array(2);
        return [sys.acceptMany(fd, 0, results, new Int32Array(2), 2), ...results];
      },
    );

    expect(failures).toEqual([
      [1, -EBADF, 0],
      [1, -EINVAL, 0],
      [1, -ENOTSOCK, 0],
    ]);
  });

  it("refuses more than fits into either array", () => {
    const listener = listening(0);

    for (const [results, tickets, count] of [
      [2, 1, 2],
      [1, 2, 2],
      [1, 1, -1],
    ] as const) {
      const call = () =>
        sys.acceptMany(listener, 0, new Int32Array(results), new Int32Array(tickets), count);
      expect(call).toThrow(outside);
    }
  });
});

/** Entries of `sys.Transfers`: descriptor, offset and length. */
type Part = readonly [fd: number, offset: number, length: number];

function transfersOf(...parts: readonly Part[]): sys.Transfers {
  const transfers = new sys.Transfers(parts.length);
  for (const [index, [fd, offset, length]] of parts.entries()) {
    transfers.setFd(index, fd);
    transfers.setPart(index, offset, length);
  }
  return transfers;
}

/** For each descriptor a part of `size` bytes, one after another. */
function slots(size: number, ...fds: readonly number[]): sys.Transfers {
  return transfersOf(...fds.map((fd, index): Part => [fd, index * size, size]));
}

/** With numbers that the setters refuse, written as another thread could write them. */
function forged(fd: number, offset: number, length: number): sys.Transfers {
  const transfers = transfersOf([fd, 0, 0], [openPair()[0], 0, 0]);
  new Int32Array(transfers.bytes.buffer).set([fd, offset, length]);
  return transfers;
}

function results(transfers: sys.Transfers): number[] {
  return Array.from({ length: transfers.capacity }, (_, index) => transfers.result(index));
}

const OUTSIDE: [what: string, offset: number, length: number][] = [
  ["begins before it", -1, 1],
  ["begins behind it", 5, 0],
  ["ends behind it", 2, 3],
  ["has a negative length", 0, -1],
  ["would wrap", 2 ** 31 - 1, 2 ** 31 - 1],
  ["would wrap downwards", -(2 ** 31), -(2 ** 31)],
];

describe("Transfers", () => {
  it("has no descriptors, bytes or results at first", () => {
    const transfers = new sys.Transfers(2);

    expect(transfers.capacity).toBe(2);
    expect([...new Int32Array(transfers.bytes.buffer)]).toEqual([-1, 0, 0, 0, -1, 0, 0, 0]);
  });

  it("keeps each entry's part", () => {
    const transfers = transfersOf([7, 1, 2], [8, 3, 4]);

    expect([0, 1].map((index) => [transfers.offset(index), transfers.length(index)])).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it.each([-1, 2, 0.5, NaN, 2 ** 32])("has no entry %s", (index) => {
    const transfers = new sys.Transfers(2);

    for (const call of [
      () => transfers.result(index),
      () => transfers.offset(index),
      () => transfers.length(index),
      () => {
        transfers.setFd(index, 0);
      },
      () => {
        transfers.setPart(index, 0, 0);
      },
    ]) {
      expect(call).toThrow(outside);
    }
  });

  it.each([
    [-1, 0],
    [0, -1],
    [0.5, 0],
    [0, 2 ** 31],
  ])("refuses a part at %s of %s bytes", (offset, length) => {
    expect(() => {
      new sys.Transfers(1).setPart(0, offset, length);
    }).toThrow(outside);
  });

  it.each([0, -1, 1.5, 2 ** 27])("refuses a capacity of %s", (capacity) => {
    expect(() => new sys.Transfers(capacity)).toThrow(outside);
  });
});

describe("recv_many", () => {
  it("receives from each socket into its own part, and counts each by itself", () => {
    const transfers = slots(8, receiving("one"), receiving("three"), receiving("seven"));
    const arena = Buffer.alloc(24, ".");

    sys.recvMany(transfers, 3, arena);

    expect(results(transfers)).toEqual([3, 5, 5]);
    expect(arena.toString()).toBe("one.....three...seven...");
  });

  it("puts what is no success into the results, and goes on with the next socket", () => {
    const [quiet] = openPair();
    const [readEnd] = openPipe();
    const transfers = slots(4, quiet, ended(), NOT_OPEN, readEnd, -1, receiving("last"));
    const arena = Buffer.alloc(24, ".");

    sys.recvMany(transfers, 6, arena);

    expect(results(transfers)).toEqual([-EAGAIN, 0, -EBADF, -ENOTSOCK, -EBADF, 4]);
    expect(arena.toString()).toBe(`${".".repeat(20)}last`);
  });

  it("takes no more than a part holds, and leaves the rest for the next time", () => {
    const transfers = slots(4, receiving("abcdef"), receiving("ghijkl"));
    const arena = Buffer.alloc(8);
    const received = (): string => {
      sys.recvMany(transfers, 2, arena);
      return [0, 1]
        .map((index) => arena.toString("latin1", 4 * index, 4 * index + transfers.result(index)))
        .join(" ");
    };

    expect([received(), received()]).toEqual(["abcd ghij", "ef kl"]);
  });

  it("looks at the first `count` entries only, also at none", () => {
    const transfers = slots(1, receiving("a"), receiving("b"));

    sys.recvMany(transfers, 0, new Uint8Array(0));
    sys.recvMany(transfers, 1, new Uint8Array(2));

    expect(results(transfers)).toEqual([1, 0]);
  });

  it("passes its flags on: MSG_PEEK leaves the data, MSG_TRUNC tells a datagram's true length", () => {
    const stream = receiving("abc");
    const datagram = receiving("datagram", sys.SOCK_DGRAM);
    const receive = (fd: number, flags?: number): number => {
      const transfers = slots(4, fd);
      sys.recvMany(transfers, 1, new Uint8Array(4), flags);
      return transfers.result(0);
    };

    expect([receive(stream, sys.MSG_PEEK), receive(stream), receive(stream)]).toEqual([
      3,
      3,
      -EAGAIN,
    ]);
    expect(receive(datagram, sys.MSG_TRUNC)).toBe(8);
  });

  it("may use every byte of the parts, and no byte beside them", () => {
    const memory = Buffer.alloc(12, ".");

    sys.recvMany(slots(3, receiving("aaaa"), receiving("bbbb")), 2, memory.subarray(2, 8));

    expect(memory.toString()).toBe("..aaabbb....");
  });

  it.each(OUTSIDE)("answers EFAULT for a part that %s, and goes on", (_, offset, length) => {
    const fd = receiving("a");
    const transfers = forged(fd, offset, length);

    sys.recvMany(transfers, 2, new Uint8Array(4));

    expect(results(transfers)).toEqual([-EFAULT, -EAGAIN]);
    expect(sys.recv(fd, new Uint8Array(4))).toBe(1);
  });

  it.each([3, -1, 0.5])("refuses a count of %s with two entries, and receives nothing", (count) => {
    const fds = [receiving("a"), receiving("b")];

    expect(() => {
      sys.recvMany(slots(4, ...fds), count, new Uint8Array(8));
    }).toThrow(outside);

    expect(fds.map((fd) => sys.recv(fd, new Uint8Array(4)))).toEqual([1, 1]);
  });
});

describe("send_many", () => {
  /** What has arrived, without waiting. */
  function arrived(fd: number): string | null {
    const buffer = Buffer.alloc(64);
    const count = sys.recv(fd, buffer);
    return count === null ? null : buffer.toString("latin1", 0, count);
  }

  it("sends each socket its own part of the arena, also the same part twice", () => {
    const [one, two, three] = [openPair(), openPair(), openPair()];
    const transfers = transfersOf([one[0], 0, 5], [two[0], 7, 5], [three[0], 0, 12]);

    sys.sendMany(transfers, 3, Buffer.from("Hello, world"));

    expect(results(transfers)).toEqual([5, 5, 12]);
    expect([one, two, three].map(([, there]) => arrived(there))).toEqual([
      "Hello",
      "world",
      "Hello, world",
    ]);
  });

  it("puts what is no success into the results, and goes on with the next socket", () => {
    const [full] = openPair();
    while (sys.send(full, Buffer.alloc(65_536)) !== null);
    const [readEnd] = openPipe();
    const [last, peer] = openPair();
    const fds = [full, ended(), NOT_OPEN, readEnd, last];
    const transfers = transfersOf(...fds.map((fd): Part => [fd, 1, 1]));

    sys.sendMany(transfers, 5, Buffer.from("ab"), sys.MSG_NOSIGNAL);

    expect(results(transfers)).toEqual([-EAGAIN, -EPIPE, -EBADF, -ENOTSOCK, 1]);
    expect(arrived(peer)).toBe("b");
  });

  it.each(OUTSIDE)("answers EFAULT for a part that %s, and goes on", (_, offset, length) => {
    const [[wrong, theirs], [right, peer]] = [openPair(), openPair()];
    const transfers = forged(wrong, offset, length);
    transfers.setFd(1, right);
    transfers.setPart(1, 0, 4);

    sys.sendMany(transfers, 2, Buffer.from("abcd"));

    expect(results(transfers)).toEqual([-EFAULT, 4]);
    expect([arrived(theirs), arrived(peer)]).toEqual([null, "abcd"]);
  });

  it("takes the empty part at the arena's end", () => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const transfers = transfersOf([here, 4, 0]);

    sys.sendMany(transfers, 1, Buffer.from("abcd"));

    expect([transfers.result(0), arrived(there)]).toEqual([0, ""]);
  });

  it("says how much of a long part the kernel took", () => {
    const [here, there] = openPair();
    sys.setsockopt(here, sys.SOL_SOCKET, sys.SO_SNDBUF, Int32Array.of(4_096));
    const arena = Buffer.alloc(1_000_000, "x");
    const transfers = transfersOf([here, 0, arena.length]);

    sys.sendMany(transfers, 1, arena);

    const sent = transfers.result(0);
    let received = 0;
    for (let count; (count = sys.recv(there, arena));) received += count;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(arena.length);
    expect(received).toBe(sent);
  });

  it.each([3, -1, 0.5])("refuses a count of %s with two entries, and sends nothing", (count) => {
    const pairs = [openPair(), openPair()];

    expect(() => {
      sys.sendMany(slots(1, ...pairs.map(([here]) => here)), count, Buffer.from("ab"));
    }).toThrow(outside);

    expect(pairs.map(([, there]) => arrived(there))).toEqual([null, null]);
  });

  it("takes Transfers only", () => {
    expect(() => {
      sys.sendMany(null as unknown as sys.Transfers, 1, Buffer.from("ab"));
    }).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }));
  });
});
