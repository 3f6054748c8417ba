import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { MultiplexerName } from "../multiplexer/create.ts";
import type { Service } from "../servers/services.ts";
import type { TransformName } from "../servers/transform.ts";
import type { Share } from "../workers/share.ts";
import { helpMore } from "./help.ts";
import { UsageError } from "./report.ts";

/** A service that browsers talk to, in Node's own event loop. */
export type WebService = "http" | "chat";

/** What `pollux serve` was asked for. */
export interface ServeOptions {
  readonly multiplexer: MultiplexerName | "all";
  readonly edge: boolean;
  readonly host: string;
  readonly port: number;
  /** A unix-domain path or abstract name, instead of host and port. */
  readonly unix?: string;
  readonly seqpacket: boolean;
  readonly udp: boolean;
  readonly transform: TransformName;
  readonly capacity?: number;
  readonly maxConnections?: number;
  readonly maxPerAddress?: number;
  /** How many connections are served at a time, each in a process of its own. */
  readonly children?: number;
  /** Seconds, as the next two. */
  readonly idleTimeout?: number;
  readonly readTimeout?: number;
  readonly writeTimeout?: number;
  readonly proxyProtocol: boolean;
  /** With workers; `undefined`: a thread of this process. */
  readonly workers?: number;
  readonly share?: Share;
  readonly threads: boolean;
  /** The folder whose files `http` serves. */
  readonly root?: string;
  readonly status: boolean;
  readonly json: boolean;
}

const MAX_PORT = 65535;

// Types keep the lists complete. They are repeated here so that the help works without the addon.
const SERVICES = names<Service>({ echo: true, discard: true, chargen: true, daytime: true });
const WEB_SERVICES = names<WebService>({ http: true, chat: true });
const MULTIPLEXERS = names<MultiplexerName>({ select: true, poll: true, epoll: true });
const TRANSFORMS = names<TransformName>({ none: true, upper: true });
const SHARES = names<Share>({
  reuseport: true,
  steered: true,
  shared: true,
  exclusive: true,
  mutex: true,
  accept: true,
});

export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .description("run servers until SIGINT or SIGTERM")
    .addArgument(
      new Argument("[service]", "what to serve")
        .choices([...SERVICES, ...WEB_SERVICES])
        .default("echo"),
    )
    .addOption(
      new Option("-m, --multiplexer <name>", "what the server waits with")
        .choices([...MULTIPLEXERS, "all"])
        .default("epoll"),
    )
    .option("--edge", "edge-triggered (epoll)", false)
    .option("--host <host>", "where to listen", "127.0.0.1")
    .option("--port <port>", "0 takes a free one; with `all`, the first of three", parsePort, 9999)
    .option("--unix <path>", "listen at a path or an @abstract name instead")
    .option("--seqpacket", "messages instead of a stream (--unix)", false)
    .option("-u, --udp", "UDP on the same port as well", false)
    .addOption(
      new Option("--transform <name>", "what happens to the bytes on their way back (echo)")
        .choices(TRANSFORMS)
        .default("none"),
    )
    .option("--capacity <n>", "select watches descriptors below this number", parseCapacity)
    .option("--max-connections <n>", "refuse more connections than this", parseCount)
    .option("--max-per-address <n>", "refuse more of one client address", parseCount)
    .option("--children <n>", "a process for each connection, at most n at a time", parseCount)
    .option("--idle-timeout <s>", "end a connection on which nothing moves", parseSeconds)
    .option("--read-timeout <s>", "end a client that does not complete a message", parseSeconds)
    .option("--write-timeout <s>", "end a client that does not read its answer", parseSeconds)
    .option("--proxy-protocol", "clients come through HAProxy or nginx, which say who", false)
    .option("--workers <n>", "serve with so many processes; limits count for each", parseWorkers)
    .addOption(
      new Option(
        "--share <how>",
        "how workers share connections (reuseport; with --unix: shared)",
      ).choices(SHARES),
    )
    .option("--threads", "threads as workers instead of processes", false)
    .option("--root <dir>", "the folder whose files are served (http)")
    .option("--status", "show connections and rates, once a second", false)
    .option("--json", "one JSON object a line", false)
    .action(async (service: Service | WebService, options: ServeOptions) => {
      checkTogether(service, options);
      if (isWeb(service)) {
        const { serveWeb } = await import("./serving_web.ts");
        await serveWeb(service, options);
      } else if (options.children !== undefined) {
        const { serveChildren } = await import("./serving_children.ts");
        await serveChildren(service, options, options.children);
      } else if (options.workers !== undefined) {
        const { serveWithWorkers } = await import("./serving_workers.ts");
        await serveWithWorkers(service, options, options.workers);
      } else {
        const { serve } = await import("./serving.ts");
        await serve(service, options);
      }
    });
  helpMore(command, {
    examples: [
      ["pollux serve --udp --status", "echo with TCP and UDP on port 9999"],
      ["pollux serve daytime --port 0 --json", "a free port, for a program"],
      ["pollux serve --children 100", "a process for each connection; ignores SIGHUP"],
      ["pollux serve -m all --idle-timeout 60", "one server on each multiplexer"],
      [
        "pollux serve --proxy-protocol",
        "behind HAProxy (send-proxy) or nginx, and for nobody else",
      ],
      ["pollux serve http --root . --port 8080", "the files of this folder, for browsers"],
      ["pollux serve chat", "a page; who opens it talks to the others"],
      ["pollux serve --workers 4", "SIGHUP replaces the workers, `pollux restart PID` all of it"],
    ],
    exitCodes: { 0: "stopped by SIGINT or SIGTERM", 1: "it cannot listen there, or has failed" },
  });
}

