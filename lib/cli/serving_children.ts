import type { MultiplexerName } from "../multiplexer/create.ts";
import { serveProcesses } from "../servers/serve_processes.ts";
import type { Service } from "../servers/services.ts";
import type { StreamTotals } from "../servers/stream_options.ts";
import type { ChildChange } from "../workers/children.ts";
import { Report } from "./report.ts";
import type { ServeOptions } from "./serve.ts";
import { removeAtExit } from "./socket_file.ts";
import { signalled, talkTo, threadOptions, whereOf, whereToListen } from "./serving.ts";

/** Serves each connection in a process of its own until a signal comes. */
export async function serveChildren(
  service: Service,
  options: ServeOptions,
  children: number,
): Promise<void> {
  const report = new Report(options.json);
  const interrupted = signalled();
  // There is nothing to reload, and to end without answering those who wait is no use.
  process.on("SIGHUP", () => undefined);
  const multiplexer = options.multiplexer as MultiplexerName;
  const { type: _, unlinkStale = false, ...ofChild } = threadOptions(options, multiplexer);
  const addressOf = await whereToListen(options);
  const early: ChildChange[] = [];
  let tell = (change: ChildChange): unknown => early.push(change);
  const server = await serveProcesses(
    { service, options: ofChild },
    {
      ...{ listen: [addressOf(0)], unlinkStale, children },
      onChild: (change) => tell(change),
      onLog: (child, line) => {
        process.stderr.write(`pollux: child ${String(child)}: ${line}\n`);
      },
      onError: (error) => {
        process.stderr.write(`pollux: ${String(error)}\n`);
      },
    },
  );
  const [address] = server.addresses;
  if (!address) return; // there is the one that was given
  removeAtExit(address);
  report.event(
    "listening",
    { children, ...whereOf(address) },
    `${service} listening on ${String(address)}, a process for each connection`,
  );
  // A program reads first where it listens.
  tell = (change) => {
    if (options.json) report.event("child", change, "");
    else if (hasFailed(change)) report.hint(`child ${String(change.child)} ${how(change)}`);
  };
  early.forEach(tell);
  report.hint(`talk to one with \`${talkTo(address)}\`; Ctrl-C stops`);
  await Promise.race([interrupted, server.stopped]);
  report.hint("stopping");
  const totals = (await server.stop()) as Partial<StreamTotals>;
  const { connections = 0, bytesIn = 0, bytesOut = 0 } = totals;
  report.event(
    "stopped",
    { connections, bytesIn, bytesOut },
    `served ${String(connections)} connections, ` +
      `${String(bytesIn)} bytes in, ${String(bytesOut)} bytes out`,
  );
}

function hasFailed({ state, code }: ChildChange): boolean {
  return state === "exited" && code !== 0;
}

function how({ code, signal, reason }: ChildChange): string {
  if (reason !== undefined) return `has ended: ${reason}`;
  return typeof signal === "number"
    ? `was ended by signal ${String(signal)}`
    : `has ended with exit status ${String(code)}`;
}
