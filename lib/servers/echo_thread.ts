import { MessageChannel, type Worker } from "node:worker_threads";
import { Address, type AddressLike } from "../address/address.ts";
import { readOptions } from "../arguments.ts";
import { checkDelay } from "../reactor/timers.ts";
import { Waker } from "../reactor/waker.ts";
import { checkSignal, reasonOf, throwIfAborted } from "../runtime/abort.ts";
import { startWorker, workerFile } from "../runtime/worker.ts";
import * as sys from "../sys/index.ts";
import { type EchoWorkerData, type Reply, type Request, unpackError } from "./echo_messages.ts";
import { ECHO_OPTIONS, type EchoServerOptions } from "./echo_server.ts";
import type { ServerKind } from "./server_kinds.ts";
import type { StreamTotals } from "./stream_options.ts";

const OPTIONS = { ...ECHO_OPTIONS, signal: checkSignal };

type StartOptions = EchoServerOptions & { readonly signal?: AbortSignal };

/** As {@link EchoThread.start}, for any server; totals of one with UDP have `udp`. */
export let startServer: (
  kind: ServerKind,
  address: AddressLike,
  options?: StartOptions,
) => Promise<EchoThread>;

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * An `EchoServer` in a worker thread, which it blocks, so that this thread stays free. Keeps the process alive
 * until it has stopped.
 */
export class EchoThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waker = new Waker();
  readonly #requests = new MessageChannel();
  readonly #listening = deferred<Address>();
  readonly #stopped = deferred<StreamTotals>();
  readonly #asked: Deferred<StreamTotals>[] = [];
  #address = new Address(new Uint8Array());
  #last: StreamTotals | null = null;
  #failure: unknown = null;
  #running = true;
  #terminated = false;

  static {
    startServer = async (kind, address, options = {}) => {
      const { signal, ...serverOptions } = readOptions(options, OPTIONS);
      throwIfAborted(signal);
      const thread = new EchoThread(kind, Address.from(address), serverOptions);
      const abort = (): void => {
        thread.#failure = reasonOf(signal);
        void thread.terminate();
      };
      signal?.addEventListener("abort", abort, { once: true });
      void thread.stopped.catch(() => null).then(() => signal?.removeEventListener("abort", abort));
      thread.#address = await thread.#listening.promise;
      return thread;
    };
  }

  private constructor(kind: ServerKind, address: Address, options: EchoServerOptions) {
    const workerData: EchoWorkerData = {
      kind,
      address: address.bytes,
      options,
      wakerFd: this.#waker.fd,
      requests: this.#requests.port2,
    };
    try {
      this.#worker = startWorker(workerFile("EchoThread", workerUrl), {
        workerData,
        transferList: [this.#requests.port2],
      });
    } catch (error) {
      this.#waker.close();
      this.#requests.port1.close();
      throw error;
    }
    this.#worker.on("message", (reply: Reply) => {
      this.#onReply(reply);
    });
    this.#worker.on("error", (error) => {
      this.#failure = error;
    });
    this.#worker.on("exit", () => {
      this.#onExit();
    });
  }

  /**
   * Starts a server.
   *
   * @param options.signal - aborts the start, or later the server, as {@link terminate} does
   * @returns a promise that is fulfilled when the server listens
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist.
   * Error ERR_POLLUX_NO_WORKER: the package was bundled, and the file of the worker was not
   */
  static async start(
    address: AddressLike,
    options: EchoServerOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<EchoThread> {
    return await startServer("echo", address, options);
  }

  /** The address that it listens on. */
  get address(): Address {
    return this.#address;
  }

  /** Fulfilled when the thread has stopped; rejected if it failed or was terminated. */
  get stopped(): Promise<StreamTotals> {
    return this.#stopped.promise;
  }

  /** The server's counters so far; after its end, the final ones. */
  totals(): Promise<StreamTotals> {
    if (!this.#running) return this.stopped;
    const asked = deferred<StreamTotals>();
    this.#asked.push(asked);
    this.#send({ request: "totals" });
    return asked.promise;
  }

  /**
   * Stops accepting, answers what has arrived, and ends the thread when the last client has left.
   *
   * @param drainMs - milliseconds after which the remaining connections are closed. Default: 5000
   * @returns {@link stopped}
   * @throws TypeError or RangeError: `drainMs` is not a time
   */
  stop(drainMs?: number): Promise<StreamTotals> {
    if (drainMs !== undefined) checkDelay(drainMs, "drainMs");
    if (this.#running) this.#send({ request: "stop", drainMs });
    return this.stopped;
  }

  /** Ends the thread immediately. */
  async terminate(): Promise<void> {
    this.#terminated = true;
    // Where there is no libuv, a thread that waits in the kernel cannot be ended: it has to leave by itself.
    if (!sys.HAS_LIBUV && this.#running) {
      this.#send({ request: "end" });
      await this.stopped.catch(() => null);
    }
    await this.#worker.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #send(request: Request): void {
    this.#requests.port1.postMessage(request);
    this.#waker.wake();
  }

  #onReply(message: Reply): void {
    switch (message.reply) {
      case "listening":
        this.#listening.resolve(new Address(message.address));
        break;
      case "totals":
        this.#asked.shift()?.resolve(message.totals);
        break;
      case "stopped":
        if (!this.#terminated) this.#last = message.totals;
        break;
      case "failed":
        this.#failure = unpackError(message.error);
        break;
    }
  }

  // The promises are settled only here, when the thread has ended and its descriptors are closed.
  #onExit(): void {
    this.#running = false;
    this.#waker.close();
    this.#requests.port1.close();
    const failure = this.#failure ?? new Error("The echo thread was terminated");
    for (const { resolve, reject } of [...this.#asked, this.#stopped]) {
      if (this.#last) resolve(this.#last);
      else reject(failure);
    }
    this.#listening.reject(failure);
  }
}

function workerUrl(): URL {
  return new URL("./echo_worker.js", import.meta.url);
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onFulfilled, onRejected) => {
    resolve = onFulfilled;
    reject = onRejected;
  });
  promise.catch(() => null); // not awaiting it is allowed
  return { promise, resolve, reject };
}
