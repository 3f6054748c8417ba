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

describe("recv_many", () => {
  it("receives from each socket into its own slot, and counts each by itself", () => {
    const fds = Int32Array.of(receiving("one"), receiving("three"), receiving("seven"));
    const arena = Buffer.alloc(24, ".");
    const results = new Int32Array(3);

    sys.recvMany(fds, 3, arena, 8, results);

    expect([...results]).toEqual([3, 5, 5]);
    expect(arena.toString()).toBe("one.....three...seven...");
  });

  it("puts what is no success into the results, and goes on with the next socket", () => {
    const [quiet] = openPair();
    const [readEnd] = openPipe();
    const fds = Int32Array.of(quiet, ended(), NOT_OPEN, readEnd, -1, receiving("last"));
    const arena = Buffer.alloc(24, ".");
    const results = new Int32Array(6);

    sys.recvMany(fds, 6, arena, 4, results);

    expect([...results]).toEqual([-EAGAIN, 0, -EBADF, -ENOTSOCK, -EBADF, 4]);
    expect(arena.toString()).toBe(`${".".repeat(20)}last`);
  });

  it("takes no more than a slot holds, and leaves the rest for the next time", () => {
    const fds = Int32Array.of(receiving("abcdef"), receiving("ghijkl"));
    const arena = Buffer.alloc(8);
    const results = new Int32Array(2);
    const received = (): string => {
      sys.recvMany(fds, 2, arena, 4, results);
      return `${arena.toString("latin1", 0, results[0])} ${arena.toString("latin1", 4, 4 + results[1]!)}`;
    };

    expect([received(), received()]).toEqual(["abcd ghij", "ef kl"]);
  });

  it("looks at the first `count` sockets only, also at none", () => {
    const fds = Int32Array.of(receiving("a"), receiving("b"));
    const results = Int32Array.of(77, 77);

    sys.recvMany(fds, 0, new Uint8Array(0), 0, new Int32Array(0));
    sys.recvMany(fds, 1, new Uint8Array(1), 1, results);

    expect([...results]).toEqual([1, 77]);
  });

  it("passes its flags on: MSG_PEEK leaves the data, MSG_TRUNC tells a datagram's true length", () => {
    const stream = receiving("abc");
    const datagram = receiving("datagram", sys.SOCK_DGRAM);
    const results = new Int32Array(1);
    const receive = (fd: number, flags?: number): number => {
      sys.recvMany(Int32Array.of(fd), 1, new Uint8Array(4), 4, results, flags);
      return results[0]!;
    };

    expect([receive(stream, sys.MSG_PEEK), receive(stream), receive(stream)]).toEqual([
      3,
      3,
      -EAGAIN,
    ]);
    expect(receive(datagram, sys.MSG_TRUNC)).toBe(8);
  });

  it("may use every byte of the arena, and no byte behind its slots", () => {
    const fds = Int32Array.of(receiving("aaaa"), receiving("bbbb"));
    const memory = Buffer.alloc(12, ".");

    sys.recvMany(fds, 2, memory.subarray(2, 9), 3, new Int32Array(2));

    expect(memory.toString()).toBe("..aaabbb....");
  });

  it.each([
    ["more sockets than descriptors", 3, 8, 2, 3],
    ["a negative count", -1, 8, 2, 2],
    ["slots that do not fit", 2, 7, 4, 2],
    ["a negative slot", 2, 8, -1, 2],
    ["too few results", 2, 8, 2, 1],
    ["half a socket", 0.5, 8, 2, 2],
  ])("refuses %s, and receives nothing", (_, count, bytes, slotSize, results) => {
    const fds = Int32Array.of(receiving("a"), receiving("b"));

    expect(() =>
      sys.recvMany(fds, count, new Uint8Array(bytes), slotSize, new Int32Array(results)),
    ).toThrow(outside);

    expect([...fds].map((fd) => sys.recv(fd, new Uint8Array(4)))).toEqual([1, 1]);
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
    const pairs = [openPair(), openPair(), openPair()];
    const fds = Int32Array.from(pairs, ([here]) => here);
    const arena = Buffer.from("Hello, world");
    const results = new Int32Array(3);

    sys.sendMany(fds, 3, arena, Int32Array.of(0, 7, 0), Int32Array.of(5, 5, 12), results);

    expect([...results]).toEqual([5, 5, 12]);
    expect(pairs.map(([, there]) => arrived(there))).toEqual(["Hello", "world", "Hello, world"]);
  });

  it("puts what is no success into the results, and goes on with the next socket", () => {
    const [full] = openPair();
    while (sys.send(full, Buffer.alloc(65_536)) !== null);
    const [readEnd] = openPipe();
    const [last, peer] = openPair();
    const fds = Int32Array.of(full, ended(), NOT_OPEN, readEnd, last);
    const ones = new Int32Array(5).fill(1);
    const results = new Int32Array(5);

    sys.sendMany(fds, 5, Buffer.from("ab"), ones, ones, results, sys.MSG_NOSIGNAL);

    expect([...results]).toEqual([-EAGAIN, -EPIPE, -EBADF, -ENOTSOCK, 1]);
    expect(arrived(peer)).toBe("b");
  });

  it.each([
    ["begins before it", -1, 1],
    ["begins behind it", 5, 0],
    ["ends behind it", 2, 3],
    ["has a negative length", 0, -1],
    ["would wrap", 2 ** 31 - 1, 2 ** 31 - 1],
    ["would wrap downwards", -(2 ** 31), -(2 ** 31)],
  ])("answers EFAULT for a part that %s, and sends only the others", (_, offset, length) => {
    const [[wrong, theirs], [right, peer]] = [openPair(), openPair()];
    const results = new Int32Array(2);

    sys.sendMany(
      Int32Array.of(wrong, right),
      2,
      Buffer.from("abcd"),
      Int32Array.of(offset, 0),
      Int32Array.of(length, 4),
      results,
    );

    expect([...results]).toEqual([-EFAULT, 4]);
    expect([arrived(theirs), arrived(peer)]).toEqual([null, "abcd"]);
  });

  it("takes the empty part at the arena's end", () => {
    const [here, there] = openPair(sys.SOCK_DGRAM);
    const results = Int32Array.of(77);

    sys.sendMany(
      Int32Array.of(here),
      1,
      Buffer.from("abcd"),
      Int32Array.of(4),
      Int32Array.of(0),
      results,
    );

    expect([results[0], arrived(there)]).toEqual([0, ""]);
  });

  it("says how much of a long part the kernel took", () => {
    const [here, there] = openPair();
    sys.setsockopt(here, sys.SOL_SOCKET, sys.SO_SNDBUF, Int32Array.of(4_096));
    const arena = Buffer.alloc(1_000_000, "x");
    const results = new Int32Array(1);

    sys.sendMany(
      Int32Array.of(here),
      1,
      arena,
      Int32Array.of(0),
      Int32Array.of(arena.length),
      results,
    );

    let received = 0;
    for (let count; (count = sys.recv(there, arena));) received += count;
    expect(results[0]).toBeGreaterThan(0);
    expect(results[0]).toBeLessThan(arena.length);
    expect(received).toBe(results[0]);
  });

  it.each([
    ["more sockets than descriptors", 3, 3, 3, 3],
    ["too few offsets", 2, 1, 2, 2],
    ["too few lengths", 2, 2, 1, 2],
    ["too few results", 2, 2, 2, 1],
    ["a negative count", -1, 2, 2, 2],
  ])("refuses %s, and sends nothing", (_, count, offsets, lengths, results) => {
    const pairs = [openPair(), openPair()];
    const fds = Int32Array.from(pairs, ([here]) => here);
    const ints = (length: number) => new Int32Array(length).fill(1);

    expect(() =>
      sys.sendMany(fds, count, Buffer.from("ab"), ints(offsets), ints(lengths), ints(results)),
    ).toThrow(outside);

    expect(pairs.map(([, there]) => arrived(there))).toEqual([null, null]);
  });
});
