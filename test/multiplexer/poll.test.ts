import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Descriptor } from "../../lib/descriptors/descriptor.ts";
import { READABLE, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { PollMultiplexer } from "../../lib/multiplexer/poll.ts";
import * as sys from "../../lib/sys/index.ts";
import { hardDescriptorLimit } from "../support/process.ts";
import { run } from "../support/program.ts";
import { describeContract } from "./contract.ts";
import { Fixture } from "./contract/fixture.ts";
import { NUMBERS, THREADS } from "./differences.ts";

const MORE_THAN_AT_FIRST = 200;

// Such numbers need a high limit (RLIMIT_NOFILE).
const TOO_FEW = hardDescriptorLimit() < 10_001;

describe("PollMultiplexer", () => {
  describeContract(() => new PollMultiplexer(), { ...NUMBERS, ...THREADS });

  it("fills the gap that a removed descriptor leaves", () => {
    using fixture = new Fixture(() => new PollMultiplexer());
    const counters = Array.from({ length: 4 }, () => fixture.eventfd(1));
    const [first, second, third, last] = counters as [
      Descriptor,
      Descriptor,
      Descriptor,
      Descriptor,
    ];
    for (const counter of counters) fixture.mux.add(counter, READABLE);

    fixture.mux.remove(first);
    fixture.mux.modify(last, READABLE | WRITABLE);
    fixture.mux.remove(last);
    fixture.mux.remove(third);

    expect(fixture.readyNow()).toEqual(new Map([[second.fd, READABLE]]));
    fixture.mux.add(last, WRITABLE);
    expect(fixture.readyNow()).toEqual(
      new Map([
        [second.fd, READABLE],
        [last.fd, WRITABLE],
      ]),
    );
  });

  it("keeps a parked descriptor parked when it moves into a gap", () => {
    using fixture = new Fixture(() => new PollMultiplexer());
    const [first, second, parked] = [fixture.eventfd(1), fixture.eventfd(1), fixture.eventfd(1)];
    fixture.mux.add(first, READABLE);
    fixture.mux.add(second, READABLE);
    fixture.mux.add(parked, 0);

    fixture.mux.remove(first);

    expect(fixture.readyNow()).toEqual(new Map([[second.fd, READABLE]]));
    fixture.mux.modify(parked, READABLE);
    expect(fixture.readyNow().size).toBe(2);
  });

  it("grows past its first 64 slots, and keeps what it had", () => {
    using fixture = new Fixture(() => new PollMultiplexer());
    const counters = Array.from({ length: MORE_THAN_AT_FIRST }, () => fixture.eventfd(1));
    counters.forEach((counter, index) => {
      fixture.mux.add(counter, [READABLE, WRITABLE, READABLE | WRITABLE, 0][index % 4] ?? 0);
      if (index % 7 === 0) fixture.mux.remove(counter);
    });

    const expected = counters.flatMap(({ fd }, index): [number, number][] => {
      const events = [READABLE, WRITABLE, READABLE | WRITABLE, 0][index % 4] ?? 0;
      return events === 0 || index % 7 === 0 ? [] : [[fd, events]];
    });
    expect(fixture.readyNow()).toEqual(new Map(expected));
  });

  it("hands over what has an interest only, and says where that exceeds RLIMIT_NOFILE", async () => {
    const script = fileURLToPath(new URL("workers/limited_poll.mjs", import.meta.url));

    const { stdout, stderr } = await run(process.execPath, script);

    expect(stderr).toBe("");
    const reason = "ppoll EINVAL (100 descriptors are more than RLIMIT_NOFILE allows)";
    expect(JSON.parse(stdout)).toEqual({
      ...{ active: 20, few: [20, 20], rest: [54, 54] },
      many: ["EINVAL", expect.stringMatching(/^ppoll EINVAL .*RLIMIT_NOFILE/), "EINVAL", reason],
    });
  });

  it("drops many closed descriptors at once, wherever their slots are", () => {
    using fixture = new Fixture(() => new PollMultiplexer());
    const numbers = Array.from({ length: MORE_THAN_AT_FIRST }, () => fixture.bareNumber());
    for (const fd of numbers) fixture.mux.add(fd, READABLE);
    const [kept, closed] = [new Map<number, number>(), new Set<number>()];
    numbers.forEach((fd, index) => (index % 3 === 1 ? kept.set(fd, READABLE) : closed.add(fd)));
    for (const fd of closed) sys.close(fd);

    expect(fixture.readyNow()).toEqual(kept);
    expect(fixture.mux.size).toBe(kept.size);
    expect(fixture.readyNow()).toEqual(kept);

    for (const fd of kept.keys()) sys.close(fd);
  });

  it.skipIf(TOO_FEW)("watches descriptors of any number", () => {
    using fixture = new Fixture(() => new PollMultiplexer());
    const counter = fixture.eventfd(1);
    const high = fixture.own(new Descriptor(sys.fcntl(counter.fd, sys.F_DUPFD_CLOEXEC, 5000)));

    fixture.mux.add(high, READABLE);

    expect(fixture.readyNow()).toEqual(new Map([[high.fd, READABLE]]));
  });
});
