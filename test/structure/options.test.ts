import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as pollux from "../../lib/index.ts";
import { openDescriptors } from "../support/descriptors.ts";

const { DatagramBatch, EpollMultiplexer, EventFd, Inotify, MemFd, Pipe, Reactor } = pollux;
const {
  Broadcaster,
  EventManager,
  RouteMonitor,
  SctpEchoServer,
  SignalFd,
  Socket,
  TimerFd,
  UdpEchoClient,
} = pollux;
const { UdpEchoServer, sys } = pollux;

type Handler = pollux.Handler;
type Call = (options: never) => unknown;

interface Case {
  readonly calls: Readonly<Record<string, Call>>;
  /** Values of the wrong type, or out of range. */
  readonly wrong: Readonly<Record<string, readonly unknown[]>>;
}

let here: pollux.Socket;
let there: pollux.Socket;
let listening: pollux.Socket;
let reactor: pollux.Reactor;
let timer: pollux.TimerFd;
let file: pollux.MemFd;
let manager: pollux.EventManager;
let broadcaster: pollux.Broadcaster;
const server = { address: "127.0.0.1", port: 0 };
const bytes = new Uint8Array(8);

beforeAll(() => {
  [here, there] = Socket.pair();
  listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  listening.bind({ address: "127.0.0.1", port: 0 }).listen();
  reactor = new Reactor(new EpollMultiplexer<Handler>());
  timer = new TimerFd();
  file = new pollux.MemFd();
  manager = new EventManager();
  broadcaster = new Broadcaster(manager.wakeupAddress());
});

afterAll(() => {
  for (const one of [here, there, listening, timer, file, reactor, broadcaster, manager])
    one.close();
});

const url = "tcp://127.0.0.1:9";
const nothing = (): undefined => undefined;
const ofManaged = { allowHalfOpen: [null, 1], polls: [null, "yes"] };
const blocking = { blocking: [null, 1, "yes"] };
const timeoutMs = { timeoutMs: [null, -1, NaN, "5", 5n] };
const signal = { signal: [null, {}, "abort"] };
const slice = { offset: [null, -1, 9, 0.5], length: [null, -1, 9, "1"] };
const resolving = { family: [null, 4, "IPv4"], type: [null, "stream", 99] };
const connecting = {
  ...{ ...resolving, ...blocking, ...timeoutMs, protocol: [null, -1, "tcp"] },
  ...{ localAddress: [null, "127.0.0.1:0"], attemptDelayMs: [null, "250", 9, NaN] },
};
const listeningOptions = {
  ...{ ...blocking, backlog: [null, -1, "5"], reusePort: [null, 1], protocol: [null, -1] },
};
const range = { offset: [null, -1, 0.5, 2 ** 53], count: [null, -1, "1"] };
const service = { environment: [null, "x"], unsetEnvironment: [null, 1] };
const control = { control: [null, "IP_TTL", ["IP_NONE"]], controlSize: [null, -1, "9"] };

