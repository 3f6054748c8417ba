import { describe, expect, it } from "vitest";
import type { Call, ErrorClass } from "../../lib/failures/classes.ts";
import { Injection, WAIT_CALLS } from "../support/injection.ts";
import { KINDS, type Kind } from "../support/reactors.ts";
import { type Cell, NEVER, cells, expectRetry, representatives, useServer } from "./cells.ts";
import { Peer } from "./serving.ts";

describe.each(KINDS)("on $multiplexer, edge: $edge,", (kind: Kind) => {
  const used = useServer(kind);
  const isDefault = kind.multiplexer === "epoll" && !kind.edge;
  // Edge-triggered, what the kernel reports and then denies is not reported again.
  const some = (call: Call): Cell[] =>
    isDefault
      ? cells(call)
      : representatives(call).filter(([, expected]) => !kind.edge || expected !== "wait");

  it.each(some("accept"))("accept(2): %s, %s", async (code, expected) => {
    await using injection = await Injection.attach(used.server.pid, `accept4:error=${code}:when=1`);

    await using peer = await Peer.connect(used.server.port);
    const answer = await peer.ask("hello");

    const calls = await injection.detach();
    const told = [`accept4 ${code}`];
    const outcome: Partial<Record<ErrorClass, object>> = {
      wait: { answer: "hello", ...NEVER },
      retry: { answer: "hello", ...NEVER },
      pause: { answer: "hello", ...NEVER, told },
      "turn away": { answer: null, ...NEVER, turnedAway: 1 },
      close: { answer: null, ...NEVER, told },
    };
    expect({ answer, ...(await used.server.report()) }).toMatchObject(outcome[expected]!);
    expectRetry(calls, expected);
    if (expected === "close") await used.server.listen();
    await using next = await Peer.connect(used.server.port);
    expect(await next.ask("next")).toBe("next");
  });

  // A long message keeps its connection out of the batches of small ones.
  const paths = isDefault ? [10, 3000] : [10];
  describe.each(paths)("a connection whose last message had %d bytes", (length) => {
    const few = (call: Call) => (length === paths[0] ? some(call) : representatives(call));

    it.each(few("recv"))("recv(2): %s, %s", async (code, expected) => {
      const text = "x".repeat(length);
      await using peer = await Peer.connect(used.server.port);
      expect(await peer.ask(text)).toBe(text);
      await using injection = await Injection.attach(
        used.server.pid,
        `recvfrom:error=${code}:when=1`,
      );

      const answer = await peer.ask("again");

      const calls = await injection.detach();
      const broken = [{ why: `recv ${code}`, heard: `${text}again` }];
      const isClosed = expected === "close";
      expect({ answer, ...(await used.server.report()) }).toMatchObject(
        isClosed ? { answer: null, ...NEVER, broken } : { answer: "again", ...NEVER },
      );
      expectRetry(calls, expected);
    });

    it.each(few("send"))("send(2): %s, %s", async (code, expected) => {
      const text = "x".repeat(length);
      await using peer = await Peer.connect(used.server.port);
      expect(await peer.ask(text)).toBe(text);
      await using injection = await Injection.attach(
        used.server.pid,
        `sendto:error=${code}:when=1`,
      );

      const answer = await peer.ask("again");

      const calls = await injection.detach();
      const broken = [{ why: `send ${code}`, heard: `${text}again` }];
      const isClosed = expected === "close";
      expect({ answer, ...(await used.server.report()) }).toMatchObject(
        isClosed ? { answer: null, ...NEVER, broken } : { answer: "again", ...NEVER },
      );
      expectRetry(calls, expected);
    });
  });

  const wait = { select: "select", poll: "poll", epoll: "epoll_wait" } as const;
  const call = wait[kind.multiplexer];
  it.each(cells(call))(`${call}(2): %s, %s`, async (code, expected) => {
    const faults = WAIT_CALLS.map((name) => `?${name}:error=${code}:when=1`);
    await using injection = await Injection.attach(used.server.pid, ...faults);

    const answer = await used.other.ask("hello");
    // The first answer may have come by the wait that was under way.
    expect(await used.other.ask("again")).toBe("again");

    const calls = await injection.detach();
    const { told, ended, broken, turnedAway } = await used.server.report();
    const name = expect.stringMatching(new RegExp(`^(epoll_wait|select|ppoll) ${code}$`)) as string;
    const outcome: Partial<Record<ErrorClass, object>> = {
      retry: { told: [], ended: [] },
      pause: { told: [name], ended: [] },
      throw: { told: [], ended: [name] },
      // None of the numbers is closed: there is nothing to forget.
      forget: { told: [], ended: [name] },
    };
    expect({ answer, broken, turnedAway }).toEqual({ answer: "hello", broken: [], turnedAway: 0 });
    expect({ told, ended }).toEqual(outcome[expected]);
    expectRetry(calls, expected);
  });

  it("accept(2): what no manual page lists, pause", async () => {
    await using injection = await Injection.attach(used.server.pid, "accept4:error=EIO:when=1");

    await using peer = await Peer.connect(used.server.port);

    expect(await peer.ask("hello")).toBe("hello");
    expectRetry(await injection.detach(), "pause");
    expect(await used.server.report()).toMatchObject({ ...NEVER, told: ["accept4 EIO"] });
  });
});

describe("select(2)", () => {
  const used = useServer({ multiplexer: "select", edge: false });

  it("forgets a number that is closed (EBADF), and goes on", async () => {
    const { watched } = await used.server.report();
    await used.server.command("lose");

    expect(await used.other.ask("hello")).toBe("hello");

    expect(await used.server.report()).toMatchObject({ ...NEVER, watched });
  });
});
