import { type ChildProcess, spawn } from "node:child_process";
import { anInteger, anObject, type OptionTable, readOptions } from "../arguments.ts";
import { fdOf } from "../descriptors/descriptor.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { clearTimeout, setTimeout } from "../runtime/timing.ts";
import type { Socket } from "../socket/socket.ts";
import { ControlChannel, controlPair } from "./control_channel.ts";
import { inJson } from "./in_json.ts";

/** The variable with the number of a successor's socket. */
export const HANDOVER_FD = "POLLUX_HANDOVER_FD";

/** Some of the sockets; they come with it. */
export interface Passed {
  readonly type: "passed";
  readonly count: number;
  /** How many there are in all messages. */
  readonly total: number;
  readonly data: unknown;
}

/**
 * What a program tells its successor. `confirmed`: it may take over. `left`: it has, and nobody else serves now.
 * `cancelled`: the program before goes on, or ends with all that belongs to it.
 */
export type ToSuccessor = Passed | { readonly type: "confirmed" | "left" | "cancelled" };

/** What a successor tells the program before. `taken`: it takes over. `alone`: it has heard "left". */
export interface FromSuccessor {
  readonly type: "ready" | "taken" | "alone";
  /** With `taken`: whether it will answer "left". Earlier versions do not. */
  readonly answers?: boolean;
}

/** How a successor is started. */
export interface HandoverOptions {
  /** Its environment. Default: `process.env`. Variables that systemd has set for this process only are left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds within which it has to serve. Default: 30,000. */
  readonly readyMs?: number;
  /** For the successor, as `Handover.data`; in JSON. */
  readonly data?: unknown;
  /** Calls it off: the successor is told to end. */
  readonly signal?: AbortSignal;
}

const OPTIONS: OptionTable<HandoverOptions> = {
  env: anObject,
  readyMs: anInteger(1, 2 ** 31 - 1),
  data: inJson,
  signal: checkSignal,
};

/** The descriptor in the new program: standard input, output and error come before it. */
const CHILD_FD = 3;
// SCM_MAX_FD of the kernel: the most descriptors in a message.
const MAX_DESCRIPTORS = 253;
// A successor that was confirmed answers immediately, unless it stands still.
const CONFIRM_MS = 5000;
const LATE: Readonly<Record<FromSuccessor["type"], string>> = {
  ready: "was not ready",
  taken: "did not take over",
  alone: "did not serve alone",
};
// A successor that is not wanted any more ends its connections by itself. Then it is killed.
const LEAVE_MS = 15_000;
// The end of its socket is seen before its own, which tells more.
const EXIT_MS = 1000;
// They name this process: see sd_listen_fds(3), sd_watchdog_enabled(3).
const OF_THIS_PROCESS = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID"];

interface Waiting {
  readonly type: FromSuccessor["type"];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** As `Handover.start`, with the sockets themselves. */
export let startSuccessor: (
  sockets: readonly Socket[],
  command: string,
  args: readonly string[],
  options: HandoverOptions,
) => Promise<Successor>;

/** A program that serves beside this one, and is to follow it. */
export class Successor {
  readonly #child: ChildProcess;
  readonly #reactor = new Reactor(createMultiplexer<Handler>("epoll"));
  readonly #channel: ControlChannel<ToSuccessor, FromSuccessor>;
  #waiting: Waiting | null = null;
  #failure: unknown = null;
  #limit: Timer | null = null;
  #answers = false;
  /** Whether it has closed its socket, and did not end soon after that. */
  #isClosed = false;
  /** Whether it was told "left", which cannot be called off. */
  #isLetGo = false;

  static {
    startSuccessor = async (sockets, command, args, options) => {
      const { readyMs = 30_000, signal } = readOptions(options, OPTIONS);
      throwIfAborted(signal);
      const successor = new Successor(sockets, command, args, options);
      try {
        await successor.#expect("ready", readyMs, signal);
        return successor;
      } catch (error) {
        successor.cancel();
        throw error;
      }
    };
  }

