import { Worker } from "node:worker_threads";
import { removeStatusFlags } from "../descriptors/fcntl.ts";
import { Pipe } from "../descriptors/pipe.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import type { Handler, Reactor } from "../reactor/reactor.ts";
import * as sys from "../sys/index.ts";

/** What the thread answers, as a line of JSON. */
interface Answer {
  readonly id: number;
  readonly addresses: readonly string[];
  readonly code?: string;
  readonly message?: string;
}

type OnAnswer = (error: Error | null, addresses: readonly string[]) => void;

// Source text, because a bundle has no other files. It imports, because it runs as CommonJS or as a module.
const PROGRAM = `
  Promise.all(["worker_threads", "dns", "fs"].map((name) => import("node:" + name))).then(
    ([{ parentPort, workerData }, { lookup }, { writeSync }]) => {
      parentPort.on("message", ({ id, host }) => {
        lookup(host, { all: true }, (error, found = []) => {
          const addresses = found.map(({ address }) => address);
          const answer = { id, addresses, code: error?.code, message: error?.message };
          writeSync(workerData, JSON.stringify(answer) + "\\n");
        });
      });
    },
  );
`;

/** A thread that resolves host names for one that blocks. It answers through a pipe, which a multiplexer can watch. */
export class ResolverThread implements Handler {
  readonly #reactor: Reactor;
  readonly #pipe = new Pipe();
  readonly #worker: Worker;
  readonly #asked = new Map<number, OnAnswer>();
  readonly #keys = new WeakSet();
  readonly #decoder = new TextDecoder();
  #text = "";
  #lastId = 0;

  constructor(reactor: Reactor) {
    const { reader, writer } = this.#pipe;
    this.#reactor = reactor;
    removeStatusFlags(writer, sys.O_NONBLOCK);
    this.#worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: writer.fd });
    this.#worker.unref();
    // Node's own event loop still looks for the addresses: an error here only means that this thread does not.
    this.#worker.on("error", () => undefined);
    // Not before: the number could belong to another file by then.
    this.#worker.once("exit", () => {
      writer.close();
    });
    reactor.add(reader, READABLE, this);
  }

  /** Asks once for each `key`. */
  lookUp(key: object, host: string, onAnswer: OnAnswer): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const id = ++this.#lastId;
    this.#asked.set(id, onAnswer);
    this.#worker.postMessage({ id, host });
  }

  close(): void {
    this.#reactor.remove(this.#pipe.reader);
    this.#pipe.reader.close();
    void this.#worker.terminate();
  }

  /** @internal Called by the reactor: answers have arrived. */
  onReady(): void {
    const buffer = Buffer.alloc(4096);
    for (;;) {
      const received = this.#pipe.reader.read(buffer);
      if (received === null) break;
      if (received === 0) {
        this.#reactor.remove(this.#pipe.reader); // the thread has ended, which would be reported without end
        break;
      }
      this.#text += this.#decoder.decode(buffer.subarray(0, received), { stream: true });
    }
    const lines = this.#text.split("\n");
    this.#text = lines.pop() ?? "";
    for (const line of lines) this.#answer(JSON.parse(line) as Answer);
  }

  #answer({ id, addresses, code, message }: Answer): void {
    const onAnswer = this.#asked.get(id);
    this.#asked.delete(id);
    const error = code === undefined ? null : Object.assign(new Error(message), { code });
    onAnswer?.(error, addresses);
  }
}
