import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as pollux from "../../lib/index.ts";
import { publicProgram } from "../support/compiler.ts";
import { openDescriptors } from "../support/descriptors.ts";
import { ROOT } from "./source.ts";

const { MULTIPLEXERS, Socket, sys } = pollux;

type Handler = pollux.Handler;
type Any = Record<string, unknown>;
type Call = (options: never) => unknown;

let here: pollux.Socket;
let there: pollux.Socket;
let listening: pollux.Socket;
let reactor: pollux.Reactor;
let timer: pollux.TimerFd;
let mux: pollux.EpollMultiplexer;
let manager: pollux.EventManager;
const server = { address: "127.0.0.1", port: 0 };
const bytes = new Uint8Array(8);
const nothing = (): undefined => undefined;
const protocol = { onData: nothing, onEnd: nothing };

/** A connection takes its socket also when it is refused. */
function connection(options: never): pollux.Connection {
  const [first, second] = Socket.pair();
  second.close();
  return new pollux.Connection(reactor, first, protocol, options);
}

/** What runs is its own, as it is closed at the end. */
async function running(
  runs: { run: (options: never) => Promise<unknown> } & Disposable,
  options: never,
): Promise<void> {
  using it = runs;
  await it.run(options);
}

/** How each function that takes options is called with them: those that a walk over the declarations finds. */
const CALLS: Readonly<Record<string, Call>> = {
  ChargenServer: (options) => new pollux.ChargenServer(server, options),
  Connection: connection,
  "CoreMultiplexer.readyLists": (options) => mux.readyLists(options),
  DatagramBatch: (options) => new pollux.DatagramBatch(options),
  DaytimeServer: (options) => new pollux.DaytimeServer(server, options),
  DiscardServer: (options) => new pollux.DiscardServer(server, options),
  EchoClient: (options) => new pollux.EchoClient(listening.localAddress, options),
  EchoServer: (options) => new pollux.EchoServer(server, options),
  "EchoThread.start": (options) => pollux.EchoThread.start(server, options),
  EpollMultiplexer: (options) => new pollux.EpollMultiplexer(options),
  "EpollMultiplexer.add": (options) => {
    mux.add(there, 0, undefined, options);
  },
  EventManager: (options) => new pollux.EventManager(options),
  "EventManager.connect": (options) => manager.connect("tcp://127.0.0.1:9", nothing, options),
  "EventManager.listen": (options) => manager.listen("tcp://127.0.0.1:0", nothing, options),
  "EventManager.run": (options) => running(new pollux.EventManager(), options),
  "EventManager.setTimer": (options) => manager.setTimer(0, nothing, options),
  "EventManager.wrap": (options) => {
    const [first, second] = Socket.pair();
    second.close();
    using socket = first;
    return manager.wrap(socket, nothing, options);
  },
  EventFd: (options) => new pollux.EventFd(options),
  "Handover.start": (options) =>
    pollux.Handover.start({ sockets: [] } as unknown as pollux.Supervisor, "true", [], options),
  Inotify: (options) => new pollux.Inotify(options),
  Listener: (options) => new pollux.Listener(reactor, server, options),
  MemFd: (options) => new pollux.MemFd("options", options),
  Pipe: (options) => new pollux.Pipe(options),
  Reactor: (options) => new pollux.Reactor(mux as unknown as pollux.Multiplexer<Handler>, options),
  "Reactor.run": (options) => running(new pollux.Reactor(new pollux.EpollMultiplexer()), options),
  Relay: (options) => new pollux.Relay(here, options),
  "Relay.run": (options) => new pollux.Relay(here).run(options),
  RouteMonitor: (options) => new pollux.RouteMonitor(options),
  SctpEchoServer: (options) => new pollux.SctpEchoServer(reactor, server, options),
  SelectMultiplexer: (options) => new pollux.SelectMultiplexer(options),
  SignalFd: (options) => new pollux.SignalFd(["SIGUSR2"], options),
  "MessageSocket.recvMessage": (options) => here.recvMessage(bytes, options),
  "MessageSocket.sendFile": (options) => here.sendFile(here, options),
  "MessageSocket.sendFileSync": (options) => here.sendFileSync(here, options),
  "MessageSocket.sendMessage": (options) => here.sendMessage(bytes, options),
  "Socket.accept": (options) => listening.accept(options),
  "Socket.acceptFrom": (options) => listening.acceptFrom(options),
  "Socket.bind": (options) => here.bind({ path: "" }, options),
  "Socket.connectSync": (options) => here.connectSync(listening.localAddress, options),
  "Socket.open": (options) => Socket.open(sys.AF_INET, sys.SOCK_STREAM, 0, options),
  "Socket.pair": (options) => Socket.pair(sys.SOCK_STREAM, options),
  StreamServer: (options) => new pollux.StreamServer(server, {}, options),
  "StreamServer.run": (options) => running(new pollux.StreamServer(server, {}), options),
  "ProcessPerConnection.start": (options) =>
    pollux.ProcessPerConnection.start(new URL("file:///nowhere"), options),
  "Supervisor.start": (options) => pollux.Supervisor.start(new URL("file:///nowhere"), options),
  TcpUdpEchoServer: (options) => new pollux.TcpUdpEchoServer(server, options),
  "TcpUdpEchoServer.run": (options) => running(new pollux.TcpUdpEchoServer(server), options),
  TimerFd: (options) => new pollux.TimerFd(options),
  "TimerFd.set": (options) => timer.set(options),
  UdpEchoClient: (options) => new pollux.UdpEchoClient(server, options),
  UdpEchoServer: (options) => new pollux.UdpEchoServer(server, options),
  "UdpEchoServer.run": (options) => running(new pollux.UdpEchoServer(server), options),
  connect: (options) => pollux.connect(here, listening.localAddress, options),
  connectSync: (options) => {
    pollux.connectSync(here, listening.localAddress, options);
  },
  createConnection: (options) => pollux.createConnection(listening.localAddress, options),
  createConnectionSync: (options) => pollux.createConnectionSync(listening.localAddress, options),
  createServer: (options) => pollux.createServer(server, options),
  createServers: (options) => pollux.createServers(":0", options),
  createMultiplexer: (options) => pollux.createMultiplexer("epoll", options),
  daytime: (options) => pollux.daytime(listening.localAddress, options),
  daytimeSync: (options) => pollux.daytimeSync(listening.localAddress, options),
  listenDescriptors: (options) => pollux.listenDescriptors(options),
  openSctp: (options) => pollux.openSctp(sys.AF_INET, sys.SOCK_STREAM, options),
  readExactly: (options) => pollux.readExactly(here, bytes, options),
  readExactlySync: (options) => pollux.readExactlySync(here, bytes, options),
  resolve: (options) => pollux.resolve(server, options),
  resolveSync: (options) => pollux.resolveSync(server, options),
  sdNotify: (options) => pollux.sdNotify("READY=1", options),
  wait: (options) => mux.wait(options, nothing),
  waitRepeatedly: (options) => mux.waitRepeatedly(options, nothing, () => null),
  waitSync: (options) => mux.waitSync(options, nothing),
  watchdogIntervalMs: (options) => pollux.watchdogIntervalMs(options),
  writeAll: (options) => pollux.writeAll(here, bytes, options),
  writeAllSync: (options) => pollux.writeAllSync(here, bytes, options),
};

