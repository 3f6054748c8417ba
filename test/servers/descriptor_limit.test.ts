import { execFileSync } from "node:child_process";
import { setTimeout as window } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cpuTimeMs } from "../support/process.ts";
import { Crowd, RemoteClient } from "../support/remote_client.ts";
import { SERVERS, Serving } from "../support/serving.ts";
import { faulty, withoutStrace } from "../support/strace.ts";

const WINDOW_MS = 600;

/** The share of one core that a process uses while nothing happens. */
async function idleLoad(pid: number): Promise<number> {
  const [startMs, cpuMs] = [performance.now(), cpuTimeMs(pid)];
  await window(WINDOW_MS);
  return (cpuTimeMs(pid) - cpuMs) / (performance.now() - startMs);
}

describe.each(SERVERS)("pollux serve, %s, with 64 descriptors", (_name, args) => {
  it("turns away who does not fit in, without spinning, and serves again when it can", async () => {
    await using server = await Serving.start(args);
    // From now on: Node opens dozens of files at a time while it loads modules.
    execFileSync("prlimit", [`--pid=${String(server.pid)}`, "--nofile=64:64"]);
    await using crowd = new Crowd(server.port);

    const { served, turnedAway, wrong } = await crowd.join(100);
    expect({ all: served + turnedAway, wrong }).toEqual({ all: 100, wrong: 0 });
    expect(served).toBeGreaterThan(10);
    expect(served).toBeLessThan(64);
    expect(await idleLoad(server.pid)).toBeLessThan(0.25);
    expect(await crowd.talk()).toEqual({ served, turnedAway: 0, wrong: 0 });

    await crowd.leave(5);
    expect(await crowd.join(5)).toEqual({ served, turnedAway: 0, wrong: 0 });
    expect(await crowd.join(20)).toEqual({ served, turnedAway: 20, wrong: 0 });

    await crowd.leave(served);
    const { code, totals } = await server.stop();
    expect(code).toBe(0);
    expect(totals).toMatchObject({
      connections: served + 5,
      rejected: turnedAway + 20,
      peakOpen: served,
      broken: 0,
    });
  });
});

describe.each(SERVERS)("pollux serve, %s, without a descriptor for ever", (_name, args) => {
  it("does not spin while a client waits", async ({ skip }) => {
    skip(withoutStrace !== undefined, withoutStrace);
    await using server = await Serving.start(args, faulty("accept4:error=EMFILE"));
    await using waiting = await RemoteClient.connect(server.port);

    expect(await idleLoad(server.pid)).toBeLessThan(0.25);

    await waiting.ask("close");
    const { code, totals } = await server.stop();
    expect(code).toBe(0);
    expect(totals).toMatchObject({ connections: 0, open: 0 });
  });
});
