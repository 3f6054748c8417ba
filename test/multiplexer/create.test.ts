import { afterEach, describe, expect, it, vi } from "vitest";
import { MULTIPLEXERS, createMultiplexer } from "../../lib/multiplexer/create.ts";
import { EpollMultiplexer } from "../../lib/multiplexer/epoll.ts";
import { PollMultiplexer } from "../../lib/multiplexer/poll.ts";
import { SelectMultiplexer } from "../../lib/multiplexer/select.ts";

const CLASSES = { select: SelectMultiplexer, poll: PollMultiplexer, epoll: EpollMultiplexer };

const invalid = expect.objectContaining({
  name: "TypeError",
  code: "ERR_INVALID_ARG_VALUE",
}) as unknown;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("createMultiplexer", () => {
  it.each(MULTIPLEXERS)("makes the one that is called %s", (name) => {
    using mux = createMultiplexer(name);

    expect(mux).toBeInstanceOf(CLASSES[name]);
    expect([mux.name, mux.edge]).toEqual([name, false]);
  });

  it("hands on the options that it has", () => {
    using epoll = createMultiplexer("epoll", { edge: true });
    using select = createMultiplexer("select", { capacity: 2000 });

    expect(epoll.edge).toBe(true);
    expect(select).toMatchObject({ capacity: 2000 });
  });

  it("takes options that say no to what it does not have", () => {
    using mux = createMultiplexer("poll", { edge: false });

    expect(mux.edge).toBe(false);
  });

  it("refuses the options of another", () => {
    for (const options of [{ edge: true }, { oneShot: true }, { exclusive: true }]) {
      expect(() => createMultiplexer("select", options)).toThrow(invalid);
      expect(() => createMultiplexer("poll", options)).toThrow(invalid);
    }
    expect(() => createMultiplexer("poll", { capacity: 1 })).toThrow(invalid);
    expect(() => createMultiplexer("epoll", { capacity: 1 })).toThrow(invalid);
  });

  it.each(["kqueue", "", null, 3])("refuses %o", (name) => {
    expect(() => {
      Reflect.apply(createMultiplexer, null, [name]);
    }).toThrow(invalid);
  });

  it("makes an epoll when nothing is said", () => {
    vi.stubEnv("POLLUX_MULTIPLEXER", undefined);
    using mux = createMultiplexer();

    expect(mux).toBeInstanceOf(EpollMultiplexer);
  });

  it.each(MULTIPLEXERS)(
    "makes what POLLUX_MULTIPLEXER says, where no name is given: %s",
    (name) => {
      vi.stubEnv("POLLUX_MULTIPLEXER", name);
      using mux = createMultiplexer();
      using named = createMultiplexer("poll");

      expect([mux.name, named.name]).toEqual([name, "poll"]);
    },
  );

  it.each(["kqueue", ""])("refuses POLLUX_MULTIPLEXER=%s", (name) => {
    vi.stubEnv("POLLUX_MULTIPLEXER", name);

    expect(() => createMultiplexer()).toThrow(invalid);
  });
});
