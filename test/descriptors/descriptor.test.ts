import { once } from "node:events";
import { closeSync, createReadStream, fstatSync, openSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  Descriptor,
  descriptorOf,
  fdOf,
  isShared,
  lastFdOf,
  closesFile,
} from "../../lib/descriptors/descriptor.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";

const DIST = new URL("../../dist/lib/index.js", import.meta.url).href;

const open = (): number => sys.eventfd(0, sys.EFD_CLOEXEC);

const isOpen = (fd: number): boolean => String(fd) in openDescriptors();

const badDescriptor = expect.objectContaining({ code: "EBADF", syscall: "close" }) as unknown;

/** A socket whose number nobody has seen yet. */
function accept(): Socket {
  const listener = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  const client = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  onTestFinished(() => {
    listener.close();
    client.close();
  });
  listener.bind({ address: "127.0.0.1", port: 0 }).listen();
  client.connectSync(listener.localAddress);
  return listener.accept()!;
}

describe("Descriptor", () => {
  it("closes its descriptor once, however often it is told to", () => {
    const fd = open();
    const descriptor = new Descriptor(fd);
    expect(descriptor.fd).toBe(fd);
    expect(descriptor.closed).toBe(false);

    descriptor.close();
    expect([descriptor.fd, descriptor.closed, isOpen(fd)]).toEqual([-1, true, false]);

    const next = open();
    expect(next).toBe(fd);
    descriptor.close();
    descriptor[Symbol.dispose]();
    expect(descriptor.detach()).toBe(-1);
    expect(isOpen(next)).toBe(true);
    sys.close(next);
  });

  it("is closed also when a callback of whenGone() throws, and calls the others", async () => {
    const fd = open();
    const descriptor = new Descriptor(fd);
    const warned = once(process, "warning");
    let called = 0;
    descriptor.whenGone(() => {
      throw new Error("mine");
    });
    descriptor.whenGone(() => called++);
    descriptor.whenGone(() => called++)();

    descriptor.close();

    expect([called, descriptor.closed, isOpen(fd)]).toEqual([1, true, false]);
    expect(await warned).toMatchObject([{ code: "POLLUX_CALLBACK_FAILED" }]);
    expect(() => descriptor.whenGone(null!)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARG_TYPE" }),
    );
  });

  it("is closed at the end of its block by `using`", () => {
    let fd: number;
    {
      using descriptor = new Descriptor(open());
      ({ fd } = descriptor);
      expect(isOpen(fd)).toBe(true);
    }
    expect(isOpen(fd)).toBe(false);
  });

  it("gives its descriptor away open, once", () => {
    const fd = open();
    const descriptor = new Descriptor(fd);

    expect(descriptor.detach()).toBe(fd);

    expect([descriptor.fd, descriptor.closed]).toEqual([-1, true]);
    expect(descriptor.detach()).toBe(-1);
    descriptor.close();
    expect(isOpen(fd)).toBe(true);
    sys.close(fd);
  });

  it("says EBADF when somebody else has closed its descriptor, and is closed then", () => {
    const fd = open();
    const descriptor = new Descriptor(fd);
    closeSync(fd);

    expect(() => descriptor.close()).toThrow(badDescriptor);

    expect(descriptor.closed).toBe(true);
    descriptor.close();
  });

  it.each([
    ["one that made its number known", () => new Descriptor(open())],
    ["a socket that was accepted", accept],
  ])("leaves alone what has its number when node:fs has closed it: %s", (_what, make) => {
    const descriptor = make();
    const { fd } = descriptor;
    closeSync(fd);
    const next = openSync("/dev/null", "r");

    expect(() => {
      descriptor.close();
    }).toThrow(badDescriptor);

    expect([next, isOpen(next), descriptor.closed]).toEqual([fd, true, true]);
    closeSync(next);
  });

  it("leaves alone what has its number when it was closed by a call of sys", () => {
    const fd = open();
    const descriptor = new Descriptor(fd);
    sys.close(fd);
    const next = open();

    expect(() => descriptor.close()).toThrow(badDescriptor);

    expect([next, isOpen(next)]).toEqual([fd, true]);
    sys.close(next);
  });

  it("loses its number to one that is made for the same number later", () => {
    const fd = open();
    const first = new Descriptor(fd);
    closeSync(fd);
    using second = new Descriptor(open());

    expect(() => first.close()).toThrow(badDescriptor);

    expect([second.fd, isOpen(fd)]).toEqual([fd, true]);
  });

  it("is shared from the moment when its number was told", () => {
    const fd = open();
    using known = new Descriptor(fd);
    using listener = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind({ path: "" }).listen();
    using client = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM);
    client.connect(listener.localAddress);
    using accepted = listener.accept();

    expect(isShared(known)).toBe(true);
    expect(accepted && [isShared(accepted), fdOf(accepted) > 2, isShared(accepted)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(accepted && [accepted.fd, isShared(accepted)]).toEqual([
      accepted && fdOf(accepted),
      true,
    ]);
  });

  it("remembers the number that it had, and whether it was closed or given away", () => {
    const [closed, detached] = [new Descriptor(open()), new Descriptor(open())];
    const numbers = [closed.fd, detached.fd];

    closed.close();
    const fd = detached.detach();

    expect([closed, detached].map(lastFdOf)).toEqual(numbers);
    expect([closed, detached].map(fdOf)).toEqual([-1, -1]);
    sys.close(fd);
  });

  it("knows whether a close ends the file: not where others have seen the number", () => {
    const unseen = (): Descriptor => {
      const fd = open();
      return new Descriptor(fd, sys.own(fd));
    };
    const [alone, seen, detached, kept] = [unseen(), unseen(), unseen(), unseen()];
    const { fd } = seen;
    alone.close();
    seen.close();
    sys.close(detached.detach());

    const all = [alone, seen, detached, kept, fd, null];
    expect(all.map(closesFile)).toEqual([true, false, false, false, false, false]);
    kept.close();
  });

  it.each([-1, 0.5, NaN, 2 ** 31])("refuses %d as a descriptor", (fd) => {
    expect(() => new Descriptor(fd)).toThrow(RangeError);
  });

  it.each(["5", null, undefined, 5n])("refuses %o as a descriptor", (fd) => {
    expect(() => {
      Reflect.construct(Descriptor, [fd]);
    }).toThrow(TypeError);
  });
});

describe("descriptorOf", () => {
  it("is the number itself, or the fd of an object, -1 when that is closed", () => {
    using descriptor = new Descriptor(open());

    expect(descriptorOf(7)).toBe(7);
    expect(descriptorOf({ fd: 7 })).toBe(7);
    expect(descriptorOf(descriptor)).toBe(descriptor.fd);
    descriptor.close();
    expect(descriptorOf(descriptor)).toBe(-1);
  });

  it("is -1 for a stream of Node's that is not open", async () => {
    const stream = createReadStream(new URL(import.meta.url)) as unknown as {
      readonly fd: number;
    } & NodeJS.EventEmitter & { destroy(): void };
    expect(descriptorOf(stream)).toBe(-1);
    await once(stream, "open");
    expect(descriptorOf(stream)).toBe(stream.fd);
    expect(stream.fd).toBeGreaterThan(2);

    stream.destroy();
    await once(stream, "close");

    expect(descriptorOf(stream)).toBe(-1);
  });
});

describe("the end of a thread", () => {
  const OPEN = `
    const { EpollMultiplexer, Socket } = await import(workerData);
    const mux = new EpollMultiplexer();
    mux.waitSync(1, () => {});
    const sockets = [Socket.pair(), Socket.pair(), Socket.open(2, 1)];`;

  const start = (script: string): Worker =>
    new Worker(
      new URL(
        `data:text/javascript,${encodeURIComponent(
          `import { parentPort, workerData } from "node:worker_threads"; ${script}`,
        )}`,
      ),
      { workerData: DIST },
    );

  it("closes what its descriptors own, when it ends by itself", async () => {
    const before = openDescriptors();
    const worker = start(`${OPEN} parentPort.postMessage(sockets[0][0].fd);`);

    // Both may come in one turn.
    const exited = once(worker, "exit");
    const [fd] = (await once(worker, "message")) as [number];
    await exited;

    expect(fd).toBeGreaterThan(2);
    expect(openDescriptors()).toEqual(before);
  });

  it("closes what its descriptors own, when it is terminated", async () => {
    const before = openDescriptors();
    const worker = start(`${OPEN} parentPort.on("message", () => {}); parentPort.postMessage(0);`);
    await once(worker, "message");
    expect(Object.keys(openDescriptors()).length).toBeGreaterThan(Object.keys(before).length + 5);

    await worker.terminate();

    expect(openDescriptors()).toEqual(before);
  });

  it("leaves open what was detached", async () => {
    const worker = start(`${OPEN} parentPort.postMessage(sockets[0][0].detach());`);

    // Both may come in one turn.
    const exited = once(worker, "exit");
    const [fd] = (await once(worker, "message")) as [number];
    await exited;

    expect(fstatSync(fd).isSocket()).toBe(true);
    sys.close(fd);
  });
});
