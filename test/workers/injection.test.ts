import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Injection, whyNotAttachable } from "../support/injection.ts";
import { Crowd } from "../support/remote_client.ts";
import { Parent } from "./parent.ts";

// In the process that starts others: the first calls fail, from the moment at which a worker or child is missing.
const STARTING = [
  ...["clone,clone3:error=EAGAIN", "clone,clone3:error=ENOMEM"],
  ...["socketpair:error=EMFILE", "socketpair:error=ENOMEM", "pipe2:error=EMFILE"],
  ...["pidfd_open:error=EMFILE", "pidfd_open:error=ENOMEM", "pidfd_open:error=EINTR"],
  ...["sendmsg:error=ENOMEM", "sendmsg:error=EAGAIN", "sendmsg:error=EINTR"],
  ...["recvmsg:error=ENOMEM", "recvmsg:error=EAGAIN", "recvmsg:error=EINTR"],
];
const ACCEPTING = [
  ...["accept4:error=EMFILE", "accept4:error=ENFILE", "accept4:error=ENOMEM"],
  ...["accept4:error=EAGAIN", "accept4:error=EINTR", "accept4:error=ECONNABORTED"],
];
const SOME = ":when=1..3";
const CLIENTS = 4;

const reason = await whyNotAttachable(process.pid === 1 ? 2 : process.ppid);

async function joins(port: number): Promise<void> {
  await using crowd = new Crowd(port);
  expect(await crowd.join(CLIENTS)).toEqual({ served: CLIENTS, turnedAway: 0, wrong: 0 });
  await crowd.leave(CLIENTS);
}

describe.skipIf(reason !== undefined).each([
  ["accept", [...STARTING, ...ACCEPTING]],
  ["reuseport", STARTING],
])("a Supervisor with the share %s loses no connection", (share, faults) => {
  let parent: Parent;

  beforeAll(async () => {
    parent = await Parent.start("Supervisor", { workers: 2, share, pauseMs: 1 });
  });

  afterAll(async () => {
    await parent.stop();
    await parent[Symbol.asyncDispose]();
  });

  it.each(faults)("after %s", async (fault) => {
    const ready = parent.told.filter(({ change }) => change?.state === "ready");
    const injection = await Injection.attach(parent.pid, `${fault}${SOME}`);
    await using _ = injection;

    process.kill(ready.at(-1)!.change!.pid, "SIGKILL");
    await parent.changes("exited");
    const joined = joins(parent.port);
    await parent.changes("ready");
    await joined;

    expect((await injection.detach()).filter(({ injected }) => injected)).not.toEqual([]);
  });
});

describe.skipIf(reason !== undefined)("a ProcessPerConnection loses no connection", () => {
  let parent: Parent;

  beforeAll(async () => {
    parent = await Parent.start("ProcessPerConnection", {
      children: CLIENTS + 1,
      spare: 1,
      pauseMs: 1,
    });
  });

  afterAll(async () => {
    await parent.stop();
    await parent[Symbol.asyncDispose]();
  });

  it.each([...STARTING, ...ACCEPTING])("after %s", async (fault) => {
    const injection = await Injection.attach(parent.pid, `${fault}${SOME}`);
    await using _ = injection;

    await joins(parent.port);

    expect((await injection.detach()).filter(({ injected }) => injected)).not.toEqual([]);
  });
});

describe.skipIf(reason !== undefined).each([
  ["Supervisor", { workers: 1, share: "accept" }],
  ["ProcessPerConnection", { children: 2, spare: 1 }],
])("a %s whose accept4 fails on and on", (name, options) => {
  it("stops within its time", async () => {
    await using parent = await Parent.start(name, { ...options, stopMs: 100 });
    const injection = await Injection.attach(parent.pid, "accept4:error=EMFILE");
    await using _ = injection;
    await using crowd = new Crowd(parent.port);
    const joined = crowd.join(1);
    await parent.until(({ error }) => error === "EMFILE");

    expect(await parent.stop()).toHaveProperty("totals");

    expect(await joined).toMatchObject({ served: 0 });
  });
});

describe.skipIf(reason !== undefined).each([
  ["reuseport", [...ACCEPTING.slice(2), "recvmsg:error=ENOMEM", "sendmsg:error=EINTR"]],
  ["accept", ["recvmsg:error=ENOMEM", "recvmsg:error=EINTR", "sendmsg:error=ENOMEM"]],
])("a worker with the share %s serves on", (share, faults) => {
  it.each(faults)("after %s", async (fault) => {
    await using parent = await Parent.start("Supervisor", {
      ...{ workers: 1, share, unresponsiveMs: 1000 },
    });
    const [worker] = parent.told.filter(({ change }) => change?.state === "ready");
    const injection = await Injection.attach(worker!.change!.pid, `${fault}${SOME}`);
    await using _ = injection;

    await joins(parent.port);

    await expect
      .poll(() => injection.calls.some(({ injected }) => injected), { timeout: 20_000 })
      .toBe(true);
    // Before strace leaves: a call that it leaves half-way fails with ENOSYS.
    expect(await parent.stop()).toMatchObject({ totals: { connections: CLIENTS } });
    expect(parent.told.filter(({ change }) => change?.state === "starting")).toHaveLength(1);
  });
});
