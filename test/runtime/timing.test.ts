import { afterEach, expect, it, vi } from "vitest";
import { connect } from "../../lib/socket/connect.ts";
import { Socket } from "../../lib/socket/socket.ts";
import * as sys from "../../lib/sys/index.ts";
import { createMultiplexer } from "../../lib/multiplexer/create.ts";
import { Reactor } from "../../lib/reactor/reactor.ts";
import { run } from "../support/program.ts";
import { filesOf, read, ROOT } from "../structure/source.ts";

const FAKED = [
  ...(["Date", "hrtime", "performance", "queueMicrotask"] as const),
  ...(["setImmediate", "setInterval", "setTimeout"] as const),
];

afterEach(() => {
  vi.useRealTimers();
});

it("is of the time when the library was loaded: fake timers stop nothing", async () => {
  using multiplexer = createMultiplexer();
  using reactor = new Reactor(createMultiplexer());
  using socket = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM);
  using listener = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM).bind({ path: "" }).listen(0);
  using first = Socket.open(sys.AF_UNIX, sys.SOCK_STREAM);
  first.connect(listener.localAddress);
  vi.useFakeTimers({ toFake: FAKED });

  expect(multiplexer.waitSync(1.5, () => undefined)).toBe(0);
  expect(await multiplexer.wait(1.5, () => undefined)).toBe(0);
  expect(await multiplexer.wait(0, () => undefined)).toBe(0);
  await expect(connect(socket, listener.localAddress, { timeoutMs: 7 })).rejects.toMatchObject({
    code: "ETIMEDOUT",
  });
  reactor.setTimer(1.5, () => {
    reactor.stop();
  });
  reactor.runSync();
});

it("is the kernel's in a program that loads the library under fake timers", async () => {
  const source = `
    performance.now = () => 0;
    globalThis.performance = { __proto__: null, now: () => 0 };
    process.hrtime = () => [0, 0];
    Date.now = () => 0;
    const { EpollMultiplexer, PollMultiplexer, Reactor } = await import("pollux");
    for (const multiplexer of [new EpollMultiplexer(), new PollMultiplexer()]) {
      multiplexer.waitSync(1.5, () => 0);
      await multiplexer.wait(1.5, () => 0);
      const reactor = new Reactor(multiplexer);
      reactor.setTimer(1.5, () => reactor.stop());
      reactor.runSync();
    }
    console.log("over");`;

  const { stdout } = await run(process.execPath, "--input-type=module", "--eval", source);

  expect(stdout).toBe("over\n");
});

const WITH_REASON = [
  "lib/cli/bench_short_run.ts", // timing.ts is part of a file that needs the addon, which `bench --help` does not
  "lib/cli/service_manager.ts", // tells another process the time of the kernel's clock
  "lib/experiments/io_peer.ts", // compares the clocks of two processes
  "lib/servers/daytime_text.ts", // what tells the time of day tells what a test has set it to
];

it("is looked up nowhere else in lib/", () => {
  const lookup =
    /\bperformance\s*\.|\bhrtime\b|\bDate\s*[.(]|\bprocess\.nextTick\b|from "(node:)?(timers|perf_hooks)/;
  // Not those of an object, `socket.setTimeout(ms)`, nor where one is declared, `setTimeout(ms: number)`.
  const called =
    /(?<!\.)\b(setTimeout|setInterval|setImmediate|queueMicrotask|clearTimeout|clearInterval)\((?!\w+\??:)/;
  const files = filesOf(ROOT, "lib", ".ts").filter((file) => file !== "lib/runtime/timing.ts");

  const found = files.filter((file) => {
    const code = read(ROOT, file).replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    return lookup.test(code) || (called.test(code) && !code.includes("/runtime/timing.ts"));
  });

  expect(found).toEqual(WITH_REASON);
});
