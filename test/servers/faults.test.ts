import { beforeEach, describe, expect, it } from "vitest";
import { Crowd, RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

beforeEach(({ skip }) => {
  skip(withoutStrace !== undefined, withoutStrace);
});

const WAITS = "select,pselect6,poll,ppoll,epoll_wait,epoll_pwait,epoll_pwait2";

describe.each(SERVERS)("pollux serve, %s, under strace", (_name, args) => {
  it.each([
    [
      "accept4 fails with ECONNABORTED, and its waits are interrupted,",
      "accept4:error=ECONNABORTED:when=1+2",
      `${WAITS}:error=EINTR:when=3+2`,
    ],
    [
      "accept4 fails with EPROTO, and sendto with ENOBUFS,",
      "accept4:error=EPROTO:when=2+3",
      "sendto:error=ENOBUFS:when=3+7",
    ],
    [
      "accept4 fails with ENOBUFS, and recvfrom with ENOMEM,",
      "accept4:error=ENOBUFS:when=2+7",
      "recvfrom:error=ENOMEM:when=3+7",
    ],
    ["accept4 fails with ENOMEM", "accept4:error=ENOMEM:when=1+9"],
  ])("serves all clients although %s time and again", async (_what, ...faults) => {
    await using server = await Serving.start(args, faulty(...faults));
    await using crowd = new Crowd(server.port);

    expect(await crowd.join(20)).toEqual({ served: 20, turnedAway: 0, wrong: 0 });

    await crowd.leave(20);
    const { code, totals } = await server.stop();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ connections: 20, rejected: 0, broken: 0, open: 0 });
  });

  it.each(["EMFILE", "ENFILE"])(
    "answers all clients although accept4 fails with %s",
    async (code) => {
      await using server = await Serving.start(args, faulty(`accept4:error=${code}:when=2+3`));
      await using crowd = new Crowd(server.port);

      const { served, turnedAway, wrong } = await crowd.join(20);

      expect({ all: served + turnedAway, wrong }).toEqual({ all: 20, wrong: 0 });
      await crowd.leave(served);
      const { totals } = await server.stop();
      expect(totals).toMatchObject({ connections: served, rejected: turnedAway, broken: 0 });
    },
  );

  it.each([
    ["sendto", "EPIPE"],
    ["recvfrom", "ECONNRESET"],
    ["recvfrom", "ETIMEDOUT"],
  ])("loses one client, and no other, when %s fails with %s", async (call, code) => {
    await using server = await Serving.start(args, faulty(`${call}:error=${code}:when=3`));
    await using crowd = new Crowd(server.port);

    expect(await crowd.join(20)).toEqual({ served: 19, turnedAway: 1, wrong: 0 });

    await using newcomer = await RemoteClient.connect(server.port);
    expect(await newcomer.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });
    await newcomer.ask("close");
    await crowd.leave(19);
    const { totals } = await server.stop();
    expect(totals).toMatchObject({ connections: 21, broken: 1, open: 0 });
  });
});
