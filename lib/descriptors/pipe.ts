import { aBoolean, type OptionTable, readOptions } from "../arguments.ts";
import type { Bytes } from "../native/native.ts";
import * as sys from "../sys/index.ts";
import { readWaiting, writeWaiting } from "./blocking.ts";
import { Descriptor } from "./descriptor.ts";
import { asParts, whereFree, wholeOf } from "./forgotten.ts";

/** How a {@link Pipe} is opened. */
export interface PipeOptions {
  /** Whether calls block. Default: `false`; they return `null` instead. */
  readonly blocking?: boolean;
  /** Whether each write of up to PIPE_BUF bytes is read as a separate packet (O_DIRECT). Default: `false`. */
  readonly packets?: boolean;
}

/** The read end of a pipe. READABLE if there is data, or if no writer is left. */
export class PipeReader extends Descriptor {
  /**
   * Reads into `buffer`: read(2). Blocks only if opened with `blocking`.
   *
   * @returns the number of bytes, 0 if no writer is left, or `null` if the call would block
   * @throws SystemError as {@link sys.read}
   */
  read(buffer: Bytes, offset?: number, length?: number): number | null {
    return readWaiting(this, buffer, offset, length);
  }
}

/** The write end of a pipe. WRITABLE if there is room, or if no reader is left. */
export class PipeWriter extends Descriptor {
  /**
   * Writes from `buffer`, possibly only a part: write(2). Blocks only if opened with `blocking`.
   *
   * @returns the number of bytes, or `null` if the call would block
   * @throws SystemError EPIPE: no reader is left; others as {@link sys.write}
   */
  write(buffer: Bytes, offset?: number, length?: number): number | null {
    return writeWaiting(this, buffer, offset, length);
  }
}

const OPTIONS: OptionTable<PipeOptions> = { blocking: aBoolean, packets: aBoolean };

/**
 * Both ends of a pipe: pipe2(2). Close-on-exec, and non-blocking by default.
 *
 * @see https://man7.org/linux/man-pages/man2/pipe.2.html
 */
export class Pipe implements Disposable {
  /** The read end. */
  readonly reader: PipeReader;
  /** The write end. */
  readonly writer: PipeWriter;

  /** @throws SystemError EMFILE, ENFILE: fewer than two descriptors are free */
  constructor(options: PipeOptions = {}) {
    const { blocking = false, packets = false } = readOptions(options, OPTIONS);
    const flags = (blocking ? 0 : sys.O_NONBLOCK) | (packets ? sys.O_DIRECT : 0);
    const [readEnd, writeEnd] = whereFree(() => sys.pipe2(sys.O_CLOEXEC | flags));
    const whole = wholeOf("Pipe");
    this.reader = asParts(whole, () => new PipeReader(readEnd, undefined, !blocking));
    this.writer = asParts(whole, () => new PipeWriter(writeEnd, undefined, !blocking));
  }

  /**
   * The size of the pipe's buffer in bytes; the kernel rounds it up. Works only while the reader is open.
   *
   * @throws SystemError EBADF: the reader is closed. EBUSY: smaller than the data in the pipe. EPERM: larger
   * than /proc/sys/fs/pipe-max-size
   */
  get capacity(): number {
    return sys.fcntl(this.reader.fd, sys.F_GETPIPE_SZ);
  }

  set capacity(bytes: number) {
    sys.fcntl(this.reader.fd, sys.F_SETPIPE_SZ, bytes);
  }

  /** Closes both ends. Closing twice is allowed. */
  close(): void {
    try {
      this.reader.close();
    } finally {
      this.writer.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
