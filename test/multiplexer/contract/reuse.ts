import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import * as sys from "../../../lib/sys/index.ts";
import type { Claim } from "../contract.ts";
import { type Fixture, failure } from "./fixture.ts";

export function describeReuse(claim: Claim): void {
  describeObjects(claim);
  describeNumbers(claim);
}

function describeObjects(claim: Claim): void {
  claim(
    "does not report a socket that took over the number of a watched, closed one",
    (fixture) => {
      const { next } = replaced(fixture);

      expect(fixture.mux.has(next)).toBe(false);
      expect(fixture.readyNow().size).toBe(0);
      expect(fixture.events(5).size).toBe(0);
    },
  );

  claim("watches the socket that took over the number, when it is added", (fixture) => {
    const { next, old } = replaced(fixture);

    fixture.mux.add(next, WRITABLE, "next");

    const reported: unknown[] = [];
    fixture.mux.waitSync(0, (...event) => reported.push(...event));
    expect(reported).toEqual([next.fd, WRITABLE, "next", next]);
    expect(reported[3]).toBe(next);
    expect(fixture.mux.has(old)).toBe(false);
    expect(fixture.mux.remove(old)).toBe(false);
    expect(fixture.mux.size).toBe(1);
  });

  claim("does not modify or remove the one under the number by way of the other", (fixture) => {
    const { mux } = fixture;
    const { next, old } = replaced(fixture);

    expect(() => {
      mux.modify(next, READABLE);
    }).toThrow(failure("ENOENT", { fd: next.fd }));
    expect(mux.remove(next)).toBe(false);
    expect(() => {
      mux.modify(old, READABLE);
    }).toThrow(failure("EBADF"));
    expect(mux.size).toBe(0);
  });

  claim("leaves the new one alone when the closed one is removed", (fixture) => {
    const { next, old } = replaced(fixture);

    expect(fixture.mux.remove(old)).toBe(false);
    expect(next.recv(new Uint8Array(1))).toBe(1);
    fixture.mux.add(next, WRITABLE);
    expect(fixture.readyNow()).toEqual(new Map([[next.fd, WRITABLE]]));
  });

  claim("never takes a descriptor of its own for a watched one that was closed", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE);
    sys.close(fd);

    // The first wait that blocks opens one, under the lowest number that is free.
    expect(fixture.events(5).size).toBe(0);

    expect(mux.has(fd)).toBe(false);
    expect(mux.remove(fd)).toBe(false);
    expect(mux.size).toBe(0);
    expect(fixture.events(5).size).toBe(0);
  });
}

function describeNumbers(claim: Claim): void {
  claim("forgets a bare number when the next wait finds it closed", (fixture) => {
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    sys.close(fd);
    fixture.readyNow();

    const next = fixture.eventfd(1);

    expect(next.fd).toBe(fd);
    expect(fixture.readyNow().size).toBe(0);
    fixture.mux.add(fd, READABLE);
    expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
  });

  claim("forgets a bare number that was removed after it was closed and reused", (fixture) => {
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE, "old");
    sys.close(fd);
    const next = fixture.eventfd(1);
    expect(next.fd).toBe(fd);

    expect(fixture.mux.remove(fd)).toBe(true);

    expect(fixture.readyNow().size).toBe(0);
    fixture.mux.add(fd, READABLE, "new");
    expect(fixture.readyNow()).toEqual(new Map([[fd, READABLE]]));
  });

  claim("forgets a bare number that was closed and reused between two waits", (fixture) => {
    const fd = fixture.bareNumber();
    fixture.mux.add(fd, READABLE);
    sys.close(fd);

    expect(fixture.eventfd(1).fd).toBe(fd);

    expect(fixture.readyNow().size).toBe(0);
  });

  claim("adds a bare number again that was closed and reused between two waits", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE, "old");
    sys.close(fd);
    expect(fixture.eventfd(1).fd).toBe(fd);

    mux.add(fd, READABLE, "new");

    const data: string[] = [];
    mux.waitSync(0, (...event) => data.push(event[2]));
    expect(data).toEqual(["new"]);
    expect(mux.size).toBe(1);
  });

  claim("refuses to modify a bare number that was closed and reused (ENOENT)", (fixture) => {
    const { mux } = fixture;
    const fd = fixture.bareNumber();
    mux.add(fd, READABLE);
    sys.close(fd);
    expect(fixture.eventfd(1).fd).toBe(fd);

    expect(() => {
      mux.modify(fd, WRITABLE);
    }).toThrow(failure("ENOENT", { fd }));
    expect(mux.has(fd)).toBe(false);
  });
}

/** A watched socket that was closed, and one with something to read that has its number now. */
function replaced(fixture: Fixture): { old: Socket; next: Socket } {
  const [old] = fixture.readyPair();
  const { fd } = old;
  fixture.mux.add(old, READABLE, "old");
  old.close();
  const [next] = fixture.readyPair();
  expect(next.fd).toBe(fd);
  return { old, next };
}