  private constructor(
    sockets: readonly Socket[],
    command: string,
    args: readonly string[],
    { env = process.env, data = null }: HandoverOptions,
  ) {
    const [ours, theirs] = controlPair();
    using _ = theirs;
    try {
      this.#channel = new ControlChannel<ToSuccessor, FromSuccessor>(this.#reactor, ours, {
        onMessage: ({ message, descriptors }) => {
          for (const descriptor of descriptors) descriptor.close();
          this.#answers ||= message.answers === true;
          if (message.type === this.#waiting?.type) this.#waiting.resolve();
        },
        onClosed: () => {
          this.#reactor.setTimer(EXIT_MS, () => {
            this.#isClosed = true;
            this.#fail(new Error("the successor has closed its socket"));
          });
        },
      });
      for (let first = 0; first === 0 || first < sockets.length; first += MAX_DESCRIPTORS) {
        const some = sockets.slice(first, first + MAX_DESCRIPTORS);
        const { length: count } = some;
        this.#channel.send({ type: "passed", count, total: sockets.length, data }, some);
      }
      this.#child = spawn(command, args, {
        stdio: ["inherit", "inherit", "inherit", fdOf(theirs)],
        env: environment(env),
      });
    } catch (error) {
      ours.close();
      this.#reactor.close();
      throw error;
    }
    this.#child.once("error", (error) => {
      this.#fail(error);
    });
    this.#child.once("exit", (code, signal) => {
      const how = signal ?? `exit status ${String(code)}`;
      this.#fail(new Error(`the successor has ended: ${how}`));
    });
    void this.#run();
  }

  /** Of its process. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /**
   * Lets it take over: from now on it does not depend on this program, which is to leave.
   *
   * @param signal - calls it off, as long as it has not answered
   * @throws Error: it has ended, also after its answer, or does not answer, and was called off; this program goes on.
   * The reason of `signal`
   */
  async confirm(signal?: AbortSignal): Promise<void> {
    checkSignal(signal);
    try {
      throwIfAborted(signal);
      const taken = this.#expect("taken", CONFIRM_MS, signal);
      this.#channel.send({ type: "confirmed" });
      await taken;
      // It waits for this, or for "cancelled": if this program gave up before the answer came, both would serve, or none.
      this.#channel.send({ type: "left" });
      this.#isLetGo = true;
      await this.#followed();
    } catch (error) {
      this.#callOff();
      throw error;
    }
    this.#close();
    this.#child.removeAllListeners();
    this.#child.unref();
  }

  /**
   * Calls it off: it ends its connections and itself. It is killed if that takes longer than 15 seconds. Does nothing
   * once it takes over.
   */
  cancel(): void {
    if (this.#isLetGo) return;
    this.#fail(new Error("the successor was called off"));
    this.#callOff();
  }

  #callOff(): void {
    this.#channel.send({ type: "cancelled" });
    this.#close();
    if (this.#child.pid === undefined || this.#hasEnded) return;
    const timeout = setTimeout(() => {
      this.#child.kill("SIGKILL");
    }, LEAVE_MS);
    this.#child.once("exit", () => {
      clearTimeout(timeout);
    });
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** After "left": if it has ended, or has closed its socket, nobody else serves. @throws Error: so it is */
  async #followed(): Promise<void> {
    try {
      await this.#expect("alone", CONFIRM_MS, undefined);
    } catch (error) {
      if (this.#hasEnded || (this.#isClosed && this.#answers)) throw error;
      // It stands still, or is of a version that closes its socket without an answer.
    }
  }

  async #expect(
    type: FromSuccessor["type"],
    limitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const onAbort = (): void => {
      this.#fail(reasonOf(signal));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { type, resolve, reject };
        if (this.#failure !== null) this.#fail(this.#failure);
        else {
          this.#limit = this.#reactor.setTimer(limitMs, () => {
            this.#fail(new Error(`the successor ${LATE[type]} within ${String(limitMs)} ms`));
          });
        }
      });
    } finally {
      this.#limit?.cancel();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
  }

  #close(): void {
    this.#limit?.cancel();
    this.#channel.end();
    this.#reactor.stop();
  }

  async #run(): Promise<void> {
    await this.#reactor.run();
    this.#reactor.close();
  }
}

function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = Object.entries(env).filter(([name]) => !OF_THIS_PROCESS.includes(name));
  return { ...Object.fromEntries(rest), [HANDOVER_FD]: String(CHILD_FD) };
}