/** Every exported type of options, by its name. */
const CASES: Readonly<Record<string, Case>> = {
  AsyncBroadcasterWaitOptions: {
    calls: { "broadcaster.wait": (options) => broadcaster.wait(options) },
    wrong: { ...timeoutMs, ...signal },
  },
  AsyncConnectOptions: {
    calls: { connect: (options) => pollux.connect(here, listening.localAddress, options) },
    wrong: { ...timeoutMs, ...signal },
  },
  AsyncCreateConnectionOptions: {
    calls: { createConnection: (options) => pollux.createConnection(server, options) },
    wrong: { ...connecting, ...signal },
  },
  AsyncExactOptions: {
    calls: {
      readExactly: (options) => pollux.readExactly(here, bytes, options),
      writeAll: (options) => pollux.writeAll(here, bytes, options),
    },
    wrong: { ...timeoutMs, ...signal, ...slice, onProgress: [null, 1] },
  },
  AsyncResolveOptions: {
    calls: { resolve: (options) => pollux.resolve(server, options) },
    wrong: { ...resolving, ...timeoutMs, ...signal },
  },
  AsyncSendFileOptions: {
    calls: { "socket.sendFile": (options) => here.sendFile(file, options) },
    wrong: { ...timeoutMs, ...signal, ...range, onProgress: [null, 1] },
  },
  BindOptions: {
    calls: { bind: (options) => here.bind({ path: "" }, options) },
    wrong: { unlinkStale: [null, 1] },
  },
  BroadcasterWaitOptions: {
    calls: { "broadcaster.waitSync": (options) => broadcaster.waitSync(options) },
    wrong: timeoutMs,
  },
  ConnectUrlOptions: {
    calls: { "manager.connect": (options) => manager.connect(url, nothing, options) },
    wrong: { ...ofManaged, ...timeoutMs },
  },
  ConnectOptions: {
    calls: {
      connectSync: (options) => {
        pollux.connectSync(here, listening.localAddress, options);
      },
      "socket.connectSync": (options) => here.connectSync(listening.localAddress, options),
    },
    wrong: timeoutMs,
  },
  CreateConnectionOptions: {
    calls: { createConnectionSync: (options) => pollux.createConnectionSync(server, options) },
    wrong: connecting,
  },
  CreateServerOptions: {
    calls: { createServer: (options) => pollux.createServer(server, options) },
    wrong: {
      ...listeningOptions,
      family: [null, 4, "IPv4"],
      dualStack: [null, 1],
      type: [null, "stream", 2],
      unlinkStale: [null, 1],
    },
  },
  CreateServersOptions: {
    calls: { createServers: (options) => pollux.createServers(":0", options) },
    wrong: listeningOptions,
  },
  DatagramBatchOptions: {
    calls: { DatagramBatch: (options) => new DatagramBatch(options) },
    wrong: { ...control, capacity: [null, 0, "1"], slotSize: [null, -1], returnControl: [null, 1] },
  },
  EchoClientOptions: {
    calls: { EchoClient: (options) => new pollux.EchoClient(listening.localAddress, options) },
    wrong: { ...timeoutMs, maxLine: [null, 0, 0.5, "1"] },
  },
  EventFdOptions: {
    calls: { EventFd: (options) => new EventFd(options) },
    wrong: { ...blocking, semaphore: [null, 1], initial: [null, -1, 2 ** 32, 1n] },
  },
  EventManagerOptions: {
    calls: { EventManager: (options) => new EventManager(options) },
    wrong: {
      ...{ multiplexer: [null, "kqueue", 1], onError: [null, 1], pollMs: timeoutMs.timeoutMs },
      ...{ highWaterMark: [null, 0, 2 ** 21 + 0.5], bufferLimit: [null, 0, "1"] },
    },
  },
  EpollMultiplexerOptions: {
    calls: { EpollMultiplexer: (options) => new EpollMultiplexer(options) },
    wrong: { fd: [null, -1, 0.5, "1"], edge: [null, 1] },
  },
  ExactOptions: {
    calls: {
      readExactlySync: (options) => pollux.readExactlySync(here, bytes, options),
      writeAllSync: (options) => pollux.writeAllSync(here, bytes, options),
    },
    wrong: { ...timeoutMs, ...slice },
  },
  HandoverOptions: {
    calls: {
      "Handover.start": (options) =>
        pollux.Handover.start({ sockets: [] } as unknown as pollux.Supervisor, "true", [], options),
    },
    wrong: { env: [null, 1], readyMs: [null, 0], data: [1n, () => 1], ...signal },
  },
  InotifyOptions: { calls: { Inotify: (options) => new Inotify(options) }, wrong: blocking },
  ListenUrlOptions: {
    calls: { "manager.listen": (options) => manager.listen("tcp://:0", nothing, options) },
    wrong: { ...ofManaged, backlog: [null, -1], reusePort: [null, 1], unlinkStale: [null, 1] },
  },
  ManagerConnectionOptions: {
    calls: { "manager.wrap": (options) => manager.wrap(here, nothing, options) },
    wrong: ofManaged,
  },
  ManagerTimerOptions: {
    calls: { "manager.setTimer": (options) => manager.setTimer(0, nothing, options) },
    wrong: { repeat: [null, 1], immediately: [null, "yes"] },
  },
  MemFdOptions: { calls: { MemFd: (options) => new MemFd("", options) }, wrong: { sealing: [1] } },
  NotifyOptions: {
    calls: { sdNotify: (options) => pollux.sdNotify("READY=1", options) },
    wrong: { ...service, descriptors: [null, 1] },
  },
  PipeOptions: {
    calls: { Pipe: (options) => new Pipe(options) },
    wrong: { ...blocking, packets: [null, 1] },
  },
  ReceiveOptions: {
    calls: { recvMessage: (options) => here.recvMessage(bytes, options) },
    wrong: { ...control, flags: [null, 0.5, "1"] },
  },
  RelayOptions: {
    calls: { Relay: (options) => new pollux.Relay(here, options) },
    wrong: {
      input: [null, "0", 0.5],
      output: [null, "1", -2],
      multiplexer: [null, "kqueue"],
      patienceMs: timeoutMs.timeoutMs,
    },
  },
  ResolveOptions: {
    calls: { resolveSync: (options) => pollux.resolveSync(server, options) },
    wrong: resolving,
  },
  RouteMonitorOptions: {
    calls: { RouteMonitor: (options) => new RouteMonitor(options) },
    wrong: { links: [null], addresses: [1], routes: ["x"], receiveBuffer: [null, -1, 0.5] },
  },
  DaytimeOptions: {
    calls: { daytimeSync: (options) => pollux.daytimeSync(listening.localAddress, options) },
    wrong: { ...timeoutMs },
  },
  AsyncDaytimeOptions: {
    calls: { daytime: (options) => pollux.daytime(listening.localAddress, options) },
    wrong: { ...timeoutMs, signal: [null, {}] },
  },
  SctpEchoOptions: {
    calls: { SctpEchoServer: (options) => new SctpEchoServer(reactor, server, options) },
    wrong: { style: [null, "many"], onError: [null, 1] },
  },
  SendFileOptions: {
    calls: { "socket.sendFileSync": (options) => here.sendFileSync(file, options) },
    wrong: { ...timeoutMs, ...range },
  },
  SendOptions: {
    calls: { sendMessage: (options) => here.sendMessage(bytes, options) },
    wrong: { address: [null, 1], control: [null, {}], flags: [null, 0.5] },
  },
  ServiceOptions: {
    calls: {
      listenDescriptors: (options) => pollux.listenDescriptors(options),
      watchdogIntervalMs: (options) => pollux.watchdogIntervalMs(options),
    },
    wrong: service,
  },
  SignalFdOptions: {
    calls: { SignalFd: (options) => new SignalFd(["SIGUSR2"], options) },
    wrong: blocking,
  },
  SocketOptions: {
    calls: {
      "Socket.open": (options) => Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options),
      "Socket.pair": (options) => Socket.pair(sys.SOCK_STREAM, options),
      accept: (options) => listening.accept(options),
      acceptFrom: (options) => listening.acceptFrom(options),
      openSctp: (options) => pollux.openSctp(sys.AF_INET, sys.SOCK_STREAM, options),
    },
    wrong: blocking,
  },
  ProcessPerConnectionOptions: {
    calls: {
      "ProcessPerConnection.start": (options) =>
        pollux.ProcessPerConnection.start(pathToFileURL("/"), options),
    },
    wrong: {
      ...{ listen: [null, [], "0.0.0.0"], args: [null, [1], "x"], data: [1n, () => 1] },
      ...{ children: [null, 0, 1.5, "2"], spare: [null, -1], connectionsPerChild: [null, 0] },
      ...{ readyMs: [null, 0], drainMs: [null, -1], pauseMs: [0, "1"], maxFailures: [0] },
      ...{ backlog: [null, -1], unlinkStale: [null, 1] },
      ...{ onChild: [null, 1], onLog: [null, 1], onError: [null, 1] },
    },
  },
  SupervisorOptions: {
    calls: {
      "Supervisor.start": (options) => pollux.Supervisor.start(pathToFileURL("/"), options),
    },
    wrong: {
      ...{ workers: [null, 0, 1.5, "2"], kind: [null, "fork"], share: [null, "fair"] },
      ...{
        listen: [null, [], "0.0.0.0"],
        adopted: [null, [1]],
        args: [null, [1], "x"],
        data: [1n, () => 1],
      },
      ...{ readyMs: [null, 0], drainMs: [null, -1], unresponsiveMs: [null, 1], pauseMs: [0, "1"] },
      ...{ maxFailures: [0], backlog: [null, -1], unlinkStale: [null, 1] },
      ...{ onWorker: [null, 1], onLog: [null, 1], onError: [null, 1] },
    },
  },
  TimerFdOptions: {
    calls: { TimerFd: (options) => new TimerFd(options) },
    wrong: { ...blocking, clock: [null, "1", 0.5] },
  },
  TimerFdSetting: {
    calls: { "timer.set": (setting) => timer.set(setting) },
    wrong: { valueNs: [null, 1], intervalNs: [null, 1], absolute: [1], cancelOnSet: [null] },
  },
  UdpEchoClientOptions: {
    calls: { UdpEchoClient: (options) => new UdpEchoClient(server, options) },
    wrong: { ...timeoutMs, retries: [null, -1, 0.5] },
  },
  UdpEchoServerOptions: {
    calls: { UdpEchoServer: (options) => new UdpEchoServer(server, options) },
    wrong: { multiplexer: [null, "kqueue"], datagramSize: [null, -1, "1"] },
  },
};

