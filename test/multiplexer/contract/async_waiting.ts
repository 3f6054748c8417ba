import { readFile } from "node:fs/promises";
import { setImmediate, setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import { native } from "../../../lib/native/native.ts";
import type { Claim } from "../contract.ts";
import { drain } from "./fixture.ts";
import { FILES, KINDS } from "./kinds.ts";
import { Wait, pending, reported } from "./pending.ts";

export function describeAsyncWaiting(claim: Claim): void {
  describeReady(claim);
  describeFree(claim);
  describeKindsOf(claim);
  describeRefusals(claim);
}

function describeReady(claim: Claim): void {
  claim("resolves with what is ready already, and how many that are", async (fixture) => {
    const { mux } = fixture;
    const [first] = fixture.readyPair();
    const [second] = fixture.readyPair();
    const [idle] = fixture.pair();
    mux.add(first, READABLE, "first");
    mux.add(second, READABLE | WRITABLE, "second");
    mux.add(idle, READABLE, "idle");

    const wait = new Wait(mux);

    expect(await wait.ended).toBe(2);
    expect(wait.ready).toEqual(
      new Map([
        [first.fd, READABLE],
        [second.fd, READABLE | WRITABLE],
      ]),
    );
    expect(new Set(wait.data)).toEqual(new Set(["first", "second"]));
  });

  claim("resolves when something becomes ready while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    there.send(Buffer.from("x"));

    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("reports again, by the next asynchronous wait, what is still ready", async (fixture) => {
    const [here] = fixture.readyPair();
    const [later, peer] = fixture.pair();
    fixture.mux.add(here, READABLE);
    fixture.mux.add(later, READABLE);

    for (let round = 0; round < 3; round++) {
      expect(await reported(fixture.mux)).toEqual(new Map([[here.fd, READABLE]]));
    }
    drain(here);
    const wait = await pending(fixture.mux);
    peer.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[later.fd, READABLE]]));
  });

  claim("calls no handler before `wait` has returned its promise", async (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    let returned = false;
    const seen: boolean[] = [];

    const ended = fixture.mux.wait(undefined, () => seen.push(returned));
    returned = true;

    expect(await ended).toBe(1);
    expect(seen).toEqual([true]);
  });
}

function describeFree(claim: Claim): void {
  claim("leaves timers, immediates and files free while it is pending", async (fixture) => {
    const [here, there] = fixture.pair();
    fixture.mux.add(here, READABLE);
    const wait = await pending(fixture.mux);

    await Promise.all([setTimeout(2), setImmediate(), readFile(new URL(import.meta.url))]);

    expect(wait.isOver).toBe(false);
    there.send(Buffer.from("x"));
    expect(await wait.ended).toBe(1);
  });

  claim("does not starve timers and files by one wait after another", async (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    let free = false;
    const others = Promise.all([setTimeout(2), readFile(new URL(import.meta.url))]);
    void others.then(() => (free = true));

    while (!free) expect(await reported(fixture.mux)).toEqual(new Map([[here.fd, READABLE]]));

    await others;
  });
}

function describeKindsOf(claim: Claim): void {
  for (const [kind, open] of Object.entries(KINDS)) {
    claim(`ends a pending wait when ${kind} has something to read`, async (fixture) => {
      const [target, feed] = open(fixture);
      fixture.mux.add(target, READABLE);
      const wait = await pending(fixture.mux);

      feed();

      expect(await wait.result()).toEqual(new Map([[(target as { fd: number }).fd, READABLE]]));
    });
  }

  for (const [file, open] of Object.entries(FILES)) {
    claim(`resolves for ${file}, always`, async (fixture) => {
      const fd = open();
      const [idle] = fixture.pair();
      fixture.mux.add(idle, READABLE);
      fixture.mux.add(fd, READABLE | WRITABLE);
      for (const timeoutMs of [0, 5.5, undefined]) {
        expect(await reported(fixture.mux, { timeoutMs })).toEqual(
          new Map([[fd, READABLE | WRITABLE]]),
        );
      }
      fixture.mux.remove(fd);
      native.close(fd);
    });
  }
}

function describeRefusals(claim: Claim): void {
  claim("rejects a time or a handler that it cannot take, and goes on working", async (fixture) => {
    const { mux } = fixture;
    for (const timeoutMs of [-1, -0.001, -Infinity, NaN]) {
      await expect(mux.wait({ timeoutMs }, () => undefined)).rejects.toThrow(RangeError);
    }
    const wrongType = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG_TYPE" });
    for (const timeoutMs of ["1", null, true, 1n]) {
      await expect(call(mux, { timeoutMs }, () => undefined)).rejects.toEqual(wrongType);
    }
    for (const onReady of [null, {}, "f"]) {
      await expect(call(mux, {}, onReady)).rejects.toEqual(wrongType);
    }

    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("rejects options that it does not have, and goes on working", async (fixture) => {
    const { mux } = fixture;
    for (const wrong of [{ timeout: 5 }, { restart: true }, AbortSignal.abort()]) {
      await expect(call(mux, wrong, () => undefined)).rejects.toMatchObject({
        ...{ name: "TypeError", code: "ERR_INVALID_ARG_VALUE" },
      });
    }

    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("rejects after the multiplexer was closed (ERR_INVALID_STATE)", async ({ mux }) => {
    mux.close();

    await expect(mux.wait(undefined, () => undefined)).rejects.toMatchObject({
      code: "ERR_INVALID_STATE",
    });
  });
}

function call(mux: object, ...args: unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(mux, "wait");
  return Reflect.apply(method as (...all: unknown[]) => Promise<unknown>, mux, args);
}
