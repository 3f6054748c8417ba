import { describe, expect, it } from "vitest";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import type { EpollOptions } from "../../lib/multiplexer/epoll_options.ts";
import { PRIORITY, READABLE, READ_CLOSED, WRITABLE } from "../../lib/multiplexer/multiplexer.ts";
import { PollMultiplexer } from "../../lib/multiplexer/poll.ts";
import { SelectMultiplexer } from "../../lib/multiplexer/select.ts";
import * as sys from "../../lib/sys/index.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { describeContract } from "./contract.ts";
import { Fixture, PATIENCE_MS, drain, failure, fill } from "./contract/fixture.ts";
import { SILENT } from "./differences.ts";

function withOptions(options: EpollOptions): Fixture {
  return new Fixture(() => new EpollMultiplexer(options));
}

describe("EpollMultiplexer", () => {
  describeContract(() => new EpollMultiplexer(), SILENT);
});

describe("EpollMultiplexer, where asked to end when nothing is left", () => {
  it("ends when what it opens for the wait gets the number of the last one", async () => {
    for (const kind of ["blocking", "pending"] as const) {
      using mux = new EpollMultiplexer();
      const fd = sys.eventfd(0, sys.EFD_CLOEXEC);
      mux.add(fd, READABLE);
      sys.close(fd);

      const asked = { untilEmpty: true, timeoutMs: PATIENCE_MS };
      const list = kind === "blocking" ? mux.waitSync(asked) : await mux.wait(asked);

      expect([list, mux.endedBy, mux.size]).toEqual([[], "empty", 0]);
    }
  });
});

describe("EpollMultiplexer with edge", () => {
  it("reports each change once, not for as long as it is ready", () => {
    using fixture = withOptions({ edge: true });
    const [here, there] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    expect(fixture.mux.edge).toBe(true);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.readyNow().size).toBe(0);
    there.send(Buffer.from("y"));
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.readyNow().size).toBe(0);
  });

  it("is silent about the rest after a partial read, where the other reports it again", () => {
    using edge = withOptions({ edge: true });
    using level = withOptions({});
    const [here, there] = edge.pair();
    edge.mux.add(here, READABLE);
    level.mux.add(here, READABLE);
    const ready = new Map([[here.fd, READABLE]]);
    there.send(Buffer.from("abcdef"));
    expect([edge.readyNow(), level.readyNow()]).toEqual([ready, ready]);

    expect(here.recv(new Uint8Array(2))).toBe(2);
    expect([edge.readyNow().size, level.readyNow()]).toEqual([0, ready]);
    there.send(Buffer.from("g"));
    expect([edge.readyNow(), level.readyNow()]).toEqual([ready, ready]);

    drain(here);
    expect([edge.readyNow().size, level.readyNow().size]).toEqual([0, 0]);
  });

  it("reports again what is still ready after modify", () => {
    using fixture = withOptions({ edge: true });
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);
    fixture.readyNow();

    fixture.mux.modify(here, READABLE);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });

  it("reports WRITABLE once there is room again", () => {
    using fixture = withOptions({ edge: true });
    const [here, there] = fixture.pair();
    fixture.mux.add(here, WRITABLE);
    fill(here);
    fixture.readyNow();

    drain(there);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, WRITABLE]]));
    expect(fixture.readyNow().size).toBe(0);
  });

  it("reports READ_CLOSED once, to readers and to writers that ask, and to no others", () => {
    using fixture = withOptions({ edge: true });
    const interests = [READABLE, WRITABLE | READ_CLOSED, READ_CLOSED, WRITABLE];
    const pairs = interests.map(() => fixture.tcp());
    for (const [index, [here]] of pairs.entries()) {
      fill(here);
      fixture.mux.add(here, interests[index]!);
    }
    expect(fixture.readyNow().size).toBe(0);

    for (const [, there] of pairs) there.shutdown(sys.SHUT_WR);

    const seen = new Map<number, number>();
    for (let rounds = 0; seen.size < 3 && rounds < 100; rounds++) {
      for (const [fd, events] of fixture.events()) seen.set(fd, events);
    }
    const [reader, writer, closing] = pairs.map(([here]) => here.fd);
    expect(seen).toEqual(
      new Map([
        [reader, READABLE | READ_CLOSED],
        [writer, READ_CLOSED],
        [closing, READ_CLOSED],
      ]),
    );
    expect(fixture.events(5).size).toBe(0);
  });

  it("is chosen per descriptor as well, over what the constructor said", () => {
    using fixture = new Fixture(() => new EpollMultiplexer());
    using mux = new EpollMultiplexer({ edge: true });
    const [edge] = fixture.readyPair();
    const [level] = fixture.readyPair();
    mux.add(edge, READABLE);
    mux.add(level, READABLE, undefined, { edge: false });

    const counts = [1, 2].map(() => mux.waitSync(0, () => undefined));

    expect(counts).toEqual([2, 1]);
  });
});

