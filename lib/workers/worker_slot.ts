import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import { Address } from "../address/address.ts";
import { invalidArgValue, invalidState, outOfRange } from "../arguments.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import { setCloseOnExec } from "../descriptors/fcntl.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import type { ConnectionSource } from "../reactor/acceptor.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { ControlChannel, type Received, receiveMessage } from "./control_channel.ts";
import {
  CONTROL_FD,
  type FromWorker,
  type Start,
  sum,
  type Totals,
  type ToWorker,
  MAX_DESCRIPTORS,
  SUPERVISOR_PID,
} from "./messages.ts";
import { PassedConnections } from "./passed_connections.ts";
import { type QueueMode, SharedSockets } from "./shared_sockets.ts";

// The supervisor answers immediately, unless it is busy.
const START_LIMIT_MS = 60_000;
// When the supervisor has gone, nothing else waits for this worker's connections.
const ORPHAN_DRAIN_MS = 1000;
const { SIGKILL } = constants.signals;

/** What a worker serves with: any server of this package, or a class of one's own. */
export interface Served {
  /** What it runs on. */
  readonly reactor: Reactor;
  /** Counters, which the supervisor adds up. */
  readonly totals: object;
  /** Ends gracefully, and calls `onStopped` at the end. */
  stop(drainMs?: number, onStopped?: () => unknown): void;
  /** As `stop`, but serves open connections on until their clients leave. Default: `stop`. */
  retire?(limitMs?: number, onStopped?: () => unknown): void;
}

/**
 * The worker's side of a `Supervisor`: which slot this process or thread has, where its connections come
 * from, and what the supervisor wants of it.
 *
 * ```ts
 * const slot = WorkerSlot.open();
 * const server = new EchoServer(slot.source());
 * slot.serve(server); // tells the supervisor that it is ready
 * server.runSync();
 * ```
 */
export class WorkerSlot implements Disposable {
  /** The number of the slot, from 0: the same for each worker that follows another in it. */
  readonly number: number;
  /** What the supervisor was given for its workers. */
  readonly data: unknown;
  /** Where clients connect to. */
  readonly addresses: readonly Address[];
  readonly #socket: Socket;
  readonly #start: Start;
  readonly #listening: readonly (readonly Socket[])[];
  /** For `mutex`, one for each address. */
  readonly #locks: readonly Descriptor[];
  readonly #passed: PassedConnections[] = [];
  #channel: ControlChannel<FromWorker, ToWorker> | null = null;
  #served: readonly Served[] = [];
  #running = 0;
  /** How many passed connections have ended. */
  #gone = 0;
  #queue: QueueMode = "accept";

