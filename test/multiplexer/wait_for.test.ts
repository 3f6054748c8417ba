import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { PRIORITY, READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { DescriptorWait } from "../../lib/multiplexer/wait_for.ts";
import { native } from "../../lib/native/native.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { run } from "../support/program.ts";
import { fill } from "./contract/fixture.ts";

const PATIENCE_MS = 20_000;

function own<T extends Disposable>(resource: T): T {
  onTestFinished(() => resource[Symbol.dispose]());
  return resource;
}

function pair(): [Socket, Socket] {
  const [here, there] = Socket.pair();
  return [own(here), own(there)];
}

const newWait = (fd: Descriptor | number, timeoutMs = PATIENCE_MS): DescriptorWait =>
  own(new DescriptorWait(fd, timeoutMs));

const letLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("DescriptorWait", () => {
  it("says whether the descriptor is ready, blocking and not", async () => {
    const [here, there] = pair();
    const wait = newWait(here);

    expect(wait.waitSync(READABLE, 1)).toBe(false);
    expect(await wait.wait(READABLE, undefined, 1)).toBe(false);
    expect([wait.waitSync(WRITABLE), await wait.wait(WRITABLE)]).toEqual([true, true]);
    const ready = wait.wait(READABLE);
    there.send(Buffer.from("x"));

    expect(await ready).toBe(true);
    expect(wait.waitSync(READABLE)).toBe(true);
  });

  it("has one deadline for all of its waits, and ends none of them early", async () => {
    const [here] = pair();
    const startMs = performance.now();
    const wait = newWait(here, 12.5);

    expect(wait.waitSync(READABLE, 2)).toBe(false);
    expect(wait.leftMs).toBeLessThanOrEqual(10.5);
    expect(await wait.wait(READABLE)).toBe(false);

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(12.5);
    expect(wait.leftMs).toBe(0);
    expect([wait.waitSync(READABLE), await wait.wait(READABLE)]).toEqual([false, false]);
  });

  it("lets the time pass where nothing is to be waited for (an interest of 0)", async () => {
    const [here, there] = pair();
    there.close();
    const wait = newWait(here);
    const startMs = performance.now();

    expect(wait.waitSync(0, 2.5)).toBe(false);
    expect(await wait.wait(0, undefined, 2.5)).toBe(false);

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(5);
  });

  it.each([-1, NaN])("refuses a time of %d", (timeoutMs) => {
    expect(() => new DescriptorWait(0, timeoutMs)).toThrow(RangeError);
  });

  it("waits for both directions of one descriptor at once, each for its own", async () => {
    const [here, there] = pair();
    fill(here);
    const ended: string[] = [];
    const waitFor = async (interest: number, name: string): Promise<void> => {
      await newWait(here).wait(interest);
      ended.push(name);
    };
    const both = [waitFor(READABLE, "readable"), waitFor(WRITABLE, "writable")];
    await letLoopTurn();

    there.send(Buffer.from("x"));
    await both[0];
    expect(ended).toEqual(["readable"]);
    while (there.recv(new Uint8Array(65_536)));
    await both[1];

    expect(ended).toEqual(["readable", "writable"]);
  });

  it("counts a shorter time at once that comes while a longer one is waited for", async () => {
    const [here, there] = pair();
    const long = newWait(here).wait(READABLE);
    await letLoopTurn();

    expect(await newWait(there, 1.5).wait(READABLE)).toBe(false);

    there.send(Buffer.from("x"));
    expect(await long).toBe(true);
  });

  it("rejects with the reason of its signal, before and while it waits", async () => {
    const [here] = pair();
    const controller = new AbortController();
    const waiting = newWait(here).wait(READABLE, controller.signal);
    await letLoopTurn();

    controller.abort(new Error("enough"));

    await expect(waiting).rejects.toThrow("enough");
    await expect(newWait(here).wait(READABLE, controller.signal)).rejects.toThrow("enough");
  });

  it.each(["close", "detach"] as const)("ends with false when its owner calls %s", async (how) => {
    const [here] = pair();
    const wait = newWait(here);
    const waiting = wait.wait(READABLE);
    await letLoopTurn();

    const fd = here[how]();

    expect(await waiting).toBe(false);
    expect(await wait.wait(READABLE)).toBe(false);
    if (how === "detach") sys.close(fd!);
  });

  it("does not take the next file under a number for the one that was closed", async () => {
    const [old] = pair();
    const { fd } = old;
    const waiting = newWait(old).wait(READABLE);
    await letLoopTurn();

    old.close();
    const [next, peer] = pair();
    expect([next.fd, peer.fd]).toContain(fd);

    expect(await waiting).toBe(false);
    expect(await newWait(next, 1).wait(READABLE)).toBe(false);
  });

  it("throws EBADF for a number that is not open, and waits for others", async () => {
    const [here] = pair();
    const other = newWait(here, 5).wait(READABLE);

    await expect(newWait(1_000_000).wait(READABLE)).rejects.toThrow(
      expect.objectContaining({ code: "EBADF" }),
    );
    expect(() => newWait(1_000_000).waitSync(READABLE)).toThrow(
      expect.objectContaining({ code: "EBADF" }),
    );
    expect(await other).toBe(false);
  });

  it("waits for two that have one number, of which the first was closed unseen", async () => {
    const bare = sys.eventfd(0, sys.EFD_CLOEXEC);
    const controller = new AbortController();
    const first = newWait(bare).wait(READABLE, controller.signal);
    await letLoopTurn();
    sys.close(bare);
    const counter = own(new Descriptor(sys.eventfd(1, sys.EFD_CLOEXEC)));
    expect(counter.fd).toBe(bare);

    const second = newWait(counter).wait(READABLE | WRITABLE);

    expect(await second).toBe(true);
    controller.abort(new Error("enough"));
    await first.catch(() => false);
  });

  it("waits for what is asked now only, once the others under a number have failed", async () => {
    const fd = sys.socket(sys.AF_UNIX, sys.SOCK_STREAM);
    const controller = new AbortController();
    const reading = newWait(fd).wait(READABLE, controller.signal);
    const other = newWait(fd).wait(PRIORITY);
    await letLoopTurn();
    sys.close(fd);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await expect(other).rejects.toMatchObject({ code: "EBADF" });
    const [here, there] = pair();
    const next = here.fd === fd ? here : there;
    expect(next.fd).toBe(fd);

    const waiting = newWait(next, 1).wait(READABLE);

    expect(watchedFor(fd) & sys.EPOLLIN).toBe(sys.EPOLLIN);
    expect(watchedFor(fd) & sys.EPOLLPRI).toBe(0);
    expect(await waiting).toBe(false);
  });

  it("rejects when no descriptor is free, and works when one is", async () => {
    const [here, there] = pair();
    there.send(Buffer.from("x"));
    await closedAgain();
    for (const call of ["epoll_create1", "timerfd_create"] as const) {
      const none = vi.spyOn(native, call).mockReturnValue(-sys.errno.EMFILE);
      await expect(newWait(here).wait(READABLE)).rejects.toMatchObject({ code: "EMFILE" });
      none.mockRestore();
    }

    expect(await newWait(here).wait(READABLE)).toBe(true);
  });

  it("shares its descriptors with all others of the thread, and leaves none open", async () => {
    await closedAgain();
    const [here] = pair();
    const before = Object.keys(openDescriptors()).length;
    const controller = new AbortController();

    const waits = Array.from({ length: 300 }, () =>
      newWait(here).wait(READABLE, controller.signal),
    );
    await letLoopTurn();
    const during = Object.keys(openDescriptors()).length;
    controller.abort(new Error("enough"));
    await Promise.allSettled(waits);

    expect(during - before).toBeLessThanOrEqual(3);
    await vi.waitUntil(() => Object.keys(openDescriptors()).length === before, {
      timeout: PATIENCE_MS,
    });
  });

  it("lets the process end when nobody waits, and not before", async () => {
    const script = fileURLToPath(new URL("workers/waiting_for_one.mjs", import.meta.url));

    const { stdout, stderr, code } = await run(process.execPath, script);

    expect({ stdout, stderr, code }).toEqual({ stdout: "read 1\n", stderr: "", code: 0 });
  });
});

/** Which EPOLL… bits the epolls of this process watch a descriptor for. */
function watchedFor(fd: number): number {
  const line = new RegExp(`^tfd: +${fd} events: +([0-9a-f]+)`, "m");
  let events = 0;
  for (const each of readdirSync("/proc/self/fdinfo")) {
    const info = openDescriptors()[each] ? readFileSync(`/proc/self/fdinfo/${each}`, "latin1") : "";
    events |= parseInt(line.exec(info)?.[1] ?? "0", 16);
  }
  return events;
}

/** Until the epoll of earlier tests has been idle for long enough. */
async function closedAgain(): Promise<void> {
  const isOpen = (): boolean => Object.values(openDescriptors()).includes("anon_inode:[timerfd]");
  await vi.waitUntil(() => !isOpen(), { timeout: PATIENCE_MS });
}
