import { invalidState } from "../arguments.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import { setCloseOnExec } from "../descriptors/fcntl.ts";
import { PidFd } from "../descriptors/pidfd.ts";
import { isSystemError } from "../errors.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import { Socket } from "../socket/socket.ts";
import { ControlChannel, receiveMessage } from "./control_channel.ts";
import {
  type FromSuccessor,
  HANDOVER_FD,
  type HandoverOptions,
  type Passed,
  startSuccessor,
  type Successor,
  type ToSuccessor,
} from "./successor.ts";
import type { Supervisor } from "./supervisor.ts";

// They were sent before this program was started, unless memory is short.
const START_LIMIT_MS = 10_000;

// The kernel closes the descriptors of a process that ends a moment before it has ended.
const END_LIMIT_MS = 1000;

/** What became of the program before: it `left`, it `cancelled` this one, or its socket is closed: `gone`. */
type Outcome = "left" | "cancelled" | "gone";

interface Predecessor {
  readonly pid: number;
  /** Whether this process has been its child; else there is a wrapper between them. */
  readonly isParent: boolean;
}

/**
 * Replaces a whole program while it serves: the new one gets every listening socket of the old one, and only when it
 * serves, the old one leaves. No client is refused or reset.
 *
 * ```ts
 * // The program, new and old.
 * const handover = Handover.inherited(); // `null`: no program was there before
 * const supervisor = await Supervisor.start(worker, { listen, adopted: handover?.sockets ?? [] });
 * await handover?.ready(); // the one before leaves
 *
 * // Later, to be followed:
 * const successor = await Handover.start(supervisor, process.execPath, process.argv.slice(1));
 * await successor.confirm();
 * await supervisor.leave();
 * ```
 */
export class Handover implements Disposable {
  /** Sockets that listen, for the option `adopted` of a `Supervisor`, which owns them then. */
  readonly sockets: readonly Socket[];
  /** What the program before has given as `data`. */
  readonly data: unknown;
  readonly #reactor: Reactor;
  readonly #channel: ControlChannel<FromSuccessor, ToSuccessor>;
  readonly #over = new AbortController();
  readonly #before: Predecessor;
  #outcome: Outcome | null = null;
  #onOutcome: (() => void) | null = null;
  #isAlone = false;
  #isEnding = false;
  #wasLeft = false;