function names<N extends string>(all: Record<N, true>): N[] {
  return Object.keys(all) as N[];
}

function isWeb(service: Service | WebService): service is WebService {
  return WEB_SERVICES.some((known) => known === service);
}

function checkTogether(service: Service | WebService, options: ServeOptions): void {
  const { multiplexer, edge, capacity, host, port, unix, seqpacket, udp, transform } = options;
  const names = multiplexer === "all" ? MULTIPLEXERS : [multiplexer];
  if (host === "") throw new UsageError("--host needs an address or a name");
  if (edge && !names.includes("epoll")) throw new UsageError("--edge needs --multiplexer epoll");
  if (capacity !== undefined && !names.includes("select")) {
    throw new UsageError("--capacity needs --multiplexer select");
  }
  if (port + names.length - 1 > MAX_PORT) {
    throw new UsageError(`--port ${String(port)} leaves no room for ${String(names.length)} ports`);
  }
  if (service !== "echo" && transform !== "none") {
    throw new UsageError("--transform needs the service echo");
  }
  checkWeb(service, options);
  checkChildren(options);
  checkWorkers(options);
  if (unix === undefined) {
    if (seqpacket) throw new UsageError("--seqpacket needs --unix");
    return;
  }
  if (!/^(\.{0,2}\/|@).+/.test(unix)) throw new UsageError("--unix needs /a/path, ./path or @name");
  if (seqpacket && options.proxyProtocol) {
    throw new UsageError("--proxy-protocol and --seqpacket contradict each other");
  }
  if (udp) throw new UsageError("--udp and --unix contradict each other");
  if (names.length > 1) throw new UsageError("--unix has one address, for one multiplexer");
}

function checkWeb(service: Service | WebService, options: ServeOptions): void {
  if (service === "http" && options.root === undefined) {
    throw new UsageError("the service http needs --root");
  }
  if (service !== "http" && options.root !== undefined) {
    throw new UsageError("--root needs the service http");
  }
  if (!isWeb(service)) return;
  const contradicts = {
    "--edge": options.edge,
    "--capacity": options.capacity !== undefined,
    "--udp": options.udp,
    "--seqpacket": options.seqpacket,
    "--children": options.children !== undefined,
    "--workers": options.workers !== undefined,
    "--max-per-address": options.maxPerAddress !== undefined,
    "--write-timeout": options.writeTimeout !== undefined,
    "--proxy-protocol": options.proxyProtocol,
  };
  for (const [name, given] of Object.entries(contradicts)) {
    if (given) throw new UsageError(`${name} and the service ${service} contradict each other`);
  }
}

function checkChildren(options: ServeOptions): void {
  if (options.children === undefined) return;
  const contradicts = {
    "--workers": options.workers !== undefined,
    "--udp": options.udp,
    "--seqpacket": options.seqpacket,
    "--status": options.status,
    "--multiplexer all": options.multiplexer === "all",
    "--max-connections": options.maxConnections !== undefined,
    "--max-per-address": options.maxPerAddress !== undefined,
  };
  for (const [name, given] of Object.entries(contradicts)) {
    if (given) throw new UsageError(`--children and ${name} contradict each other`);
  }
}

function checkWorkers(options: ServeOptions): void {
  const { multiplexer, unix, seqpacket, udp, workers, share, threads } = options;
  if (workers === undefined) {
    if (share !== undefined) throw new UsageError("--share needs --workers");
    if (threads) throw new UsageError("--threads needs --workers");
    return;
  }
  if (multiplexer === "all") throw new UsageError("--workers needs one multiplexer");
  if (udp) throw new UsageError("--udp and --workers contradict each other");
  if (seqpacket) throw new UsageError("--seqpacket and --workers contradict each other");
  if (share === "exclusive" && multiplexer !== "epoll") {
    throw new UsageError("--share exclusive needs --multiplexer epoll");
  }
  if (unix !== undefined && (share === "reuseport" || share === "steered")) {
    throw new UsageError(`--unix has one socket, which --share ${share} cannot share`);
  }
}

function parsePort(text: string): number {
  return parseInteger(text, 0, MAX_PORT);
}

function parseCapacity(text: string): number {
  return parseInteger(text, 1, 2 ** 30);
}

function parseCount(text: string): number {
  return parseInteger(text, 1, 2 ** 31 - 1);
}

function parseWorkers(text: string): number {
  return parseInteger(text, 1, 1024);
}

function parseInteger(text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(`It must be a number from ${String(min)} to ${String(max)}.`);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= 1e6) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}