  private constructor(socket: Socket, { message, descriptors }: Received<Start>) {
    this.#socket = socket;
    this.#start = message;
    this.number = message.slot;
    this.data = message.data;
    this.addresses = message.addresses.map((hex) => new Address(Buffer.from(hex, "hex")));
    const rest = [...descriptors];
    this.#listening = message.sockets.map((count) =>
      rest.splice(0, count).map((each) => Socket.fromFd(each.detach())),
    );
    this.#locks = rest;
  }

  /** Whether this process or thread is the worker of a supervisor, and {@link open} was not called yet. */
  static get present(): boolean {
    return process.env[CONTROL_FD] !== undefined;
  }

  /**
   * Takes over what the supervisor passes to this worker. Call it once. A worker process is killed by the kernel
   * when its supervisor ends in any way (PR_SET_PDEATHSIG).
   *
   * @throws Error ERR_INVALID_STATE: this is no worker, or it was called before
   */
  static open(): WorkerSlot {
    const { [CONTROL_FD]: number } = process.env;
    if (number === undefined)
      throw invalidState("no supervisor has started this process or thread");
    Reflect.deleteProperty(process.env, CONTROL_FD);
    const socket = controlSocket(Number(number));
    try {
      return new WorkerSlot(socket, firstMessage(socket));
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * Where the connections of an address come from: give it to a server instead of an address. Each can be used
   * once.
   *
   * @param index - of the address, as in {@link addresses}
   */
  source(index = 0): ConnectionSource {
    const address = this.addresses[index];
    if (!address) throw outOfRange("index", `below ${String(this.addresses.length)}`, index);
    const { share } = this.#start;
    return {
      acceptOn: (reactor, handlers) => {
        if (share === "accept") {
          return (this.#passed[index] = new PassedConnections(address, handlers));
        }
        const sockets = this.#listening[index] ?? [];
        return new SharedSockets(reactor, sockets, handlers, {
          address,
          share,
          lock: this.#locks[index] ?? null,
          queue: () => this.#queue,
        });
      },
    };
  }

  /**
   * Answers the supervisor on the servers' reactor, tells it that this worker is ready, and stops the servers
   * when it says so, or when it is gone. Servers that share a reactor are served together.
   *
   * @throws TypeError: no server, or servers with different reactors
   */
  serve(...servers: readonly Served[]): void {
    const [first] = servers;
    if (!first || servers.some(({ reactor }) => reactor !== first.reactor)) {
      throw invalidArgValue("servers", "at least one, all on the same reactor", servers);
    }
    if (this.#channel) throw invalidState("the slot serves already");
    this.#served = servers;
    this.#running = servers.length;
    const channel = new ControlChannel<FromWorker, ToWorker>(first.reactor, this.#socket, {
      onMessage: (received) => {
        this.#onMessage(received);
      },
      onClosed: () => {
        // The sockets may be another program's as well: draining them would close them to newcomers there.
        this.#queue = "leave";
        this.#stop(ORPHAN_DRAIN_MS);
      },
    });
    this.#channel = channel;
    channel.send({ type: "ready" });
  }

  /** Closes what was passed and not used by a server. */
  close(): void {
    if (this.#channel) this.#channel.close();
    else this.#socket.close();
    for (const socket of this.#listening.flat()) socket.close();
    for (const lock of this.#locks) lock.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #onMessage({ message, descriptors }: Received<ToWorker>): void {
    switch (message.type) {
      case "ping":
        this.#channel?.send({ type: "pong", totals: this.#totals() });
        break;
      case "stop":
        this.#queue = message.queue;
        this.#stop(message.drainMs);
        break;
      case "connection":
        this.#take(message.id, message.index, descriptors);
        break;
      case "start":
      case "more":
        for (const descriptor of descriptors) descriptor.close();
        break;
    }
  }

  #take(id: number, index: number, [descriptor]: readonly Descriptor[]): void {
    const acceptor = this.#passed[index];
    const isTaken = descriptor !== undefined && acceptor !== undefined && !acceptor.closed;
    this.#channel?.send({ type: "taken", id, missing: !isTaken });
    if (isTaken) {
      const socket = Socket.fromFd(descriptor.detach());
      socket.whenGone(() => {
        this.#onGone();
      });
      acceptor.take(socket);
    } else descriptor?.close();
  }

  /** A passed connection is closed, or is about to be. */
  #onGone(): void {
    this.#channel?.send({ type: "ended" });
    if (++this.#gone !== this.#start.connections) return;
    // In a turn of its own: the server is about to learn of the close.
    this.#served[0]?.reactor.setTimer(0, () => {
      this.#stop(ORPHAN_DRAIN_MS);
    });
  }

  #stop(drainMs: number): void {
    const onStopped = (): void => {
      if (--this.#running > 0) return;
      this.#channel?.send({ type: "stopped", totals: this.#totals() });
      this.#channel?.end(); // no reactor runs any more that could send it later
      this.#served[0]?.reactor.stop(); // several servers may share it, and none of them stops it
    };
    for (const server of this.#served) {
      // Another worker follows: a client that has just connected is not turned away.
      if (this.#queue === "leave" && server.retire) server.retire(drainMs, onStopped);
      else server.stop(drainMs, onStopped);
    }
  }

  #totals(): Totals {
    return sum(this.#served.map(({ totals }) => totals as Totals));
  }
}

/** A process owns the descriptor from its start; the one of a thread belongs to the supervisor. */
function controlSocket(fd: number): Socket {
  if (!isMainThread) return Socket.fromFd(sys.fcntl(fd, sys.F_DUPFD_CLOEXEC, 0));
  sys.prctl(sys.PR_SET_PDEATHSIG, SIGKILL);
  const { [SUPERVISOR_PID]: supervisor } = process.env;
  Reflect.deleteProperty(process.env, SUPERVISOR_PID);
  const socket = Socket.fromFd(fd);
  setCloseOnExec(socket, true);
  if (supervisor === String(process.ppid)) return socket;
  socket.close();
  throw invalidState("the supervisor has gone"); // before the kernel was asked for the signal
}

/** Asks for the first message, and the sockets that come with it. */
function firstMessage(socket: Socket): Received<Start> {
  using wait = new DescriptorWait(socket, START_LIMIT_MS);
  const hello: FromWorker = { type: "hello" };
  socket.send(Buffer.from(JSON.stringify(hello)));
  const descriptors: Descriptor[] = [];
  let start: Start | null = null;
  try {
    for (;;) {
      const { message, descriptors: some } = nextMessage(socket, wait);
      descriptors.push(...some);
      if (message.type === "start") start = message;
      const isComplete = message.type === "start" || message.type === "more";
      if (!start || !isComplete) continue;
      const wanted = start.sockets.reduce((sum, count) => sum + count, start.locks);
      if (descriptors.length === wanted) return { message: start, descriptors };
      // Fewer come if this process may not open so many.
      if (some.length < Math.min(MAX_DESCRIPTORS, wanted - descriptors.length + some.length)) {
        throw invalidState("not all sockets have arrived: may it open so many descriptors?");
      }
    }
  } catch (error) {
    for (const descriptor of descriptors) descriptor.close();
    throw error;
  }
}

function nextMessage(socket: Socket, wait: DescriptorWait): Received<ToWorker> {
  for (;;) {
    const received = receiveMessage<ToWorker>(socket);
    if (received === "ended" || (received === null && !wait.waitSync(READABLE))) {
      throw invalidState("the supervisor has gone");
    }
    if (received !== null) return received;
  }
}
