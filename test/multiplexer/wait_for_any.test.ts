import { describe, expect, it, onTestFinished } from "vitest";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { waitForAny, waitForAnySync } from "../../lib/multiplexer/wait_for_any.ts";
import * as sys from "../../lib/sys/index.ts";
import { openPair } from "../sys/support.ts";

type Wait = typeof waitForAny;

const BOTH: readonly (readonly [string, Wait])[] = [
  ["waitForAnySync", (...args) => Promise.resolve().then(() => waitForAnySync(args[0], args[1]))],
  ["waitForAny", waitForAny],
];

describe.each(BOTH)("%s", (_name, wait) => {
  it("finds the descriptor that is ready, of several", async () => {
    const [first] = openPair();
    const [second, peer] = openPair();
    sys.send(peer, Buffer.from("x"));

    const found = await wait(
      [
        { fd: first, interest: READABLE },
        { fd: second, interest: READABLE },
      ],
      Infinity,
    );

    expect([...found]).toEqual([second]);
  });

  it("finds none when the time has passed, nor those without an interest", async () => {
    const [first] = openPair();
    const [second, peer] = openPair();
    sys.send(peer, Buffer.from("x"));

    const found = await wait(
      [
        { fd: first, interest: READABLE },
        { fd: second, interest: 0 },
      ],
      20,
    );

    expect([...found]).toEqual([]);
  });

  it("fails with EBADF for a descriptor that is not open, and can be called again", async () => {
    const [first] = openPair();
    const waiting = wait(
      [
        { fd: first, interest: WRITABLE },
        { fd: 1_000_000, interest: READABLE },
      ],
      Infinity,
    );

    await expect(waiting).rejects.toThrow(expect.objectContaining({ code: "EBADF" }));
    expect([...(await wait([{ fd: first, interest: WRITABLE }], Infinity))]).toEqual([first]);
  });
});

describe("waitForAny", () => {
  it("is rejected with the reason of a signal, and leaves no listener behind", async () => {
    const [fd] = openPair();
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.add(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.delete(args[1]);
      remove(...args);
    };
    onTestFinished(() => {
      expect(listeners.size).toBe(0);
    });

    await waitForAny([{ fd, interest: WRITABLE }], Infinity, signal);
    const waiting = waitForAny([{ fd, interest: READABLE }], Infinity, signal);
    controller.abort(new Error("mine"));

    await expect(waiting).rejects.toThrow("mine");
    await expect(waitForAny([{ fd, interest: WRITABLE }], 0, signal)).rejects.toThrow("mine");
  });
});
