import { getEventListeners } from "node:events";
import { expect } from "vitest";
import { READABLE, type Ready, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { drain } from "./fixture.ts";
import { type Wait, pending, reported, turns } from "./pending.ts";

export function describeAsyncIteration(claim: Claim): void {
  describeBatches(claim);
  describeEnd(claim);
  describeOptions(claim);
}

function describeBatches(claim: Claim): void {
  claim("yields one batch per wait, with descriptor, events and data", async (fixture) => {
    const { mux } = fixture;
    const [first] = fixture.readyPair();
    const [second] = fixture.readyPair();
    mux.add(first, READABLE, "first");
    mux.add(second, READABLE | WRITABLE, "second");
    const batches: Ready<string>[][] = [];

    for await (const batch of mux) {
      batches.push(batch);
      if (batches.length === 2) break;
    }

    for (const batch of batches) {
      expect(batch).toHaveLength(2);
      expect(batch).toContainEqual({
        fd: first.fd,
        target: first,
        events: READABLE,
        data: "first",
      });
      expect(batch).toContainEqual({
        fd: second.fd,
        target: second,
        events: READABLE | WRITABLE,
        data: "second",
      });
      const owners = new Map(batch.map(({ fd, target }) => [fd, target]));
      expect(owners.get(first.fd)).toBe(first);
      expect(owners.get(second.fd)).toBe(second);
    }
  });

  claim("goes on with what the body of the loop has changed", async (fixture) => {
    const { mux } = fixture;
    const chain = Array.from({ length: 5 }, () => fixture.readyPair()[0]);
    mux.add(chain[0]!, READABLE);
    const order: number[] = [];

    for await (const [ready] of mux) {
      order.push(ready!.fd);
      mux.remove(ready!.fd);
      const next = chain[order.length];
      if (!next) break;
      mux.add(next, READABLE);
    }

    expect(order).toEqual(chain.map(({ fd }) => fd));
  });
}

function describeEnd(claim: Claim): void {
  claim("ends at once, in the middle of a wait, when nobody wants more", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    const batches = mux[Symbol.asyncIterator]();
    const next = batches.next();

    await batches.return();

    expect(await next).toEqual({ value: undefined, done: true });
    const wait = await pending(mux);
    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("leaves nothing pending when the loop is left", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const leaveByError = async (): Promise<void> => {
      for await (const batch of mux) throw new Error(String(batch.length));
    };

    await expect(leaveByError()).rejects.toThrow("1");
    for await (const batch of mux) {
      expect(batch).toHaveLength(1);
      break;
    }

    expect(fixture.ready()).toEqual(new Map([[here.fd, READABLE]]));
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("ends when the multiplexer is closed, in the loop or while it waits", async (fixture) => {
    for (const when of ["in the loop", "while it waits"] as const) {
      const mux = fixture.another();
      const [here] = fixture.readyPair();
      mux.add(here, READABLE);
      const batches: Ready<string>[][] = [];

      for await (const batch of mux) {
        batches.push(batch);
        drain(here);
        if (when === "in the loop") mux.close();
        else setImmediate(() => mux.close());
      }

      expect(batches).toHaveLength(1);
    }
  });

  claim("yields nothing of a multiplexer that is closed", async ({ mux }) => {
    mux.close();

    for await (const batch of mux) expect(batch).toBe("never yielded");

    expect(await mux[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });

  claim("ends by return() and throw() of its iterator", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const [one, other] = [mux[Symbol.asyncIterator](), mux[Symbol.asyncIterator]()];
    await one.next();
    await one.return();
    await other.next();
    await expect(other.throw(new Error("enough"))).rejects.toThrow("enough");

    expect(await one.next()).toEqual({ done: true, value: undefined });
    expect(await other.next()).toEqual({ done: true, value: undefined });
    expect(await reported(mux)).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("ends by throw() of its iterator in the middle of a wait", async ({ mux }) => {
    const lists = mux.readyLists();
    const next = lists.next();
    await turns();

    await expect(lists.throw(new Error("enough"))).rejects.toThrow("enough");

    expect(await next).toEqual({ value: undefined, done: true });
    expect(mux.waitSync(0)).toEqual([]);
  });

  claim("ends its own wait only, when a loop is left while another is pending", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.readyPair();
    mux.add(here, READABLE);
    let other: Wait | undefined;

    for await (const list of mux) {
      expect(list).toHaveLength(1);
      drain(here);
      other = await pending(mux);
      break;
    }

    await turns();
    expect(other?.isOver).toBe(false);
    there.send(Buffer.from("x"));
    expect(await other?.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("fails where a wait is pending (ERR_INVALID_STATE)", async ({ mux }) => {
    await pending(mux);

    await expect(mux[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "ERR_INVALID_STATE",
    });
  });
}

function describeOptions(claim: Claim): void {
  claim("throws the reason of a signal that is aborted while it waits", async (fixture) => {
    const { mux } = fixture;
    const [here, there] = fixture.pair();
    mux.add(here, READABLE);
    const controller = new AbortController();
    const { signal } = controller;
    const next = mux.readyLists({ signal }).next();
    await turns();

    controller.abort(new Error("enough"));

    await expect(next).rejects.toThrow("enough");
    expect(getEventListeners(signal, "abort")).toEqual([]);
    const wait = await pending(mux);
    there.send(Buffer.from("x"));
    expect(await wait.result()).toEqual(new Map([[here.fd, READABLE]]));
  });

  claim("throws the reason of a signal that is aborted in the loop, or before", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const controller = new AbortController();
    let lists = 0;
    const iterate = async (signal: AbortSignal): Promise<void> => {
      for await (const list of mux.readyLists({ signal })) {
        lists += list.length;
        controller.abort(new Error("enough"));
      }
    };

    await expect(iterate(controller.signal)).rejects.toThrow("enough");
    await expect(iterate(controller.signal)).rejects.toThrow("enough");
    await expect(iterate(AbortSignal.abort(5))).rejects.toBe(5);

    expect(lists).toBe(1);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  claim("leaves no listener at a signal when the loop is left", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    mux.add(here, READABLE);
    const { signal } = new AbortController();

    for await (const list of mux.readyLists({ signal })) {
      expect(list).toHaveLength(1);
      break;
    }

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  claim("ends where asked when nothing is watched any more", async (fixture) => {
    const { mux } = fixture;
    const [here] = fixture.readyPair();
    const [later] = fixture.pair();
    mux.add(here, READABLE);
    mux.add(later, READABLE);
    const seen: unknown[] = [];

    for await (const [ready] of mux.readyLists({ untilEmpty: true })) {
      seen.push(ready?.target);
      here.close();
      setImmediate(() => {
        later.close();
      });
    }

    expect(seen).toHaveLength(1);
    expect(seen[0]).toBe(here);
    for await (const list of mux.readyLists({ untilEmpty: true })) {
      expect(list).toBe("never yielded");
    }
  });

  claim("refuses options that an iteration does not have", ({ mux }) => {
    for (const wrong of [{ timeoutMs: 5 }, { signal: {} }, { untilEmpty: 1 }, null, 5]) {
      expect(() => {
        Reflect.apply(mux.readyLists.bind(mux), null, [wrong]);
      }).toThrow(TypeError);
    }
  });
}
