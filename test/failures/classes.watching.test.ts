import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { ErrorClass } from "../../lib/failures/classes.ts";
import { Injection } from "../support/injection.ts";
import { FIRST_PAUSE_MS, NEVER, cells, expectRetry, useServer } from "./cells.ts";
import { Peer } from "./serving.ts";

const EPOLL = { multiplexer: "epoll", edge: false } as const;

describe("epoll_ctl(2)", () => {
  const used = useServer(EPOLL);
  // The others find a counter that is watched.
  const operations = ["EPOLL_CTL_ADD", "EPOLL_CTL_MOD", "EPOLL_CTL_DEL"] as const;
  const [READABLE, WRITABLE] = [1, 2];
  const before = { EPOLL_CTL_ADD: null, EPOLL_CTL_MOD: READABLE, EPOLL_CTL_DEL: WRITABLE };
  const wanted = { EPOLL_CTL_ADD: READABLE, EPOLL_CTL_MOD: WRITABLE, EPOLL_CTL_DEL: null };

  it.each(
    operations.flatMap((operation) =>
      cells(operation).map((cell) => [operation, ...cell] as const),
    ),
  )("%s: %s, %s", async (operation, code, expected) => {
    const when = operations.indexOf(operation) + 1;
    const fault = `epoll_ctl:error=${code}:when=${String(when)}`;
    await using injection = await Injection.attach(used.server.pid, fault);

    const outcome = await used.server.command("watch", operation);

    const calls = await injection.detach();
    expect(calls.filter(({ injected }) => injected)).toHaveLength(1);
    const failure = `epoll_ctl ${code === "EPERM" ? "ENOENT" : code}`;
    const outcomes: Partial<Record<ErrorClass, object>> = {
      throw: { outcome: `epoll_ctl ${code}`, interest: before[operation] },
      replace: { outcome: null, interest: wanted[operation] },
      emulate: { outcome: null, interest: wanted[operation] },
      forget: { outcome: failure, interest: null },
      done: { outcome: expect.any(Boolean), interest: null },
    };
    expect(outcome).toMatchObject(outcomes[expected]!);
    if (expected === "throw") {
      expect(outcome).toMatchObject({ second: operation === "EPOLL_CTL_DEL" ? true : null });
    }
  });

  it.each(["ENOSPC", "ENOMEM", "EPERM", "EBADF"])(
    "%s ends the connection that it is about, when it is new",
    async (code) => {
      await using injection = await Injection.attach(
        used.server.pid,
        `epoll_ctl:error=${code}:when=1`,
      );

      await using peer = await Peer.connect(used.server.port);
      expect(await peer.ask("hello")).toBe(null);

      await injection.detach();
      expect(await used.server.report()).toMatchObject({ ...NEVER, told: [`epoll_ctl ${code}`] });
      await using next = await Peer.connect(used.server.port);
      expect(await next.ask("next")).toBe("next");
    },
  );

  it.each(["ENOMEM", "ENOENT", "EBADF"])(
    "%s ends the connection that it is about, when that changes its interest",
    async (code) => {
      await using peer = await Peer.connect(used.server.port);
      expect(await peer.ask("hello")).toBe("hello");
      await using injection = await Injection.attach(
        used.server.pid,
        `epoll_ctl:error=${code}:when=1`,
      );

      expect(await peer.ask("pause")).toBe(null);

      await injection.detach();
      const broken = [{ why: `epoll_ctl ${code}`, heard: "hellopause" }];
      expect(await used.server.report()).toMatchObject({ ...NEVER, broken });
    },
  );
});

describe("connect(2)", () => {
  const used = useServer(EPOLL);
  it.each(cells("connect"))("%s, %s", async (code, expected) => {
    await using listening = createServer((socket) => socket.on("error", () => socket.destroy()));
    await once(listening.listen(0, "127.0.0.1"), "listening");
    const { port } = listening.address() as { port: number };
    const begun = expected === "under way";
    const fault = `connect:error=${code}:when=${begun ? "2" : "1"}`;
    await using injection = await Injection.attach(used.server.pid, fault);

    const outcome = await used.server.command("connect", port, begun);

    const calls = await injection.detach();
    const outcomes: Partial<Record<ErrorClass, object>> = {
      pause: { first: null, second: null },
      "under way": { first: null, second: null },
      throw: { first: `connect ${code}`, second: null },
      spent: { first: `connect ${code}`, second: "ERR_INVALID_STATE" },
    };
    expect(outcome).toEqual(outcomes[expected]);
    expectRetry(calls, expected, FIRST_PAUSE_MS / 2);
  });
});
