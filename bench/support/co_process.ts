import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pinned } from "pollux/bench";

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/** The answer of a program of bench/c to `run N`. */
export interface Answer {
  /** How long the work took, in nanoseconds. */
  readonly elapsed: number;
  /** The processor time that it took, in nanoseconds. */
  readonly cpu: number;
  /** How many repetitions the least served connection has had, if the program tells it. */
  readonly least?: number;
  /** How many repetitions the most served connection has had, if the program tells it. */
  readonly most?: number;
  /** The latency of each repetition, in nanoseconds; empty if the program does not tell them. */
  readonly latencies: Uint32Array;
}

/** Processor time of a process so far, in nanoseconds. */
export interface Usage {
  /** In user mode. */
  readonly user: number;
  /** In the kernel. */
  readonly system: number;
}

/** A program that is talked to in lines: one of bench/c, or an echo server. It ends with its standard input. */
export class CoProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #name: string;
  readonly #chunks: Buffer[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  /** @param core - the processor to run on */
  constructor(command: readonly string[], core?: number) {
    const [file, ...args] = pinned(command, core);
    this.#name = command.slice(0, 2).join(" ");
    // A group of its own: Ctrl-C must not reach it, because the cell ends it in order.
    const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
    this.#child = spawn(file!, args, { stdio, detached: true });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    this.#child.on("close", end).on("error", end);
    this.#child.stdin.on("error", end);
  }

  /** The process ID; 0 if the program could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line that it prints. */
  async line(): Promise<string> {
    for (;;) {
      const bytes = this.#join();
      const end = bytes.indexOf("\n");
      if (end >= 0)
        return this.#take(end + 1)
          .toString()
          .trimEnd();
      await this.#more();
    }
  }

  /**
   * Does the work `times` times.
   *
   * @param latencies - whether the program tells the latency of each repetition
   * @param intervalNs - for fixed_rate.c: the time from one message to the next
   */
  async run(times: number, latencies: boolean, intervalNs?: number): Promise<Answer> {
    const interval = intervalNs === undefined ? "" : ` ${String(Math.round(intervalNs))}`;
    this.#child.stdin.write(`run ${times}${interval}\n`);
    const numbers = (await this.line()).split(" ").map(Number);
    const [elapsed = 0, cpu = 0, count = 0, least, most] = numbers;
    if (count !== times || !(elapsed > 0)) throw new Error(`${this.#name} has measured nothing`);
    const length = latencies ? count * WORD : 0;
    while (this.#join().length < length) await this.#more();
    const bytes = new Uint8Array(this.#take(length));
    const served = least === undefined || most === undefined ? {} : { least, most };
    return { elapsed, cpu, ...served, latencies: new Uint32Array(bytes.buffer, 0, length / WORD) };
  }

  /** The processor time of an echo server so far: see {@link Contender.server}. */
  async usage(): Promise<Usage> {
    this.#child.stdin.write("usage\n");
    const answer = /^(\d+) (\d+)$/.exec(await this.line());
    if (!answer) throw new Error(`${this.#name} has not told its processor time`);
    return { user: Number(answer[1]) * 1000, system: Number(answer[2]) * 1000 };
  }

  /** Closes its standard input and waits for its end, which comes within five seconds. */
  async end(): Promise<void> {
    if (this.#ended) return;
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await closed;
    clearTimeout(timer);
  }

  #join(): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    if (this.#chunks.length < 2) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks.splice(0, this.#chunks.length, all);
    return all;
  }

  #take(length: number): Buffer {
    const all = this.#join();
    this.#chunks.splice(0, this.#chunks.length);
    if (length < all.length) this.#chunks.push(all.subarray(length));
    return all.subarray(0, length);
  }

  #more(): Promise<void> {
    if (this.#ended) return Promise.reject(new Error(`${this.#name} has ended`));
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
