import { Address, type AddressLike } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import { resolve } from "../address/resolve.ts";
import { MULTIPLEXERS, type MultiplexerName } from "../multiplexer/create.ts";
import { type EchoThread, startServer } from "../servers/echo_thread.ts";
import type { ThreadTotals } from "../servers/server_kinds.ts";
import type { Service } from "../servers/services.ts";
import { Report, UsageError } from "./report.ts";
import type { ServeOptions, WebService } from "./serve.ts";
import { removeAtExit } from "./socket_file.ts";
import { Status } from "./status.ts";

interface Running {
  readonly multiplexer: MultiplexerName;
  readonly thread: EchoThread;
}

type StartOptions = NonNullable<Parameters<typeof startServer>[2]>;

/** Runs the servers until a signal comes. */
export async function serve(service: Service, options: ServeOptions): Promise<void> {
  const names = options.multiplexer === "all" ? MULTIPLEXERS : [options.multiplexer];
  const report = new Report(options.json);
  const interrupted = signalled();
  const addressOf = await whereToListen(options);
  const kind = options.udp ? (`tcp-udp-${service}` as const) : service;
  const running: Running[] = [];
  try {
    for (const [index, multiplexer] of names.entries()) {
      const address = addressOf(index);
      const thread = await startServer(kind, address, threadOptions(options, multiplexer));
      running.push({ multiplexer, thread });
      removeAtExit(thread.address);
      announce(report, multiplexer, service, thread.address);
    }
    const [first] = running;
    if (first) report.hint(`talk to one with \`${talkTo(first.thread.address)}\`; Ctrl-C stops`);
    using _ = options.status ? new Status(running, options.json) : null;
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

/** The address of each server, by its index. */
export async function whereToListen(
  options: ServeOptions,
): Promise<(index: number) => AddressLike> {
  if (options.unix !== undefined) {
    const address = parseUnix(options.unix);
    return () => address;
  }
  const [found] = await resolve({ host: options.host, port: 0 });
  const { address = options.host } = found ? detailsOf(found) : {};
  return (index) => ({ address, port: options.port === 0 ? 0 : options.port + index });
}

/** @throws UsageError: longer than sun_path */
function parseUnix(text: string): Address {
  try {
    return Address.parse(text);
  } catch (error) {
    throw new UsageError(`--unix: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function threadOptions(options: ServeOptions, multiplexer: MultiplexerName): StartOptions {
  const { edge, capacity, transform, unix, seqpacket, proxyProtocol } = options;
  return {
    multiplexer,
    ...(transform !== "none" && { transform }),
    ...(multiplexer === "epoll" && { edge }),
    ...(multiplexer === "select" && capacity !== undefined && { capacity }),
    ...(unix !== undefined && { unlinkStale: true, type: seqpacket ? "seqpacket" : "stream" }),
    ...(proxyProtocol && { proxyProtocol }),
    ...limits(options),
  };
}

/** Only those that were given: a server without any has no counters of them. */
export function limits(options: ServeOptions): Partial<Record<string, number>> {
  const { maxConnections, maxPerAddress, idleTimeout, readTimeout, writeTimeout } = options;
  const all = {
    maxConnections,
    maxPerAddress,
    idleTimeoutMs: toMs(idleTimeout),
    readTimeoutMs: toMs(readTimeout),
    writeTimeoutMs: toMs(writeTimeout),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function toMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The first signal asks the servers to stop; a second one does not wait for them. */
export function signalled(): Promise<void> {
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

export function announce(
  report: Report,
  multiplexer: MultiplexerName,
  service: Service | WebService,
  address: Address,
): void {
  report.event(
    "listening",
    { multiplexer, ...whereOf(address) },
    `${multiplexer} ${service} listening on ${String(address)}`,
  );
}

/** An address in the fields of an event. */
export function whereOf(address: Address): object {
  return address.port === undefined
    ? { address: String(address) }
    : { address: address.address, port: address.port };
}

export function talkTo(address: Address): string {
  return address.port === undefined
    ? `pollux connect ${String(address)}`
    : `ncat ${address.address ?? ""} ${String(address.port)}`;
}

export function summarize(
  report: Report,
  multiplexer: MultiplexerName,
  totals: ThreadTotals,
): void {
  const { connections, peakOpen, bytesIn, bytesOut, rejected, broken, udp } = totals;
  report.event(
    "stopped",
    { multiplexer, ...totals },
    `${multiplexer} served ${String(connections)} connections (peak ${String(peakOpen)} open, ` +
      `${String(rejected)} rejected, ${String(broken)} broken), ` +
      `${String(bytesIn)} bytes in, ${String(bytesOut)} bytes out` +
      (udp ? `, ${String(udp.datagrams)} datagrams` : ""),
  );
}
