import { constants } from "node:os";
import { Address } from "../address/address.ts";
import type { MultiplexerName } from "../multiplexer/create.ts";
import type { ServeWorkerData } from "../servers/serve_worker.ts";
import type { ThreadTotals } from "../servers/server_kinds.ts";
import type { Service } from "../servers/services.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Handover } from "../workers/handover.ts";
import type { Totals } from "../workers/messages.ts";
import type { Share } from "../workers/share.ts";
import type { WorkerChange } from "../workers/slot.ts";
import type { LogStream } from "../workers/starting.ts";
import { Supervisor } from "../workers/supervisor.ts";
import { fail, Report } from "./report.ts";
import { RestartRequests } from "./restart_requests.ts";
import type { ServeOptions } from "./serve.ts";
import { passedSockets, ServiceManager } from "./service_manager.ts";
import { announce, signalled, summarize, talkTo, threadOptions, whereToListen } from "./serving.ts";
import { fileOf, removeAtExit } from "./socket_file.ts";
import { Status } from "./status.ts";
import { type Outcome, Tasks } from "./supervised_tasks.ts";

const ENTRY = new URL("../serve_worker.js", import.meta.url);
const NO_TOTALS = {
  connections: 0,
  rejected: 0,
  broken: 0,
  open: 0,
  peakOpen: 0,
  bytesIn: 0,
  bytesOut: 0,
};

/** What a program passes to its successor. */
interface Legacy {
  /** Whether systemd has the sockets as well, for the next start of the service. */
  readonly kept: boolean;
  /** The files of unix sockets when they were bound, by their addresses: see {@link fileOf}. */
  readonly files?: Files; // not from earlier versions
}

type Files = Readonly<Record<string, string | null>>;

/** Where the listening sockets are from. */
interface Sources {
  readonly handover: Handover | null;
  readonly adopted: readonly Socket[];
  readonly kept: boolean;
  readonly files: Files;
}

/** Runs a supervisor with workers until a signal comes, or another program follows. */
export async function serveWithWorkers(
  service: Service,
  options: ServeOptions,
  workers: number,
): Promise<void> {
  const report = new Report(options.json);
  const interrupted = signalled();
  const reloads = new ReloadSignals();
  using manager = new ServiceManager((failure) => {
    fail(new Error(failure));
  });
  const sources = socketSources(manager);
  using _handover = sources.handover;
  let tasks: Tasks | null = null;
  const files: Record<string, string | null> = { ...sources.files };
  const ownFiles = (addresses: readonly Address[]): void => {
    if (sources.kept) return;
    const isOwner = (): boolean => !tasks?.hasSuccessor && (sources.handover?.endsAlone() ?? true);
    for (const address of addresses) {
      const name = String(address);
      const file = Object.hasOwn(files, name) ? files[name] : fileOf(address);
      files[name] = file ?? null;
      removeAtExit(address, isOwner, file);
    }
  };
  // From the start on: the program before may end at any time.
  ownFiles(sources.adopted.map(({ localAddress }) => localAddress));
  const starting = new AbortController();
  void interrupted.then(() => {
    starting.abort(new Error("stopped before it served"));
  });
  const { signal } = starting;
  const starts = start(service, options, workers, sources, report, signal, ownFiles);
  const supervisor = await starts.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return null; // its workers have ended
  });
  if (supervisor === null) {
    report.hint("stopped before it served");
    return;
  }
  if (!(await takesOver(supervisor, sources.handover))) return;

  const multiplexer = options.multiplexer as MultiplexerName; // `all` is refused
  const status = `${service} at ${supervisor.addresses.join(", ")}`;
  const legacy: Legacy = { kept: sources.kept, files };
  tasks = new Tasks(supervisor, manager, legacy, (task, outcome) => {
    tell(report, task, outcome);
    if (task === "reload" && outcome.state !== "starting") manager.ready(status);
  });
  reloads.follow(() => {
    tasks.reload();
  });
  using _requests = takeRequests(tasks);
  // Who is told of it may send signals and requests at once.
  for (const address of supervisor.addresses) announce(report, multiplexer, service, address);
  const [first] = supervisor.addresses;
  if (first) report.hint(`talk to one with \`${talkTo(first)}\`; Ctrl-C stops`);
  manager.store(supervisor.sockets);
  manager.ready(status);
  manager.watch(() => supervisor.workers.some(({ state }) => state === "ready"));
  const shown = { multiplexer, thread: { totals: () => Promise.resolve(totalsOf(supervisor)) } };
  {
    using _ = options.status ? new Status([shown], options.json) : null;
    await Promise.race([interrupted, tasks.followed, supervisor.stopped]);
  }
  const isFollowed = await tasks.stop();
  if (!isFollowed) manager.stopping();
  report.hint(isFollowed ? "leaving" : "stopping");
  // What the others have as well is not drained: that would end it for them.
  await (isFollowed || sources.kept ? supervisor.leave() : supervisor.stop());
  summarize(report, multiplexer, totalsOf(supervisor));
}

