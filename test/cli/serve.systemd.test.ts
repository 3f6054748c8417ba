import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { RemoteClient } from "../support/remote_client.ts";
import { POLLUX } from "../support/serving.ts";
import { ended, type Event, NONE_LOST, SteadyClients, Supervised } from "../support/supervised.ts";
import { BARE, PYTHON } from "../support/tools.ts";

const MANAGER = fileURLToPath(new URL("../support/clients/manager.py", import.meta.url));

interface Unit {
  /** FileDescriptorStoreMax= */
  readonly store?: number;
  /** WatchdogSec=, in microseconds. */
  readonly watchdog?: number;
  readonly socket?: "passed" | "nothing";
  readonly args: readonly string[];
}

/** `pollux serve` run by a manager in Python that plays systemd. Both write to the same output. */
class Service implements AsyncDisposable {
  readonly output: Supervised;
  #main = 0;

  constructor({ store = 0, watchdog = 0, socket = "nothing", args }: Unit) {
    const serve = [process.execPath, POLLUX, "serve", "--json", "--port", "0", ...args];
    const manager = [MANAGER, String(store), String(watchdog), socket];
    this.output = new Supervised(PYTHON, [...BARE, ...manager, ...serve]);
  }

  /** The next message that has this line. */
  async told(
    name: string,
    value?: string,
  ): Promise<Event & { readonly lines: Record<string, unknown> }> {
    for (;;) {
      const event = await this.output.until("notify");
      const lines = event["lines"] as Record<string, unknown>;
      if (lines[name] === undefined || (value !== undefined && lines[name] !== value)) continue;
      if (event["accepted"] === true) this.#main = event.pid ?? 0;
      if (typeof lines["MAINPID"] === "string") this.#main = Number(lines["MAINPID"]);
      return { ...event, lines };
    }
  }

  /** The port of the last event that has one. */
  get port(): number {
    return this.output.events.flatMap(({ port }) => port ?? []).at(-1) ?? 0;
  }

  get main(): number {
    return this.#main;
  }

  do(...command: readonly string[]): void {
    this.output.program.say(JSON.stringify(command));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.output.program.end(); // it ends the service
    await this.output.program.ended;
    await this.output[Symbol.asyncDispose]();
  }
}

async function echoes(port: number): Promise<void> {
  await using client = await RemoteClient.connect(port);
  expect(await client.ask("roundTrips", 1, 1000)).toMatchObject({ matches: true });
}

describe("pollux serve --workers as a service of systemd", () => {
  it("says when it is ready, reloads, and stops", async () => {
    await using service = new Service({ args: ["--workers", "2"] });

    const ready = await service.told("READY");
    service.do("signal", "SIGHUP");
    const reloading = await service.told("RELOADING");
    const again = await service.told("READY");
    service.do("signal", "SIGTERM");
    const stopping = await service.told("STOPPING");

    expect(ready.lines["STATUS"]).toBe(`echo at 127.0.0.1:${String(service.port)}`);
    expect(reloading.lines).toEqual({ RELOADING: "1", MONOTONIC_USEC: true });
    expect([ready, reloading, again, stopping].map(({ pid }) => pid)).toEqual(
      [1, 2, 3, 4].map(() => service.main),
    );
  });

  it("keeps the watchdog content while it serves", async () => {
    await using service = new Service({ watchdog: 100_000, args: ["--workers", "1"] });

    await service.told("READY");

    await service.told("WATCHDOG", "1");
    await service.told("WATCHDOG", "1");
  });

  it("serves at the socket that it is passed, which works after it has stopped", async () => {
    await using service = new Service({ socket: "passed", args: ["--workers", "2"] });
    await service.told("READY");
    const { port } = service;

    expect(service.output.events.filter((each) => each.event === "listening")).toMatchObject([
      { port },
    ]);
    await echoes(port);
    service.do("signal", "SIGTERM");
    await service.output.until("stopped");
    service.do("start");
    await using client = await RemoteClient.connect(port);

    expect(await client.ask("roundTrips", 1, 1000)).toMatchObject({ matches: true });
  });

  it.each([["reuseport"], ["shared"]])(
    "stores its sockets, and loses no client when it is stopped and started: --share %s",
    async (share) => {
      await using service = new Service({ store: 8, args: ["--workers", "3", "--share", share] });
      const stored = await service.told("FDSTORE");
      await service.told("READY");
      await using clients = await SteadyClients.start(service.port);

      service.do("signal", "SIGTERM");
      await service.output.until("stopped");
      service.do("start");
      await service.told("READY");

      const sockets = share === "reuseport" ? 3 : 1;
      expect(stored).toMatchObject({ lines: { FDNAME: "pollux" }, descriptors: sockets });
      expect(await clients.finish()).toMatchObject(NONE_LOST);
    },
  );

  it("says which process is its main one after a hot restart, and the new one is heard", async () => {
    await using service = new Service({ store: 8, watchdog: 200_000, args: ["--workers", "2"] });
    const { pid: old = 0 } = await service.told("READY");
    await using clients = await SteadyClients.start(service.port);

    const outcome = run(process.execPath, POLLUX, "restart", String(old), "--json");
    const follow = await service.told("MAINPID");
    const stored = await service.told("FDSTORE");
    const ready = await service.told("READY");
    const watchdog = await service.told("WATCHDOG");
    await ended(old);

    const { pid } = JSON.parse((await outcome).stdout) as { pid: number };
    expect(follow).toMatchObject({ pid: old, accepted: true, lines: { MAINPID: String(pid) } });
    expect(stored).toMatchObject({ pid, accepted: true, stored: 2 });
    expect(ready).toMatchObject({ pid, accepted: true });
    expect(watchdog).toMatchObject({ pid, accepted: true });
    expect(await clients.finish()).toMatchObject(NONE_LOST);
    service.do("signal", "SIGTERM");
    expect(await service.told("STOPPING")).toMatchObject({ pid });
  });
});
