import { Address, type AddressLike } from "../address/address.ts";
import { aFunction, oneOf, type OptionTable, readOptions } from "../arguments.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { isOfClass, MAX_ATTEMPTS } from "../failures/classes.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Pause, watchAgain, watchNoMore } from "../reactor/pause.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { sharedBy } from "../reactor/shared.ts";
import { checkDelay, type Timer } from "../reactor/timers.ts";
import { Guard } from "../runtime/guard.ts";
import { openSctp, type SctpNotification } from "../socket/sctp.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { SctpEchoSocket } from "./sctp_echo_socket.ts";

/** Options of an {@link SctpEchoServer}. */
export interface SctpEchoOptions {
  /** "one-to-many": one socket for all associations. Default: "one-to-one", a socket for each. */
  readonly style?: "one-to-one" | "one-to-many";
  /** Called when an association begins or ends. */
  readonly onNotification?: (notification: SctpNotification) => unknown;
  /**
   * Called with errors that `onNotification` throws or rejects with, and with errors of accept(2) after
   * which the server pauses. Default: `onError` of the reactor.
   */
  readonly onError?: (error: unknown) => void;
}

const OPTIONS: OptionTable<SctpEchoOptions> = {
  style: oneOf("one-to-one", "one-to-many"),
  onNotification: aFunction,
  onError: aFunction,
};

const ACCEPTS_PER_TURN = 64;
const DRAIN_MS = 5000;
const NOTIFICATIONS = {
  association_event: 1,
  shutdown_event: 1,
  ...{ data_io_event: 0, address_event: 0, send_failure_event: 0, peer_error_event: 0 },
  ...{ partial_delivery_event: 0, adaptation_layer_event: 0, authentication_event: 0 },
  sender_dry_event: 0,
};

/**
 * Echoes each SCTP message on its stream, with the same payload protocol and ordering. Messages above 64 KiB
 * are sent back in parts. On a one-to-many socket, an association that does not read its answers is aborted
 * when others wait for room, or when it leaves more than 128 KiB unread.
 */
export class SctpEchoServer implements Disposable {
  /** The address that it listens on, also after it was closed. */
  readonly address: Address;
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #options: SctpEchoOptions;
  readonly #guard: Guard;
  readonly #echoes = new Set<SctpEchoSocket>();
  readonly #pause: Pause;
  /** How often in a row accept(2) has failed for the sake of one association. */
  #broken = 0;
  #deadline: Timer | null = null;
  /** Not `null` from {@link stop} on, until they are called. */
  #onStopped: (() => unknown)[] | null = null;

  /**
   * @param reactor - the caller owns it, and runs, stops and closes it
   * @throws SystemError EPROTONOSUPPORT: the kernel has no SCTP. EADDRINUSE, EACCES… TypeError
   * ERR_INVALID_ARG_VALUE: an option that does not exist
   */
  constructor(reactor: Reactor, address: AddressLike, options: SctpEchoOptions = {}) {
    const many = readOptions(options, OPTIONS).style === "one-to-many";
    const local = Address.from(address);
    this.#reactor = reactor;
    this.#options = options;
    this.#pause = new Pause(reactor, () => {
      this.#lookAgain();
    });
    this.#guard = options.onError ? new Guard(options.onError) : sharedBy(reactor).guard;
    const type = many ? sys.SOCK_SEQPACKET : sys.SOCK_STREAM;
    this.#socket = asParts(wholeOf("SctpEchoServer"), () => openSctp(local.family, type));
    try {
      this.#socket.setOption("SCTP_RECVRCVINFO", true);
      this.#socket.setOption("SCTP_EVENTS", NOTIFICATIONS);
      this.#socket.bind(local).listen();
      this.address = this.#socket.localAddress;
      if (many) this.#echo(this.#socket);
      else reactor.add(this.#socket, READABLE, this);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** @internal Called by the reactor: accepts one-to-one associations, which inherit the listener's options. */
  onReady(): void {
    for (let accepts = 0; accepts < ACCEPTS_PER_TURN && !this.#socket.closed; accepts++) {
      if (!this.#accept()) break;
    }
    // Edge-triggered, associations that still wait are reported only after another modify.
    if (!this.#socket.closed && !this.#pause.pending) this.#reactor.modify(this.#socket, READABLE);
  }

  /**
   * Accepts the associations that have begun and no others, answers what has arrived, ends each association
   * after its last answer, and closes when all have ended.
   *
   * @param drainMs - milliseconds after which the remaining associations are aborted
   * @param onStopped - called when it has closed, or at once if it is; also of a second call, which changes
   * nothing else
   */
  stop(drainMs = DRAIN_MS, onStopped: () => unknown = () => undefined): void {
    checkDelay(drainMs, "drainMs");
    aFunction(onStopped, "onStopped");
    if (this.#onStopped) {
      this.#onStopped.push(onStopped);
      return;
    }
    if (this.#socket.closed) {
      this.#guard.call(onStopped);
      return;
    }
    this.#onStopped = [onStopped];
    this.#deadline = this.#reactor.setTimer(drainMs, () => {
      this.close();
    });
    if (this.#options.style !== "one-to-many") this.#acceptAll();
    for (const echo of this.#echoes) echo.drain();
  }

  /** Closes the listener and all associations, but not the reactor. The second time does nothing. */
  close(): void {
    if (this.#socket.closed && this.#echoes.size === 0) return;
    this.#pause.cancel();
    this.#deadline?.cancel();
    this.#reactor.remove(this.#socket);
    for (const echo of this.#echoes) echo.close();
    this.#socket.close();
    this.#tellStopped();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Accepts the last associations. If no descriptor is free, tries again after a pause. */
  #acceptAll(): void {
    while (this.#accept());
    if (this.#pause.pending) return;
    this.#reactor.remove(this.#socket);
    this.#socket.close();
    this.#tellStopped();
  }

  #tellStopped(): void {
    const onStopped = this.#onStopped;
    if (!onStopped || !this.#socket.closed || this.#echoes.size > 0) return;
    this.#deadline?.cancel();
    this.#onStopped = null;
    for (const each of onStopped) this.#guard.call(each);
  }

  /** @returns whether there may be another one */
  #accept(): boolean {
    let socket: Socket | null = null;
    try {
      socket = this.#socket.accept();
      if (!socket) return false;
      this.#broken = 0;
      this.#pause.reset();
      this.#echo(socket);
      return true;
    } catch (error) {
      // The socket cannot be watched, for example because its number is beyond select's capacity.
      socket?.close();
      // The association ended before it was accepted; the next one may be whole.
      const isBroken = !socket && isOfClass(error, "accept", "retry");
      if (isBroken && ++this.#broken < MAX_ATTEMPTS) return true;
      this.#guard.tell(error);
      if (!socket) this.#lookAway();
      return socket !== null;
    }
  }

  /** Stops watching for a while: the error may persist (EMFILE), and the listener stays readable. */
  #lookAway(): void {
    this.#broken = 0;
    this.#pause.begin();
    watchNoMore(this.#reactor, this.#socket);
  }

  #lookAgain(): void {
    if (this.#onStopped) this.#acceptAll();
    else watchAgain(this.#reactor, this.#socket, this);
  }

  #echo(socket: Socket): void {
    const { style, onNotification } = this.#options;
    const settings = { many: style === "one-to-many", onNotification, guard: this.#guard };
    const echo = new SctpEchoSocket(this.#reactor, socket, settings, () => {
      this.#echoes.delete(echo);
      this.#tellStopped();
    });
    this.#echoes.add(echo);
    if (this.#onStopped) echo.drain();
  }
}
