import {
  aFunction,
  anAbortSignal,
  anInteger,
  aTimeLimit,
  checkInteger,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { isBlocking } from "../descriptors/blocking.ts";
import { descriptorOf, fdOf, type Target } from "../descriptors/descriptor.ts";
import { SystemError } from "../errors.ts";
import { WRITABLE } from "../multiplexer/multiplexer.ts";
import * as sys from "../sys/index.ts";
import { finish, finishSync, type Movement, Transfer } from "./transfer.ts";

/** Which bytes of a file `sendFileSync` of a `Socket` sends, and how long it waits. */
export interface SendFileOptions {
  /** Where to begin in the file, in bytes. Default: 0. The file's own offset is not used, and stays as it is. */
  readonly offset?: number;
  /** How many bytes. Default: up to the end of the file. */
  readonly count?: number;
  /** Milliseconds for all of it, fractions allowed. Default: without limit. */
  readonly timeoutMs?: number | undefined;
}

/** Which bytes of a file `sendFile` of a `Socket` sends, and how long it waits. */
export interface AsyncSendFileOptions extends SendFileOptions {
  /** Cancels the transfer: the promise is rejected with the signal's reason, which has no `transferred`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called after each part, with the number of bytes sent so far. If it throws, the transfer ends. After `signal` was
   * aborted, its last call tells how many bytes were sent.
   */
  readonly onProgress?: ((transferred: number) => void) | undefined;
}

const { MAX_SAFE_INTEGER } = Number;
const OPTIONS: OptionTable<SendFileOptions> = {
  offset: anInteger(0, MAX_SAFE_INTEGER),
  count: anInteger(0, MAX_SAFE_INTEGER),
  timeoutMs: aTimeLimit,
};
const ASYNC_OPTIONS: OptionTable<AsyncSendFileOptions> = {
  ...OPTIONS,
  signal: anAbortSignal,
  onProgress: aFunction,
};

// Each call reads from the disk what is not in memory yet: between them others have their turn.
const CHUNK_BYTES = 2 ** 20;
const BUFFER_BYTES = 2 ** 16;

export function sendFileSync(socket: Target, file: Target, options: SendFileOptions): number {
  return finishSync(transferOf(socket, file, readOptions(options, OPTIONS)));
}

export async function sendFile(
  socket: Target,
  file: Target,
  options: AsyncSendFileOptions,
): Promise<number> {
  const { signal } = readOptions(options, ASYNC_OPTIONS);
  return await finish(transferOf(socket, file, options), signal);
}

function transferOf(socket: Target, file: Target, options: AsyncSendFileOptions): Transfer {
  const { offset = 0, count = MAX_SAFE_INTEGER - offset } = options;
  checkInteger(count, "options.count", 0, MAX_SAFE_INTEGER - offset);
  const source = new Source(file);
  const movement = isBlocking(fdOf(socket))
    ? new CopyMovement(source, offset)
    : new SendfileMovement(source, offset);
  return new Transfer(socket, movement, count, options);
}

/** The file, as long as it is the same. */
class Source {
  readonly #file: Target;
  readonly #fd: number;

  constructor(file: Target) {
    this.#file = file;
    this.#fd = descriptorOf(file);
  }

  /** @throws SystemError EBADF: it was closed; its number may be that of another file by now */
  get fd(): number {
    if (descriptorOf(this.#file) !== this.#fd)
      throw new SystemError(sys.errno.EBADF, "sendfile", { fd: this.#fd });
    return this.#fd;
  }
}

/** Inside the kernel, to a socket that is non-blocking. */
class SendfileMovement implements Movement {
  readonly interest = WRITABLE;
  readonly syscall = "sendfile";
  readonly needsWait = true;
  readonly endsAtZero = true;
  readonly #file: Source;
  readonly #start: number;
  readonly #offset = new BigInt64Array(1);

  constructor(file: Source, start: number) {
    this.#file = file;
    this.#start = start;
  }

  move(fd: number, done: number, left: number): number | null {
    this.#offset[0] = BigInt(this.#start + done);
    return sys.sendfile(fd, this.#file.fd, this.#offset, Math.min(left, CHUNK_BYTES));
  }
}

// sendfile(2) has no MSG_DONTWAIT: with a blocking socket it would wait in the kernel, where neither a time limit nor
// `worker.terminate()` ends it.
/** By way of a buffer, to a socket that may block. */
class CopyMovement implements Movement {
  readonly interest = WRITABLE;
  readonly syscall = "sendfile";
  readonly needsWait = true;
  readonly endsAtZero = true;
  readonly #file: Source;
  readonly #start: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  constructor(file: Source, start: number) {
    this.#file = file;
    this.#start = start;
  }

  move(fd: number, done: number, left: number): number | null {
    const part = this.#buffer.subarray(0, Math.min(left, BUFFER_BYTES));
    const size = sys.preadv(this.#file.fd, [part], this.#start + done);
    if (size === null || size === 0) return size;
    return sys.send(fd, part, 0, size, sys.MSG_DONTWAIT | sys.MSG_NOSIGNAL);
  }
}