/** What must be given. */
const REQUIRED: Readonly<Record<string, Any>> = {
  Listener: { onConnection: nothing },
  "ProcessPerConnection.start": { listen: [server] },
  "Supervisor.start": { listen: [server] },
  "TimerFd.set": { valueNs: 0n },
};

interface Found {
  readonly key: string;
  /** Each option, and whether it is a function. */
  readonly options: ReadonlyMap<string, boolean>;
}

/** Each function, method and constructor that `index.ts` exports and that takes an options object. */
function findTakers(program: ts.Program): Found[] {
  const checker = program.getTypeChecker();
  const index = program.getSourceFile(`${ROOT}lib/index.ts`)!;
  const found = new Map<string, Map<string, boolean>>();
  const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(symbol, index);
  const isFunction = (type: ts.Type): boolean =>
    checker.getNonNullableType(type).getCallSignatures().length > 0;
  const note = (key: string, signatures: readonly ts.Signature[]): void => {
    for (const parameter of signatures.flatMap(({ parameters }) => parameters)) {
      const options = optionsIn(parameter);
      if (options.length === 0) continue;
      const names = found.get(key) ?? new Map<string, boolean>();
      for (const option of options) names.set(option.name, isFunction(typeOf(option)));
      found.set(key, names);
    }
  };
  const optionsIn = (parameter: ts.Symbol): readonly ts.Symbol[] => {
    const type = checker.getNonNullableType(typeOf(parameter));
    const types = (type.isUnion() ? type.types : [type]).filter(
      (each) => (each.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0,
    );
    // Named so, or with an inline type; not an inner function's, nor a class.
    const isNamed = /(Options|Setting)$/.test(checker.typeToString(type));
    const isOptions = isNamed || parameter.name === "options";
    return isOptions ? types.flatMap((each) => checker.getPropertiesOfType(each)) : [];
  };
  const ofClass = (name: string, type: ts.Type): void => {
    for (const member of type.getProperties()) {
      const file = member.declarations?.[0]?.getSourceFile().fileName;
      // Not what a class inherits from one of Node.
      const isOwn = file?.startsWith(ROOT) === true && !file.includes("/node_modules/");
      const isPrivate =
        member.valueDeclaration?.getChildren().some(ts.isPrivateIdentifier) === true;
      if (!isOwn || isPrivate || member.name === "prototype") continue;
      const owner = classOf(member, name);
      const signatures = typeOf(member).getCallSignatures();
      note(member.name.startsWith("wait") ? member.name : `${owner}.${member.name}`, signatures);
    }
  };
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(index)!)) {
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if ((symbol.flags & ts.SymbolFlags.Value) === 0 || exported.name === "sys") continue;
    const type = checker.getTypeOfSymbol(symbol);
    const constructors = type.getConstructSignatures().filter(({ declaration }) => {
      const flags = declaration ? ts.getCombinedModifierFlags(declaration) : 0;
      return (flags & ts.ModifierFlags.Private) === 0;
    });
    note(exported.name, [...type.getCallSignatures(), ...constructors]);
    if (symbol.flags & ts.SymbolFlags.Class) {
      ofClass(exported.name, type);
      ofClass(exported.name, checker.getDeclaredTypeOfSymbol(symbol));
    }
  }
  return [...found].map(([key, options]) => ({ key, options }));
}

