import type { Bytes } from "../native/native.ts";
import * as sys from "../sys/index.ts";
import { Descriptor } from "./descriptor.ts";
import { asParts, whereFree, wholeOf } from "./forgotten.ts";

/** How a {@link Pipe} is opened. */
export interface PipeOptions {
  /** Whether calls wait until they can be done. Default: `false`, they answer `null` instead. */
  readonly blocking?: boolean;
  /** Whether each write of up to PIPE_BUF bytes is read on its own (O_DIRECT). Default: `false`. */
  readonly packets?: boolean;
}

/** The end of a pipe that is read from. READABLE with data, and when no writer is left. */
export class PipeReader extends Descriptor {
  /** read(2) into `buffer`: 0 when no writer is left, `null` where the call would block. */
  read(buffer: Bytes, offset?: number, length?: number): number | null {
    return sys.read(this.fd, buffer, offset, length);
  }
}

/** The end of a pipe that is written to. WRITABLE with room, and when no reader is left. */
export class PipeWriter extends Descriptor {
  /**
   * write(2) from `buffer`, perhaps less than asked for; `null` where the call would block.
   *
   * @throws SystemError EPIPE: no reader is left
   */
  write(buffer: Bytes, offset?: number, length?: number): number | null {
    return sys.write(this.fd, buffer, offset, length);
  }
}

/** A pipe with both of its ends: pipe2(2). Close-on-exec, and non-blocking unless asked otherwise. */
export class Pipe implements Disposable {
  /** The end to read from. */
  readonly reader: PipeReader;
  /** The end to write to. */
  readonly writer: PipeWriter;

  /** @throws SystemError EMFILE, ENFILE: no two descriptors are free */
  constructor({ blocking = false, packets = false }: PipeOptions = {}) {
    const flags = (blocking ? 0 : sys.O_NONBLOCK) | (packets ? sys.O_DIRECT : 0);
    const [readEnd, writeEnd] = whereFree(() => sys.pipe2(sys.O_CLOEXEC | flags));
    const whole = wholeOf("Pipe");
    this.reader = asParts(whole, () => new PipeReader(readEnd));
    this.writer = asParts(whole, () => new PipeWriter(writeEnd));
  }

  /** How many bytes fit, a multiple of the page size. Only while the reader is open. */
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
