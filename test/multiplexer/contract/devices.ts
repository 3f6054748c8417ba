import { constants, openSync } from "node:fs";
import { expect } from "vitest";
import { Descriptor } from "../../../lib/descriptors/descriptor.ts";
import { READABLE, WRITABLE } from "../../../lib/multiplexer/multiplexer.ts";
import * as sys from "../../../lib/sys/index.ts";
import { BARE, PYTHON } from "../../support/tools.ts";
import { Program } from "../../support/program.ts";
import type { Claim } from "../contract.ts";

const BOTH = READABLE | WRITABLE;

export function describeDevices(claim: Claim): void {
  claim("reports an eventfd as WRITABLE until its counter is full", (fixture) => {
    const counter = fixture.eventfd();
    fixture.mux.add(counter, BOTH);
    expect(fixture.readyNow()).toEqual(new Map([[counter.fd, WRITABLE]]));

    sys.eventfdWrite(counter.fd, 2n ** 64n - 2n);
    expect(fixture.readyNow()).toEqual(new Map([[counter.fd, READABLE]]));
    sys.eventfdRead(counter.fd);
    expect(fixture.readyNow()).toEqual(new Map([[counter.fd, WRITABLE]]));
  });

  claim("reports a timerfd as READABLE once it has expired, until it is read", (fixture) => {
    const timer = fixture.own(
      new Descriptor(sys.timerfdCreate(sys.CLOCK_MONOTONIC, sys.TFD_CLOEXEC | sys.TFD_NONBLOCK)),
    );
    fixture.mux.add(timer, BOTH);
    expect(fixture.readyNow().size).toBe(0);

    const start = performance.now();
    sys.timerfdSettime(timer.fd, 0, { valueNs: 5_500_000n, intervalNs: 0n });

    expect(fixture.ready()).toEqual(new Map([[timer.fd, READABLE]]));
    expect(performance.now() - start).toBeGreaterThanOrEqual(5.5);
    expect(fixture.readyNow()).toEqual(new Map([[timer.fd, READABLE]]));
    sys.read(timer.fd, new BigUint64Array(1));
    expect(fixture.readyNow().size).toBe(0);
  });

  claim(
    "reports a terminal: a finished line is READABLE, and so is its hang-up",
    async (fixture) => {
      await using master = new Program(PYTHON, [...BARE, "-c", MASTER]);
      const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
      const tty = fixture.own(new Descriptor(openSync(await master.nextLine(), flags)));
      master.say("open");
      expect(await master.nextLine()).toBe("alone");
      fixture.mux.add(tty, BOTH);
      expect(fixture.readyNow()).toEqual(new Map([[tty.fd, WRITABLE]]));
      fixture.mux.modify(tty, READABLE);

      master.say("half");
      expect(await master.nextLine()).toBe("written");
      expect(fixture.readyNow().size).toBe(0);
      master.say("line");
      expect(fixture.ready()).toEqual(new Map([[tty.fd, READABLE]]));
      const line = Buffer.alloc(20);
      expect(line.toString("latin1", 0, sys.read(tty.fd, line) ?? 0)).toBe("halfline\n");
      expect(fixture.readyNow().size).toBe(0);
      master.say("close");
      expect(fixture.ready()).toEqual(new Map([[tty.fd, READABLE]]));
    },
  );
}

/** Owns the other end of a terminal, and does as it is told, line by line. */
const MASTER = `
import os, pty, sys
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
for line in sys.stdin:
    if line == "open\\n": os.close(slave); print("alone", flush=True)
    if line == "half\\n": os.write(master, b"half"); print("written", flush=True)
    if line == "line\\n": os.write(master, b"line\\n")
    if line == "close\\n": os.close(master)
`;