/** Those of multiplexers, the reactor and its servers, which the tests of their folders hold. */
const ELSEWHERE = [
  ...["AsyncWaitOptions", "ConnectionOptions", "EchoServerOptions", "EpollOptions"],
  ...["ListenerOptions", "ReactorOptions", "RunOptions", "SelectOptions", "StreamServerOptions"],
  ...["ReadyListOptions", "TcpUdpEchoOptions", "WaitOptions"],
];

const index = readFileSync(new URL("../../lib/index.ts", import.meta.url), "utf8");
const exported = [...index.matchAll(/\b(\w+Options|TimerFdSetting)\b/g)].map(([name]) => name);

/** The error of a call that fails at once or later. What it returns instead is closed. */
async function errorOf(call: Call, options: unknown): Promise<unknown> {
  try {
    const result: unknown = await call(options as never);
    for (const one of [result].flat()) (one as Disposable | null)?.[Symbol.dispose]?.();
    return "no error";
  } catch (error) {
    return error;
  }
}

describe("every exported type of options", () => {
  it("has a case here", () => {
    expect([...Object.keys(CASES), ...ELSEWHERE].sort()).toEqual([...new Set(exported)].sort());
  });
});

describe.each(
  Object.values(CASES).flatMap(({ calls, wrong }) =>
    Object.entries(calls).map(([name, call]) => ({ name, call, wrong })),
  ),
)("the options of $name", ({ call, wrong }) => {
  it("are an object: null and others are refused, and leave nothing open", async () => {
    const before = openDescriptors();

    for (const options of [null, "x", ["x"], true]) {
      expect(await errorOf(call, options)).toMatchObject({ code: "ERR_INVALID_ARG_TYPE" });
    }

    expect(openDescriptors()).toEqual(before);
  });

  it("are known by name: another is refused, with those that exist", async () => {
    const before = openDescriptors();
    const [known = ""] = Object.keys(wrong);

    expect(await errorOf(call, { nonsense: undefined })).toMatchObject({
      code: "ERR_INVALID_ARG_VALUE",
      message: expect.stringMatching(new RegExp(`nonsense.*${known}`, "s")) as string,
    });

    expect(openDescriptors()).toEqual(before);
  });

  it.each(Object.entries(wrong))("have a type each: %s", async (name, values) => {
    const before = openDescriptors();

    for (const value of values) {
      const error = await errorOf(call, { [name]: value });
      expect([value, (error as { code?: unknown }).code]).toEqual([
        value,
        expect.stringMatching(/^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/),
      ]);
    }

    expect(openDescriptors()).toEqual(before);
  });
});
