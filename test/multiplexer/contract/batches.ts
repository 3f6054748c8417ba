import { expect } from "vitest";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import type { Claim } from "../contract.ts";
import { two } from "./two.ts";

export function describeBatches(claim: Claim): void {
  describeVoided(claim);
  describeOwn(claim);
}

function describeVoided(claim: Claim): void {
  claim("does not report what an earlier handler removed", (fixture) => {
    const { calls, wait } = two(fixture);

    expect(wait((other) => fixture.mux.remove(other))).toBe(1);
    expect(calls).toHaveLength(1);
    expect(fixture.mux.size).toBe(1);
  });

  claim("does not report what an earlier handler closed", (fixture) => {
    const { calls, wait } = two(fixture);

    expect(
      wait((other) => {
        other.close();
      }),
    ).toBe(1);
    expect(calls).toHaveLength(1);
    expect(fixture.readyNow().size).toBe(1);
  });

  claim("does not report what an earlier handler parked", (fixture) => {
    const { calls, wait } = two(fixture);

    expect(
      wait((other) => {
        fixture.mux.modify(other, 0);
      }),
    ).toBe(1);
    expect(calls).toHaveLength(1);
    expect(fixture.mux.size).toBe(2);
  });

  claim("reports only the directions that an earlier handler left", (fixture) => {
    const { calls, wait } = two(fixture, READABLE | WRITABLE);

    wait((other) => {
      fixture.mux.modify(other, WRITABLE);
    });

    expect(calls.map(([, events]) => events)).toEqual([READABLE | WRITABLE, WRITABLE]);
  });

  claim("reports what an earlier handler removed and added again by the next wait", (fixture) => {
    const { calls, wait } = two(fixture);
    let again = -1;

    wait((other) => {
      fixture.mux.remove(other);
      fixture.mux.add(other, READABLE, "again");
      again = other.fd;
    });

    expect(calls).toHaveLength(1);
    wait(() => undefined);
    expect(calls).toContainEqual([again, READABLE, "again"]);
  });

  claim(
    "does not give the event of a closed object to the next one under its number",
    (fixture) => {
      const { calls, wait } = two(fixture);

      wait((other) => {
        const fd = other.fd;
        other.close();
        const [next] = fixture.pair();
        expect(next.fd).toBe(fd);
        fixture.mux.add(next, READABLE | WRITABLE, "next");
      });

      expect(calls).toHaveLength(1);
      wait(() => undefined);
      expect(calls.slice(1).map(([, events, data]) => [events, data])).toContainEqual([
        WRITABLE,
        "next",
      ]);
    },
  );

  claim("does not give it to one that nobody added, either", (fixture) => {
    const { calls, wait } = two(fixture);

    const count = wait((other) => {
      const fd = other.fd;
      other.close();
      const [next] = fixture.readyPair();
      expect(next.fd).toBe(fd);
    });

    expect(count).toBe(1);
    expect(calls).toHaveLength(1);
    expect(fixture.readyNow().size).toBe(1);
  });
}

function describeOwn(claim: Claim): void {
  claim("lets a handler remove its own descriptor", (fixture) => {
    const { wait } = two(fixture);

    expect(wait((_, own) => fixture.mux.remove(own))).toBe(2);
    expect(fixture.readyNow().size).toBe(1);
  });

  claim("lets a handler close its own descriptor", (fixture) => {
    const { wait } = two(fixture);

    expect(
      wait((_, own) => {
        own.close();
      }),
    ).toBe(2);
    expect(fixture.readyNow().size).toBe(1);
  });

  claim("lets a handler modify its own descriptor", (fixture) => {
    const { wait } = two(fixture);
    let modified = -1;

    wait((_, own) => {
      fixture.mux.modify(own, WRITABLE);
      modified = own.fd;
    });

    expect(fixture.readyNow().get(modified)).toBe(WRITABLE);
  });

  claim("reports what a handler adds by the next wait", (fixture) => {
    const { calls, wait } = two(fixture);
    const [added] = fixture.readyPair();

    expect(
      wait(() => {
        fixture.mux.add(added, READABLE, "added");
      }),
    ).toBe(2);
    expect(wait(() => undefined)).toBe(3);
    expect(calls).toContainEqual([added.fd, READABLE, "added"]);
  });

  claim("ends the batch when a handler closes the multiplexer", (fixture) => {
    const { calls, wait } = two(fixture);

    expect(
      wait(() => {
        fixture.mux.close();
      }),
    ).toBe(1);
    expect(calls).toHaveLength(1);
    expect(fixture.mux.size).toBe(0);
  });
}
