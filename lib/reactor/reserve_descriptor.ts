import { Descriptor } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";

/**
 * One idle descriptor, for when no other is free (EMFILE, ENFILE). It is closed so that a waiting
 * connection can be accepted and closed. Left in the queue, that connection would keep the listener readable
 * and the loop spinning, and its client would get no answer.
 */
export class ReserveDescriptor implements Disposable {
  #idle: Descriptor | null = openIdle();

  /**
   * Turns away one connection.
   *
   * @param accept - the accept that failed; the descriptor that it opens is closed
   * @returns `true`: a connection was turned away. `false`: none was waiting. `null`: accept failed again,
   * for example because another thread took the freed number
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
    if (isSystemError(error)) return null; // EMFILE again; tried again next time
    throw error;
  }
}
