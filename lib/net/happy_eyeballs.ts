import { clearTimeout, setTimeout } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { connectTo, type Destination, failureOf, prepare } from "./attempt.ts";
import type { Connectable } from "./connecting.ts";
import { allFailed, blocked, connectionTimeout } from "./errors.ts";

/** Tries the addresses of a host in turn, each alone for a while (RFC 8305, as far as node:net has it). */
export class HappyEyeballs {
  readonly #socket: Connectable;
  readonly #destinations: readonly Destination[];
  readonly #attemptMs: number;
  readonly #errors: Error[] = [];
  #current = 0;
  #timeout: NodeJS.Timeout | undefined;

  constructor(socket: Connectable, destinations: readonly Destination[], attemptMs: number) {
    this.#socket = socket;
    this.#destinations = destinations;
    this.#attemptMs = attemptMs;
  }

  /** Begins the next attempt; without one, the socket ends with the errors of all. */
  tryNext(): void {
    clearTimeout(this.#timeout);
    const socket = this.#socket;
    if (!socket.connecting) return;
    const to = this.#destinations[this.#current];
    if (!to) {
      socket.destroy(this.#errors.length === 0 ? connectionTimeout() : allFailed(this.#errors));
      return;
    }
    const transport = this.#current === 0 ? socket.transport() : socket.replaceTransport();
    this.#current++;
    const unprepared = prepare(transport, to);
    if (unprepared) {
      this.#errors.push(unprepared);
      this.tryNext();
      return;
    }
    if (this.#isBlocked(to)) return;
    socket.emit("connectionAttempt", to.address, to.port, to.family);
    if (!socket.connecting) return;
    socket.noteAttempt(`${to.address}:${String(to.port)}`);
    const isCurrent = (): boolean => socket.connecting && socket.transport() === transport;
    const failed = connectTo(transport, to, (errno) => {
      clearTimeout(this.#timeout);
      if (!isCurrent()) return;
      if (errno === 0) socket.onConnected();
      else this.#fail(to, failureOf(to, errno));
    });
    if (failed) this.#fail(to, failed);
    else if (this.#current < this.#destinations.length) {
      this.#timeout = setTimeout(() => {
        if (isCurrent()) this.#timeOut(to);
      }, this.#attemptMs);
    }
  }

  #isBlocked(to: Destination): boolean {
    const list = this.#socket.blockList;
    if (!list?.check(to.address, to.family === 4 ? "ipv4" : "ipv6")) return false;
    this.#fail(to, blocked(to.address));
    return true;
  }

  #fail(to: Destination, error: Error): void {
    this.#errors.push(error);
    this.#socket.emit("connectionAttemptFailed", to.address, to.port, to.family, error);
    this.tryNext();
  }

  #timeOut(to: Destination): void {
    this.#socket.emit("connectionAttemptTimeout", to.address, to.port, to.family);
    this.#errors.push(failureOf(to, -sys.errno.ETIMEDOUT));
    this.#socket.transport().close();
    this.tryNext();
  }
}
