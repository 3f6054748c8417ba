import { lookup } from "node:dns/promises";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import type { EchoTotals } from "../servers/echo_server.ts";
import { EchoThread } from "../servers/echo_thread.ts";
import { Report } from "./report.ts";
import type { ServeOptions } from "./serve.ts";

interface Running {
  readonly multiplexer: MultiplexerName;
  readonly thread: EchoThread;
}

/** Runs the servers until a signal comes. */
export async function serve(options: ServeOptions): Promise<void> {
  const names = options.multiplexer === "all" ? MULTIPLEXERS : [options.multiplexer];
  const report = new Report(options.json);
  const interrupted = signalled();
  const { address } = await lookup(options.host);
  const running: Running[] = [];
  try {
    for (const [index, multiplexer] of names.entries()) {
      const port = options.port === 0 ? 0 : options.port + index;
      const thread = await EchoThread.start({ address, port }, threadOptions(options, multiplexer));
      running.push({ multiplexer, thread });
      announce(report, multiplexer, thread);
    }
    report.hint(
      `talk to one with \`ncat ${address} ${String(running[0]?.thread.address.port)}\`; Ctrl-C stops`,
    );
    // If a thread fails, this rejects, and the others are ended too.
    await Promise.race([interrupted, ...running.map(({ thread }) => thread.stopped)]);
  } catch (error) {
    await Promise.all(running.map(({ thread }) => thread.terminate()));
    throw error;
  }
  report.hint("stopping");
  await Promise.all(
    running.map(async ({ multiplexer, thread }) => {
      summarize(report, multiplexer, await thread.stop());
    }),
  );
}

function threadOptions(
  { edge, capacity, transform }: ServeOptions,
  multiplexer: MultiplexerName,
): Parameters<typeof EchoThread.start>[1] {
  return {
    multiplexer,
    transform,
    ...(multiplexer === "epoll" && { edge }),
    ...(multiplexer === "select" && capacity !== undefined && { capacity }),
  };
}

/** The first signal asks the servers to stop; a second one does not wait for them. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const [signal, number] of [
      ["SIGINT", 2],
      ["SIGTERM", 15],
    ] as const) {
      process.on(signal, () => {
        if (count++ > 0) process.exit(128 + number);
        resolve();
      });
    }
  });
}

function announce(report: Report, multiplexer: MultiplexerName, { address }: EchoThread): void {
  report.event(
    "listening",
    { multiplexer, address: address.address, port: address.port },
    `${multiplexer} echo listening on ${String(address)}`,
  );
}

function summarize(report: Report, multiplexer: MultiplexerName, totals: EchoTotals): void {
  const { connections, peakOpen, bytesIn, bytesOut, rejected, broken } = totals;
  report.event(
    "stopped",
    { multiplexer, ...totals },
    `${multiplexer} served ${String(connections)} connections (peak ${String(peakOpen)} open, ` +
      `${String(rejected)} rejected, ${String(broken)} broken), ` +
      `${String(bytesIn)} bytes in, ${String(bytesOut)} bytes out`,
  );
}