describe("EpollMultiplexer with exclusive, at a half-close", () => {
  it("refuses READ_CLOSED (EINVAL), and reads the end of the stream without it", () => {
    using fixture = withOptions({ exclusive: true });
    const [here, there] = fixture.pair();
    expect(() => {
      fixture.mux.add(here, READ_CLOSED);
    }).toThrow(failure("EINVAL"));
    expect(fixture.mux.size).toBe(0);
    fixture.mux.add(here, READABLE);

    there.shutdown(sys.SHUT_WR);

    expect(fixture.events()).toEqual(new Map([[here.fd, READABLE]]));
  });
});

describe("EpollMultiplexer with oneShot", () => {
  it("reports once, then nothing until modify", () => {
    using fixture = withOptions({ oneShot: true });
    const [here, there] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    there.close();
    expect(fixture.readyNow().size).toBe(0);
    expect(fixture.events(5).size).toBe(0);
    fixture.mux.modify(here, READABLE);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.mux.has(here)).toBe(true);
  });

  it("reports again what a handler re-arms", () => {
    using fixture = withOptions({ oneShot: true });
    const [here] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    fixture.mux.waitSync(0, () => fixture.mux.modify(here, READABLE));

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });
});

describe("EpollMultiplexer with exclusive", () => {
  it("watches, modifies and removes as without", () => {
    using fixture = withOptions({ exclusive: true });
    const [here, there] = fixture.readyPair();
    fixture.mux.add(here, READABLE);

    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    fixture.mux.modify(here, READABLE | WRITABLE);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE | WRITABLE]]));
    fixture.mux.modify(here, 0);
    expect(fixture.readyNow().size).toBe(0);
    fixture.mux.modify(here, READABLE);
    drain(here);
    there.close();
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
    expect(fixture.mux.remove(here)).toBe(true);
    expect(fixture.readyNow().size).toBe(0);
  });

  it("is refused together with oneShot, when constructed and when added", () => {
    using fixture = withOptions({ exclusive: true });
    const [here] = fixture.readyPair();
    const refused = expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" }) as Error;

    expect(() => withOptions({ exclusive: true, oneShot: true })).toThrow(refused);
    using mux = new EpollMultiplexer();
    expect(() => {
      mux.add(here, READABLE, undefined, { exclusive: true, oneShot: true });
    }).toThrow(refused);

    expect(mux.size).toBe(0);
  });

  it("is refused together with PRIORITY (EINVAL), and changes nothing", () => {
    using fixture = withOptions({ exclusive: true });
    const [here] = fixture.readyPair();
    expect(() => fixture.mux.add(here, PRIORITY)).toThrow(failure("EINVAL"));
    expect(fixture.mux.size).toBe(0);
    fixture.mux.add(here, READABLE);

    expect(() => fixture.mux.modify(here, READABLE | PRIORITY)).toThrow(failure("EINVAL"));

    expect(fixture.mux.has(here)).toBe(true);
    expect(fixture.readyNow()).toEqual(new Map([[here.fd, READABLE]]));
  });
});

describe("the fd of an EpollMultiplexer", () => {
  const MULTIPLEXERS = [SelectMultiplexer, PollMultiplexer, EpollMultiplexer];

  it.each(MULTIPLEXERS)(
    "is READABLE in another multiplexer while something is ready (%o)",
    (Outer) => {
      using fixture = new Fixture(() => new Outer());
      using inner = new EpollMultiplexer();
      const [here, there] = fixture.pair();
      inner.add(here, READABLE);
      fixture.mux.add(inner, READABLE);
      expect(fixture.readyNow().size).toBe(0);

      there.send(Buffer.from("x"));

      expect(fixture.ready()).toEqual(new Map([[inner.fd, READABLE]]));
      expect(inner.waitSync(0, () => drain(here))).toBe(1);
      expect(fixture.readyNow().size).toBe(0);
    },
  );

  it("is -1 after close", () => {
    const mux = new EpollMultiplexer();

    mux.close();

    expect(mux.fd).toBe(-1);
  });

  it("cannot be watched by itself (EINVAL)", () => {
    using mux = new EpollMultiplexer();

    expect(() => mux.add(mux, READABLE)).toThrow(failure("EINVAL"));
    expect(mux.size).toBe(0);
  });
});

describe("EpollMultiplexer, SelectMultiplexer and their options", () => {
  it("are refused where they are none, or not theirs, and leave nothing open", () => {
    using fixture = withOptions({});
    const mux = fixture.own(new EpollMultiplexer());
    const [here] = fixture.pair();
    const before = openDescriptors();

    for (const make of [
      (options: object) => new EpollMultiplexer(options),
      (options: object) => new SelectMultiplexer(options),
      (options: object) => mux.add(here, READABLE, undefined, options),
    ]) {
      const code = (name: string) =>
        expect.objectContaining({ name: "TypeError", code: name }) as Error;
      expect(() => make(null as unknown as object)).toThrow(code("ERR_INVALID_ARG_TYPE"));
      expect(() => make({ egde: true })).toThrow(code("ERR_INVALID_ARG_VALUE"));
      expect(() => make({ egde: true })).toThrow("egde");
    }

    expect(openDescriptors()).toEqual(before);
    expect(mux.size).toBe(0);
  });
});
