import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Crowd, RemoteClient } from "../support/remote_client.ts";
import { Parent } from "./parent.ts";

const NAME = "ProcessPerConnection";
const SOAK = Number(process.env["CHILDREN"] ?? 60);
const AT_ONCE = Number(process.env["CHILDREN_AT_ONCE"] ?? 20);

/** A client that is there as long as it is told to. */
async function connected(port: number): Promise<Socket> {
  const client = connect(port, "127.0.0.1").setEncoding("utf8");
  client.on("error", () => null); // ECONNRESET: "close" follows
  await once(client, "connect");
  return client;
}

async function say(client: Socket, text: string): Promise<string> {
  client.write(text);
  const [answer] = (await once(client, "data")) as [string];
  return answer;
}

/** The states of a process's children, as in ps(1): Z is a zombie. */
function childStates(parent: number): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
        const [state = "", ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(ppid) === parent ? [state] : [];
      } catch {
        return []; // it has gone
      }
    });
}

/** How many children there were at a time. */
function mostAtATime(states: readonly string[]): number {
  let [count, most] = [0, 0];
  for (const state of states) {
    if (state === "starting") most = Math.max(most, ++count);
    if (state === "exited") count--;
  }
  return most;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("ProcessPerConnection", () => {
  it("serves each connection in a process of its own, which ends with it", async () => {
    await using parent = await Parent.start(NAME, { spare: 1 });
    const [first] = parent.told.filter(({ change }) => change?.state === "ready");
    await using client = await RemoteClient.connect(parent.port);
    await using other = await RemoteClient.connect(parent.port);
    expect(await client.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });
    expect(await other.ask("fetch", 100_000)).toEqual({ bytes: 100_000, matches: true });

    await client.ask("close");
    const [exited] = await parent.changes("exited");

    expect(exited).toEqual({
      child: 1,
      pid: first?.change?.pid,
      state: "exited",
      code: 0,
      signal: null,
    });
    expect(await other.ask("fetch", 1000)).toMatchObject({ matches: true });
    await other.ask("close");
    const { totals } = await parent.stop();
    expect(totals).toMatchObject({
      connections: 2,
      bytesIn: 201_000,
      bytesOut: 201_000,
      broken: 0,
    });
  });

  it("has no more children than it may, and serves those who wait when one has ended", async () => {
    await using parent = await Parent.start(NAME, { children: 2, spare: 0 });
    await using crowd = new Crowd(parent.port);
    expect(await crowd.join(2)).toMatchObject({ served: 2 });
    const waiting = await connected(parent.port);
    const answer = say(waiting, "hello");

    const early = await Promise.race([answer, crowd.talk()]);
    expect(early).toEqual({ served: 2, turnedAway: 0, wrong: 0 });
    await crowd.leave(1);

    expect(await answer).toBe("hello");
    waiting.destroy();
    await crowd.leave(1);
    await parent.stop();
    const changes = parent.told.flatMap(({ change }) => (change ? [change.state] : []));
    expect(mostAtATime(changes)).toBe(2);
  });

  it("lets a child serve as many connections as it is told, one after the other", async () => {
    await using parent = await Parent.start(NAME, {
      ...{ children: 1, spare: 1, connectionsPerChild: 3, data: { wrong: "obeys" } },
    });
    const pids = [];
    for (let turn = 0; turn < 4; turn++) {
      const client = await connected(parent.port);
      pids.push(await say(client, "who"));
      client.end();
      await once(client, "close");
    }

    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    await parent.stop();
  });

  it.each([
    ["throw", { code: 1 }],
    ["abort", { signal: 6 }],
    ["exit", { code: 7 }],
  ])("loses only one connection when its child ends by %s", async (word, end) => {
    await using parent = await Parent.start(NAME, { data: { wrong: "obeys" }, onLog: undefined });
    const [victim, other] = [await connected(parent.port), await connected(parent.port)];
    const pid = Number(await say(victim, "who"));
    const otherPid = await say(other, "who");

    victim.write(word);
    await once(victim, "close");

    const exited = await parent.until(({ change }) => change?.state === "exited");
    expect(exited.change).toMatchObject({ pid, ...end });
    expect(await say(other, "who")).toBe(otherPid);
    const next = await connected(parent.port);
    expect(await say(next, "who")).toMatch(/^\d+\n$/);
    other.destroy();
    next.destroy();
    await parent.stop();
  });

  it("loses only one connection when a child is killed, or stands still", async () => {
    await using parent = await Parent.start(NAME, { data: { wrong: "obeys" }, drainMs: 50 });
    const [victim, blocked] = [await connected(parent.port), await connected(parent.port)];
    const pid = Number(await say(victim, "who"));
    await say(blocked, "who");
    blocked.write("block");

    process.kill(pid, "SIGKILL");
    await once(victim, "close");

    const { change } = await parent.until((told) => told.change?.state === "exited");
    expect(change).toMatchObject({ pid, code: null, signal: 9 });
    const other = await connected(parent.port);
    expect(await say(other, "who")).toMatch(/^\d+\n$/);
    other.destroy();
    const stopped = parent.stop();
    await once(blocked, "close");
    await stopped;
    const killed = parent.told.find((told) => told.change?.reason?.startsWith("it did not end"));
    expect(killed?.change).toMatchObject({ state: "exited", signal: 9 });
  });

  it("gives a connection to another child when one dies before it takes it", async () => {
    await using parent = await Parent.start(NAME, { children: 4, spare: 2 });
    const spares = parent.told.filter(({ change }) => change?.state === "ready");
    // They do not run when a connection is passed to them, and so cannot take it.
    const pids = spares.map(({ change }) => change!.pid);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    await using crowd = new Crowd(parent.port);
    const joined = crowd.join(2);
    await parent.changes("starting", 2); // in the place of those that were passed a connection

    for (const pid of pids) process.kill(pid, "SIGKILL");

    expect(await joined).toEqual({ served: 2, turnedAway: 0, wrong: 0 });
    await crowd.leave(2);
    await parent.stop();
  });

  it("kills a child that does not take its connection in time, and loses nothing", async () => {
    await using parent = await Parent.start(NAME, { children: 2, readyMs: 3000, drainMs: 50 });
    const ready = parent.told.find(({ change }) => change?.state === "ready");
    process.kill(ready!.change!.pid, "SIGSTOP");
    await using crowd = new Crowd(parent.port);

    expect(await crowd.join(1)).toEqual({ served: 1, turnedAway: 0, wrong: 0 });

    await parent.stop();
    expect(parent.told.map(({ change }) => change?.reason)).toContain(
      "it did not take its connection within 3000 ms",
    );
  });

  it("serves what is queued before it stops, with a child for each", async () => {
    await using parent = await Parent.start(NAME, { children: 2, spare: 0, drainMs: 60_000 });
    await using crowd = new Crowd(parent.port);
    expect(await crowd.join(2)).toMatchObject({ served: 2 });
    const queued = await Promise.all(Array.from({ length: 4 }, () => connected(parent.port)));
    const answers = queued.map((client) => say(client, "hello"));

    const stopped = parent.stop();
    await crowd.leave(2);

    expect(await Promise.all(answers)).toEqual(["hello", "hello", "hello", "hello"]);
    for (const client of queued) client.destroy();
    expect((await stopped).totals).toMatchObject({ connections: 6 });
    expect(childStates(parent.pid)).toEqual([]);
  });

  it("cuts off who is left at the end of its time", async () => {
    await using parent = await Parent.start(NAME, { children: 1, spare: 0, drainMs: 50 });
    await using crowd = new Crowd(parent.port);
    expect(await crowd.join(1)).toMatchObject({ served: 1 });
    const queued = await connected(parent.port);

    const stopped = parent.stop();

    await once(queued.resume(), "close");
    expect(await stopped).toHaveProperty("totals");
  });

  it("takes its children with it when it is killed", async () => {
    await using parent = await Parent.start(NAME, { spare: 2 });
    const client = await connected(parent.port);
    await say(client, "hello");
    const pids = parent.told.flatMap(({ change }) => (change ? [change.pid] : []));

    parent.signal("SIGKILL");
    await once(client, "close");

    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  it("says why it does not start", async () => {
    const options = { data: { wrong: "exits" }, maxFailures: 2, pauseMs: 1 };
    await expect(Parent.start(NAME, options)).rejects.toThrow(
      /child [12] did not become ready: exit status 7/,
    );
  });

  it("goes on when its user's callbacks throw", async () => {
    await using parent = await Parent.start(NAME, { throws: true });
    await using client = await RemoteClient.connect(parent.port);

    expect(await client.ask("fetch", 1000)).toEqual({ bytes: 1000, matches: true });

    await client.ask("close");
    await parent.stop();
    expect(parent.told).toContainEqual({ error: "Error: on purpose" });
  });

  it(
    `leaves no zombie, descriptor or memory of ${String(SOAK)} children, many of which end at once`,
    { timeout: 60_000 + SOAK * 2000 },
    async () => {
      const crowdSize = Math.min(AT_ONCE, SOAK);
      await using parent = await Parent.start(NAME, { children: crowdSize, spare: 0 });
      await using crowd = new Crowd(parent.port);
      let before = { descriptors: 0, bytes: 0 };
      for (let served = 0; served < SOAK; served += crowdSize) {
        expect(await crowd.join(crowdSize)).toMatchObject({ served: crowdSize, wrong: 0 });
        const exited = parent.changes("exited", crowdSize);
        await crowd.leave(crowdSize);
        await exited;
        await expect.poll(() => childStates(parent.pid), { timeout: 20_000 }).toEqual([]);
        if (served === 0) before = await parent.use();
      }

      const after = await parent.use();
      expect(after.descriptors).toBe(before.descriptors);
      expect(after.bytes - before.bytes).toBeLessThan(30e6);
      await parent.stop();
    },
  );
});