  private constructor(socket: Socket, { sockets, data }: Inheritance) {
    this.sockets = sockets;
    this.data = data;
    const { pid } = socket.getOption("SO_PEERCRED");
    this.#before = { pid, isParent: process.ppid === pid };
    this.#reactor = new Reactor(createMultiplexer<Handler>("epoll"));
    try {
      this.#channel = new ControlChannel<FromSuccessor, ToSuccessor>(this.#reactor, socket, {
        onMessage: ({ message, descriptors }) => {
          for (const descriptor of descriptors) descriptor.close();
          this.#hear(message);
        },
        onClosed: () => {
          this.#end("gone");
        },
      });
    } catch (error) {
      this.#reactor.close();
      throw error;
    }
    void this.#run();
  }

  /**
   * Starts the program that is to follow this one, and waits until it serves. Until {@link Successor.confirm}, both
   * serve. Its standard input, output and error are those of this program. If it fails, this one goes on.
   *
   * @param command - a program; `process.execPath` for Node.js
   * @param args - `[...process.execArgv, ...process.argv.slice(1)]` for this program again
   * @throws Error: it has ended, or was not ready in time: it says which. The reason of `signal`
   */
  static async start(
    supervisor: Supervisor,
    command: string,
    args: readonly string[],
    options: HandoverOptions = {},
  ): Promise<Successor> {
    return await startSuccessor(supervisor.sockets, command, args, options);
  }

  /**
   * What the program before this one hands over. Call it once, at the start.
   *
   * @returns `null`: this program follows no other
   * @throws Error ERR_INVALID_STATE: the program before has gone
   */
  static inherited(): Handover | null {
    const { [HANDOVER_FD]: number } = process.env;
    if (number === undefined) return null;
    Reflect.deleteProperty(process.env, HANDOVER_FD);
    const socket = Socket.fromFd(Number(number));
    try {
      setCloseOnExec(socket, true);
      return new Handover(socket, receiveAll(socket));
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Aborted when the program before does not wait for this one any more: it has ended, or goes on by itself. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Tells the program before that this one serves, and waits until that one lets go. If it was killed meanwhile, this
   * one serves too: nobody else does.
   *
   * @throws Error: it goes on by itself. Then leave: `supervisor.leave()`
   */
  async ready(): Promise<void> {
    this.#channel.send({ type: "ready" });
    if (this.#outcome === null) {
      await new Promise<void>((resolve) => {
        this.#onOutcome = resolve;
      });
    }
    this.#isAlone ||= this.#outcome === "gone" && (await this.#died());
    this.close();
    if (!this.#isAlone) throw this.#over.signal.reason;
  }

  /**
   * @internal At the exit of this process, which takes over nothing any more: whether the program before has let go, or
   * was killed. Then nobody serves. Blocks for up to a second if that one closed its socket and has not ended yet.
   */
  endsAlone(): boolean {
    this.#isEnding = true;
    this.#channel.receive(); // its last words, which may have just arrived
    // After "left", only "cancelled" would say that it goes on.
    this.#isAlone ||= this.#outcome === "gone" && (this.#wasLeft || this.#diedSync());
    return this.#isAlone;
  }

  /** Ends the conversation. Without {@link ready}, the program before goes on. The sockets stay open. */
  close(): void {
    this.#channel.end();
    this.#reactor.stop();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #hear({ type }: ToSuccessor): void {
    // The program before sees the end of this one, and goes on.
    if (this.#isEnding && type !== "cancelled") {
      this.#wasLeft ||= type === "left";
      return;
    }
    if (type === "confirmed") this.#channel.send({ type: "taken", answers: true });
    if (type === "left") {
      this.#isAlone = true;
      this.#channel.send({ type: "alone" });
    }
    if (type === "left" || type === "cancelled") this.#end(type);
  }

  /** The first outcome counts: the end of the socket follows each of the others. */
  #end(outcome: Outcome): void {
    if (this.#outcome !== null) return;
    this.#outcome = outcome;
    this.close();
    if (outcome !== "left") {
      this.#over.abort(new Error("the program before this one does not wait for it any more"));
    }
    this.#onOutcome?.();
  }

  /** Whether the program before has ended, or does so now. */
  async #died(): Promise<boolean> {
    if (this.#hasNewParent()) return true;
    try {
      using pidfd = PidFd.open(this.#before.pid);
      using wait = new DescriptorWait(pidfd, END_LIMIT_MS);
      return await wait.wait(READABLE);
    } catch (error) {
      return this.#diedBy(error);
    }
  }

  /** As {@link #died}, at the exit of this process. */
  #diedSync(): boolean {
    if (this.#hasNewParent()) return true;
    try {
      using pidfd = PidFd.open(this.#before.pid);
      using wait = new DescriptorWait(pidfd, END_LIMIT_MS);
      return wait.waitSync(READABLE);
    } catch (error) {
      return this.#diedBy(error);
    }
  }

  #hasNewParent(): boolean {
    const { pid, isParent } = this.#before;
    return isParent && process.ppid !== pid;
  }

  #diedBy(error: unknown): boolean {
    if (!isSystemError(error)) throw error;
    // Without pidfd_open(2), before Linux 5.3, only a parent's end is seen.
    return isSystemError(error, "ESRCH") || this.#hasNewParent();
  }

  async #run(): Promise<void> {
    await this.#reactor.run();
    this.#reactor.close();
  }
}

interface Inheritance {
  readonly sockets: readonly Socket[];
  readonly data: unknown;
}

/** Takes the sockets, which come in several messages if they are many. */
function receiveAll(socket: Socket): Inheritance {
  using wait = new DescriptorWait(socket, START_LIMIT_MS);
  const descriptors: Descriptor[] = [];
  try {
    for (;;) {
      const passed = receiveNext(socket, wait);
      descriptors.push(...passed.descriptors);
      const { total, data } = passed.message;
      if (descriptors.length < total) continue;
      return { sockets: descriptors.map((each) => Socket.fromFd(each.detach())), data };
    }
  } catch (error) {
    for (const descriptor of descriptors) descriptor.close();
    throw error;
  }
}

function receiveNext(
  socket: Socket,
  wait: DescriptorWait,
): { readonly message: Passed; readonly descriptors: readonly Descriptor[] } {
  for (;;) {
    const received = receiveMessage<ToSuccessor>(socket);
    if (received === "ended") break;
    if (received === null) {
      if (!wait.waitSync(READABLE)) break;
      continue;
    }
    const { message, descriptors } = received;
    // Fewer come if this process may not open so many: then the count would never be reached.
    if (message.type === "passed" && descriptors.length === message.count)
      return { message, descriptors };
    for (const descriptor of descriptors) descriptor.close();
    throw invalidState("not all sockets have arrived: may this process open so many descriptors?");
  }
  throw invalidState("the program before this one has gone");
}
