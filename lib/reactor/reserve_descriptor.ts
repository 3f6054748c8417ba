import { closeSync, openSync } from "node:fs";
import { isSystemError } from "../errors.ts";
import type { Socket } from "../socket/socket.ts";

/**
 * One idle descriptor, for the moment when no other is free (EMFILE, ENFILE): given up so that a
 * waiting connection can be accepted and closed. Left in the queue, it would keep the listener
 * readable and the loop spinning, and its client without an answer.
 */
export class ReserveDescriptor implements Disposable {
  #fd: number | null = openIdle();

  /**
   * Turns away one connection.
   *
   * @param accept - the accept that failed
   * @returns `true`: done. `false`: none was waiting any more. `null`: accept failed again, because
   * another thread took the freed number or for some other reason; nothing could be done
   */
  turnAway(accept: () => Socket | null): boolean | null {
    this.#fd ??= openIdle();
    if (this.#fd === null) return null;
    this.#release();
    try {
      const socket = accept();
      socket?.close();
      return socket !== null;
    } catch (error) {
      if (isSystemError(error)) return null;
      throw error;
    } finally {
      this.#fd = openIdle();
    }
  }

  close(): void {
    if (this.#fd !== null) this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #release(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) closeSync(fd);
  }
}

function openIdle(): number | null {
  try {
    return openSync("/dev/null", "r");
  } catch {
    return null; // EMFILE again: the next time may be luckier
  }
}