function socketSources(manager: ServiceManager): Sources {
  const handover = Handover.inherited();
  if (handover) {
    const { kept, files = {} } = handover.data as Legacy;
    return { handover, adopted: handover.sockets, kept, files };
  }
  const adopted = passedSockets();
  return { handover, adopted, kept: adopted.length > 0 || manager.storeSize > 0, files: {} };
}

async function start(
  service: Service,
  options: ServeOptions,
  workers: number,
  { adopted }: Sources,
  report: Report,
  signal: AbortSignal,
  onBound: (addresses: readonly Address[]) => void,
): Promise<Supervisor> {
  const multiplexer = options.multiplexer as MultiplexerName;
  const { type: _, unlinkStale = false, ...ofWorker } = threadOptions(options, multiplexer);
  const data: ServeWorkerData = { service, options: ofWorker };
  const given = new Map(
    adopted.map(({ localAddress }) => [String(localAddress), localAddress] as const),
  );
  const listen = adopted.length > 0 ? [...given.values()] : [(await whereToListen(options))(0)];
  let isBound = adopted.length > 0;
  return await Supervisor.start(ENTRY, {
    workers,
    kind: options.threads ? "thread" : "process",
    share: shareOf(options, adopted),
    listen,
    adopted,
    unlinkStale,
    data,
    onWorker: (change) => {
      // The first worker is started as soon as the sockets are there.
      if (!isBound) onBound(listen.map((address) => Address.from(address)));
      isBound = true;
      report.event("worker", describe(change), lineOf(change));
    },
    onLog: (slot, line, stream) => {
      log(options.json, slot, line, stream);
    },
    onError: fail,
    signal,
  });
}

/** @throws Error: a socket was opened for one process */
function shareOf({ share, unix }: ServeOptions, adopted: readonly Socket[]): Share {
  const isShareable = (socket: Socket): boolean =>
    socket.family !== sys.AF_UNIX && socket.getOption(sys.SOL_SOCKET, sys.SO_REUSEPORT) !== 0;
  const single = adopted.find((socket) => !isShareable(socket));
  if (share === undefined) return single || unix !== undefined ? "shared" : "reuseport";
  if (single && (share === "reuseport" || share === "steered")) {
    const address = String(single.localAddress);
    throw new Error(`--share ${share}: ${address} was opened without SO_REUSEPORT (ReusePort=)`);
  }
  return share;
}

/** @returns whether this program serves from now on: always, if it follows no other */
async function takesOver(supervisor: Supervisor, handover: Handover | null): Promise<boolean> {
  try {
    await handover?.ready();
    return true;
  } catch (error) {
    fail(error);
    process.exitCode = 1;
    await supervisor.leave();
    return false;
  }
}

function takeRequests(tasks: Tasks): RestartRequests | null {
  try {
    return new RestartRequests(() => tasks.restart());
  } catch (error) {
    fail(error); // it serves nevertheless
    return null;
  }
}

/** SIGHUP from the start on: it would end the process. One that comes too early is remembered. */
class ReloadSignals {
  #isWaiting = false;
  #onSignal: (() => void) | null = null;

  constructor() {
    process.on("SIGHUP", () => {
      if (this.#onSignal) this.#onSignal();
      else this.#isWaiting = true;
    });
  }

  follow(onSignal: () => void): void {
    this.#onSignal = onSignal;
    if (this.#isWaiting) onSignal();
  }
}

function totalsOf({ totals }: { readonly totals: Totals }): ThreadTotals {
  return { ...NO_TOTALS, ...totals };
}

function tell(report: Report, task: string, outcome: Outcome): void {
  const { state, pid, reason } = outcome;
  const detail = reason ?? (pid === undefined ? "" : `process ${String(pid)}`);
  report.event(task, outcome, `${task} ${state}${detail === "" ? "" : `: ${detail}`}`);
}

/** The signal by its name. */
function describe(change: WorkerChange): object {
  if (typeof change.signal !== "number") return change;
  return { ...change, signal: nameOf(change.signal) };
}

function lineOf({ slot, pid, state, code, signal, reason }: WorkerChange): string {
  const how = typeof signal === "number" ? nameOf(signal) : `exit status ${String(code ?? "none")}`;
  const why = [
    ...(state === "exited" && pid !== -1 ? [how] : []),
    ...(reason === undefined ? [] : [reason]),
  ].join(", ");
  return `worker ${String(slot)} (process ${String(pid)}) ${state}${why === "" ? "" : `: ${why}`}`;
}

function nameOf(signal: number): string {
  const names = Object.entries(constants.signals);
  return names.find(([, number]) => number === signal)?.[0] ?? String(signal);
}

function log(json: boolean, slot: number, line: string, stream: LogStream): void {
  if (json) process.stdout.write(`${JSON.stringify({ event: "log", slot, stream, line })}\n`);
  else process.stderr.write(`pollux: worker ${String(slot)}: ${line}\n`);
}
