import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/**
 * One idle descriptor, for the moment when no other is free (EMFILE, ENFILE): given up so that a
 * waiting connection can be accepted and closed. Left in the queue, it would keep the listener
 * readable and the loop spinning, and its client without an answer.
 */
export class ReserveDescriptor implements Disposable {
  #idle: Descriptor | null = openIdle();

  /**
   * Turns away one connection.
   *
   * @param accept - the accept that failed; what it opens is closed
   * @returns `true`: done. `false`: none was waiting any more. `null`: accept failed again, because
   * another thread took the freed number or for some other reason; nothing could be done
   */
  turnAway(accept: () => number | null): boolean | null {
    this.#idle ??= openIdle();
    if (this.#idle === null) return null;
    this.close();
    try {
      const fd = accept();
      if (fd !== null) sys.close(fd);
      return fd !== null;
    } catch (error) {
      if (isSystemError(error)) return null;
      throw error;
    } finally {
      this.#idle = openIdle();
    }
  }

  close(): void {
    this.#idle?.close();
    this.#idle = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function openIdle(): Descriptor | null {
  try {
    return new Descriptor(sys.eventfd(0, sys.EFD_CLOEXEC));
  } catch (error) {
    if (isSystemError(error)) return null; // EMFILE again: the next time may be luckier
    throw error;
  }
}
