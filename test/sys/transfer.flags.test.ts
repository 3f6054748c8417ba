import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { ROOT } from "../structure/source.ts";
import { Python } from "../support/python.ts";

const { MSG_DONTWAIT, MSG_EOR, MSG_MORE, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL } = sys;

/** A connection to Python, where it is `there`. */
async function connected(python: Python): Promise<Socket> {
  using listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, { blocking: true })
    .bind({ address: "127.0.0.1", port: 0 })
    .listen();
  const { port } = listener.localAddress;
  const done = python.run(`there = socket.create_connection(("127.0.0.1", ${port}))`);
  const socket = listener.accept({ blocking: true })!;
  await done;
  return socket;
}

/** How often Python has to send, with a pause, for the kernel to wait: it runs meanwhile. */
const sendInPieces = (text: string): string =>
  `import time, threading; threading.Thread(target=lambda: [(time.sleep(0.02), there.send(bytes([b]))) for b in b"${text}"]).start()`;

describe("flags of recv and send on TCP, with Python on the other end", () => {
  it("MSG_WAITALL waits until the buffer is full, or the stream ends", async () => {
    await using python = new Python();
    using socket = await connected(python);
    const buffer = Buffer.alloc(8, ".");

    await python.run(sendInPieces("abcdef"));
    expect(socket.recv(buffer, 0, 6, MSG_WAITALL)).toBe(6);
    await python.run("there.send(b'gh'); there.shutdown(1)");
    expect(socket.recv(buffer, 0, 8, MSG_WAITALL)).toBe(2);

    expect(buffer.toString()).toBe("ghcdef..");
  });

  it("MSG_PEEK leaves what it saw, MSG_DONTWAIT does not wait, MSG_TRUNC drops without copying", async () => {
    await using python = new Python();
    using socket = await connected(python);
    const buffer = Buffer.alloc(4, ".");

    expect(socket.recv(buffer, 0, 4, MSG_DONTWAIT)).toBeNull();
    await python.run("there.send(b'abcdef')");
    expect(socket.recv(buffer, 0, 2, MSG_PEEK)).toBe(2);
    expect(socket.recv(buffer, 2, 2, MSG_TRUNC)).toBe(2);
    expect(buffer.toString()).toBe("ab..");
    expect(socket.recv(buffer)).toBe(4);

    expect(buffer.toString()).toBe("cdef");
  });

  it("MSG_OOB is a byte of its own, both ways", async () => {
    await using python = new Python();
    using socket = await connected(python);
    const buffer = Buffer.alloc(4, ".");

    await python.run("there.send(b'ab'); there.send(b'!', socket.MSG_OOB); there.send(b'cd')");
    expect(socket.recv(buffer, 0, 4, MSG_OOB)).toBe(1);
    expect(buffer.toString()).toBe("!...");
    expect(socket.recv(buffer, 0, 4)).toBe(2);

    socket.send(Buffer.from("?"), 0, 1, MSG_OOB);
    expect(await python.run("there.recv(1, socket.MSG_OOB).decode()")).toBe("?");
    expect(() => socket.recv(buffer, 0, 4, MSG_OOB)).toThrow(
      expect.objectContaining({ code: "EINVAL" }),
    );
  });

  // For 200 ms at most, which may be too short for an answer of Python's on a busy machine.
  it("MSG_MORE holds a part back until the next send", { retry: 5 }, async () => {
    await using python = new Python();
    using socket = await connected(python);

    socket.send(Buffer.from("one "), 0, 4, MSG_MORE);
    const before = await python.run(
      "there.setblocking(False)\ntry: early = there.recv(99)\nexcept BlockingIOError: early = None",
    );
    socket.send(Buffer.from("segment"));
    await python.run("there.setblocking(True)");

    expect([before, await python.run("early")]).toEqual([null, null]);
    expect(await python.run("there.recv(99).decode()")).toBe("one segment");
  });

  it("MSG_NOSIGNAL and MSG_EOR are taken", async () => {
    await using python = new Python();
    using socket = await connected(python);

    expect(socket.send(Buffer.from("x"), 0, 1, sys.MSG_NOSIGNAL | MSG_EOR)).toBe(1);
    expect(await python.run("there.recv(9).decode()")).toBe("x");
  });
});

describe("flags of datagrams", () => {
  it("MSG_MORE joins datagrams of UDP, MSG_CONFIRM and MSG_DONTROUTE are taken on loopback", () => {
    using here = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind({ address: "127.0.0.1", port: 0 });
    using there = Socket.open(sys.AF_INET, sys.SOCK_DGRAM);
    const to = here.localAddress;

    there.sendTo(Buffer.from("ab"), to, 0, 2, MSG_MORE);
    there.sendTo(Buffer.from("cd"), to, 0, 2, sys.MSG_CONFIRM);
    there.sendTo(Buffer.from("ef"), to, 0, 2, sys.MSG_DONTROUTE);

    const buffer = new Uint8Array(9);
    expect([1, 2, 3].map(() => here.recv(buffer))).toEqual([4, 2, null]);
  });

  it("MSG_PEEK with MSG_TRUNC says how long the next datagram is", () => {
    using here = Socket.open(sys.AF_INET, sys.SOCK_DGRAM).bind({ address: "127.0.0.1", port: 0 });
    here.sendTo(new Uint8Array(999), here.localAddress);

    expect(here.recv(new Uint8Array(1), 0, 1, MSG_PEEK | MSG_TRUNC)).toBe(999);
    expect(here.recvFrom(new Uint8Array(1), 0, 0, MSG_PEEK | MSG_TRUNC)?.size).toBe(999);
    expect(here.recv(new Uint8Array(1000))).toBe(999);
  });

  it.skipIf(!canUnshare())("MSG_DONTROUTE sends to neighbours only", () => {
    const script = `
      const native = require("node-gyp-build")(process.cwd());
      const fd = native.socket(native.AF_INET, native.SOCK_DGRAM, 0);
      const send = (a, b, c, d, flags) =>
        native.sendto(fd, new Uint8Array(1), 0, 1, flags, Uint8Array.of(${familyBytes()}, 0, 9, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0), 16);
      console.log(JSON.stringify([
        send(10, 9, 0, 1, 0), send(10, 9, 0, 1, native.MSG_DONTROUTE), send(10, 8, 0, 3, native.MSG_DONTROUTE),
      ]));`;
    const network =
      "ip link add v0 type veth peer name v1 && ip addr add 10.8.0.1/24 dev v0 && " +
      "ip link set v0 up && ip link set v1 up && ip route add 10.9.0.0/16 via 10.8.0.2";

    const { stdout, stderr } = spawnSync(
      "unshare",
      ["--net", "--map-root-user", "sh", "-c", `${network} && exec node -e '${script}'`],
      { cwd: ROOT, encoding: "utf8" },
    );

    expect({ stderr, results: JSON.parse(stdout) as unknown }).toEqual({
      stderr: "",
      results: [1, -sys.errno.ENETUNREACH, 1],
    });
  });
});

/** sa_family, in the machine's byte order. */
function familyBytes(): string {
  return new Uint8Array(Uint16Array.of(sys.AF_INET).buffer).join();
}

function canUnshare(): boolean {
  const { status } = spawnSync("unshare", [
    ...["--net", "--map-root-user", "ip", "link", "add", "v0", "type", "veth"],
  ]);
  if (status !== 0) process.stdout.write("MSG_DONTROUTE: needs a network namespace with veth\n");
  return status === 0;
}
