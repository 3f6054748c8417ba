import { spawn } from "node:child_process";
import { once } from "node:events";
import * as sys from "../sys/index.ts";

/** The bytes of an answer: the time at which it was sent, in nanoseconds of CLOCK_MONOTONIC. */
export const ANSWER_SIZE = 8;

/** How long the other side waits before it answers: the reader is surely waiting by then. */
const PAUSE_MS = 2;

// Reads one byte, waits, answers with the time; again and again, until the end of the pipe.
const PROGRAM = `
const { readSync, writeSync } = require("node:fs");
const answer = Buffer.alloc(${String(ANSWER_SIZE)});
const never = new Int32Array(new SharedArrayBuffer(4));
while (readSync(4, Buffer.alloc(1)) > 0) {
  Atomics.wait(never, 0, 0, ${String(PAUSE_MS)});
  answer.writeBigInt64LE(process.hrtime.bigint());
  writeSync(3, answer);
}`;

/** A process at the other end of a unix socket, which answers a moment after it was asked. */
export class Peer implements AsyncDisposable {
  /** Our end of the socket. It blocks. */
  readonly fd: number;
  // Not by the socket: what the peer reads there makes room, which wakes a blocking recv for nothing.
  readonly #asking: number;
  readonly #ended: Promise<unknown>;

  constructor() {
    const [here, there] = sys.socketpair(sys.AF_UNIX, sys.SOCK_STREAM | sys.SOCK_CLOEXEC);
    const [asked, asking] = sys.pipe2(sys.O_CLOEXEC);
    this.fd = here;
    this.#asking = asking;
    const child = spawn(process.execPath, ["-e", PROGRAM], {
      stdio: ["ignore", "ignore", "inherit", there, asked],
    });
    this.#ended = once(child, "exit").catch(() => undefined);
    sys.close(there); // if the process ends, we read the end of the stream
    sys.close(asked);
  }

  /** Asks for an answer, which comes a moment later. */
  ask(): void {
    sys.write(this.#asking, Uint8Array.of(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    sys.close(this.fd);
    sys.close(this.#asking);
    await this.#ended;
  }
}

/** How long ago an answer was sent, in microseconds. */
export function ageUs(answer: Buffer): number {
  return Number(process.hrtime.bigint() - answer.readBigInt64LE()) / 1e3;
}
