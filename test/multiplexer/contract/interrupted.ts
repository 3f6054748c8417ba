import { expect } from "vitest";
import { READABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Socket } from "../../../lib/socket/socket.ts";
import type { Claim } from "../contract.ts";
import { drain } from "./fixture.ts";
import { two } from "./two.ts";

export function describeInterrupted(claim: Claim): void {
  claim("passes on what a handler throws, and delivers the rest by the next wait", (fixture) => {
    const { calls, wait } = two(fixture);
    const oops = new Error("oops");

    expect(() =>
      wait((other) => {
        // Gone from the kernel's point of view: only the batch still knows of it.
        drain(other);
        throw oops;
      }),
    ).toThrow(oops);

    expect(calls).toHaveLength(1);
    expect(fixture.mux.waitSync(0, (fd, events, data) => calls.push([fd, events, data]))).toBe(1);
    expect(new Set(calls.map(([, , data]) => data))).toEqual(new Set(["first", "second"]));
  });

  claim(
    "drops the rest of a batch that was closed, removed or parked before the next wait",
    (fixture) => {
      const { wait } = two(fixture);
      const [third] = fixture.readyPair();
      fixture.mux.add(third, READABLE, "third");
      let thrower: Socket | undefined;
      expect(() =>
        wait((other, own) => {
          thrower = own;
          fixture.mux.modify(third, 0);
          fixture.mux.remove(other);
          throw new Error("oops");
        }),
      ).toThrow("oops");

      expect([...fixture.readyNow().keys()]).toEqual([thrower?.fd]);
    },
  );

  claim(
    "delivers the rest of the batch to a wait inside a handler, and nothing twice",
    (fixture) => {
      const { calls, wait } = two(fixture);
      let inner = -1;

      const outer = wait(() => {
        inner = fixture.mux.waitSync(0, (fd, events, data) => calls.push([fd, events, data]));
      });

      expect([inner, outer]).toEqual([1, 1]);
      expect(new Set(calls.map(([, , data]) => data))).toEqual(new Set(["first", "second"]));
    },
  );

  claim("waits anew inside a handler when the batch is through", (fixture) => {
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    const counts: number[] = [];

    fixture.mux.waitSync(0, () => {
      counts.push(fixture.readyNow().size);
      drain(here);
      counts.push(fixture.readyNow().size);
    });

    expect(counts).toEqual([1, 0]);
  });

  claim("survives a wait inside a handler that closes the multiplexer", (fixture) => {
    const { wait } = two(fixture);

    const outer = wait(() => {
      fixture.mux.waitSync(0, () => {
        fixture.mux.close();
      });
    });

    expect(outer).toBe(1);
  });
}
