import { describe, expect, it } from "vitest";
import { Injection, WAIT_CALLS } from "../support/injection.ts";
import { KINDS } from "../support/reactors.ts";
import { type Used, useServer } from "./cells.ts";
import { MAX_SHARE, expectPauses, shareWhile } from "./pauses.ts";
import { Peer } from "./serving.ts";

describe("while an error persists, on all multiplexers", () => {
  const all = KINDS.map((kind) => useServer(kind));

  async function failTransfers(used: Used, codes: readonly string[]): Promise<void> {
    const { pid, port } = used.server;
    const names = ["accept4", "recvfrom", "sendto"];
    const faults = names.map((name, index) => `${name}:error=${codes[index]!}`);
    await using reader = await Peer.connect(port);
    expect(await reader.ask("hello")).toBe("hello");
    await using injection = await Injection.attach(pid, ...faults);
    await used.server.command("write", "late");
    used.other.say("unread");
    await using newcomer = await Peer.connect(port);

    const share = await shareWhile(
      pid,
      injection,
      names.map((name) => [name]),
    );

    const calls = await injection.detach();
    names.forEach((name, index) => {
      expectPauses(calls, [name], codes[index]!);
    });
    expect(share).toBeLessThan(MAX_SHARE);
    // Nothing is lost.
    expect(await reader.hear(4)).toBe("late");
    expect(await used.other.hear(6)).toBe("unread");
    const answer = await newcomer.ask("hello");
    const { told, broken, turnedAway } = await used.server.report();
    // Accepted with the reserve descriptor, where the trace ends in between.
    expect(answer).toBe(turnedAway > 0 ? null : "hello");
    const accept = `accept4 ${codes[0]!}`;
    expect({ told: [...new Set(told)], broken }).toEqual({ told: [accept], broken: [] });
  }

  it.each([
    ["EMFILE", "ENOMEM", "ENOBUFS"],
    ["EPERM", "EINTR", "EINTR"],
  ])("accept(2) %s, recv(2) %s and send(2) %s are called after pauses", async (...codes) => {
    await Promise.all(all.map((used) => failTransfers(used, codes)));
  });

  it.each(["ENOMEM", "EINTR"])("waits that fail with %s are called after pauses", async (code) => {
    await Promise.all(
      all.map(async (used) => {
        const { pid } = used.server;
        const faults = WAIT_CALLS.map((name) => `?${name}:error=${code}`);
        await using injection = await Injection.attach(pid, ...faults);

        const share = await shareWhile(pid, injection, [[...WAIT_CALLS]]);

        expectPauses(await injection.detach(), WAIT_CALLS, code);
        expect(share).toBeLessThan(MAX_SHARE);
        expect(await used.other.ask("hello")).toBe("hello");
        const { told, ended } = await used.server.report();
        const tells = code === "EINTR" ? 0 : 1;
        expect({ told: new Set(told).size, ended }).toEqual({ told: tells, ended: [] });
      }),
    );
  });
});