/** The class that declares a member: those that inherit it take the same options. */
function classOf(member: ts.Symbol, name: string): string {
  const parent = member.declarations?.[0]?.parent;
  return parent && ts.isClassDeclaration(parent) ? (parent.name?.text ?? name) : name;
}

const takers = findTakers(publicProgram());

/** The error of a call that fails at once or later. What it returns instead is closed. */
async function errorOf(call: Call, options: unknown): Promise<Any> {
  try {
    const result: unknown = await call(options as never);
    for (const one of [result].flat()) (one as Disposable | undefined)?.[Symbol.dispose]?.();
    return { message: "no error" };
  } catch (error) {
    return error as Any;
  }
}

beforeAll(async () => {
  [here, there] = Socket.pair();
  listening = Socket.open(sys.AF_INET, sys.SOCK_STREAM);
  listening.bind(server).listen();
  reactor = new pollux.Reactor(new pollux.EpollMultiplexer<Handler>());
  timer = new pollux.TimerFd();
  mux = new pollux.EpollMultiplexer();
  manager = new pollux.EventManager();
  await mux.wait(0, nothing); // opens what a wait needs
  mux.waitSync(0, nothing);
});

afterAll(() => {
  for (const one of [here, there, listening, timer, reactor, mux, manager]) one.close();
});

describe("what takes options", () => {
  it("has a call in the table here, and all in the table exist", () => {
    expect(takers.map(({ key }) => key).sort()).toEqual(Object.keys(CALLS).sort());
  });

  const tell = async ({ key, options }: Found): Promise<void> => {
    const call = CALLS[key]!;
    const required = REQUIRED[key] ?? {};
    const before = openDescriptors();
    const isCoded = expect.stringMatching(
      /^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/,
    ) as string;

    expect((await errorOf(call, null))["code"]).toBe("ERR_INVALID_ARG_TYPE");
    const unknown = await errorOf(call, { ...required, nonsense: 1 });
    expect(unknown).toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
    expect(unknown["message"]).toContain("nonsense");
    for (const [name, isFunction] of options) {
      const { code, message } = await errorOf(call, {
        ...required,
        [name]: isFunction ? 1 : nothing,
      });
      expect({ name, code, message }).toEqual({
        ...{ name, code: isCoded, message: expect.stringContaining(name) as string },
      });
    }

    expect(openDescriptors()).toEqual(before);
  };
  const title = "is told by a coded error of what is wrong: $key";
  it.each(takers)(title, tell);
});

describe("options that contradict each other", () => {
  const code = expect.stringMatching(/^ERR_(INVALID_ARG_VALUE|OUT_OF_RANGE)$/) as string;
  const FLAGS = ["edge", "oneShot", "exclusive"] as const;
  const others = MULTIPLEXERS.filter((name) => name !== "epoll").flatMap((name) =>
    FLAGS.map((flag) => ({ name, flag })),
  );

  it.each(others)("$flag of $name is refused", ({ name, flag }) => {
    const before = openDescriptors();

    expect(() => pollux.createMultiplexer(name, { [flag]: true })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(flag) as string }),
    );
    expect(() => new pollux.EchoServer(server, { multiplexer: name, edge: true })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining("edge") as string }),
    );
    expect(openDescriptors()).toEqual(before);
  });

  it.each(["poll", "epoll"] as const)("capacity of %s is refused", (name) => {
    expect(() => pollux.createMultiplexer(name, { capacity: 10 })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining("capacity") as string }),
    );
  });

  it("a high-water mark above the limit is refused, and the socket closed", async () => {
    const before = openDescriptors();

    const error = await errorOf(connection, { highWaterMark: 11, bufferLimit: 10 });

    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(/highWaterMark.*bufferLimit/) as string,
    });
    expect(openDescriptors()).toEqual(before);
  });

  it("a one-shot multiplexer is refused by a reactor", () => {
    using multiplexer = new pollux.EpollMultiplexer<Handler>({ oneShot: true });

    expect(() => new pollux.Reactor(multiplexer)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining("one-shot") as string }),
    );
  });
});
