import type { SctpSendInfo } from "../cmsg/messages.ts";
import { isSystemError } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { isOfClass, MAX_ATTEMPTS } from "../failures/classes.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Handler, Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import type { Guard } from "../runtime/guard.ts";
import { decodeSctpNotification, type SctpNotification } from "../socket/sctp.ts";
import {
  abortAssociation,
  outstandingChunks,
  shutDownAssociation,
} from "../socket/sctp_association.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** Settings of an {@link SctpEchoSocket}. */
export interface SctpEchoSettings {
  /** Whether the socket is a one-to-many socket. */
  readonly many: boolean;
  readonly onNotification: ((notification: SctpNotification) => unknown) | undefined;
  readonly guard: Guard;
}

interface Answer {
  readonly bytes: Uint8Array;
  readonly info: SctpSendInfo;
}

const BUFFER_SIZE = 64 * 1024;
const MESSAGES_PER_TURN = 32;
// More than a socket holds: a peer that goes on sending must not keep it from ending.
const MAX_ARRIVED = 65_536;
// The most answers queued for an association of a one-to-many socket, beside those in the kernel.
const MAX_QUEUED_BYTES = 128 * 1024;
const STARVING_MS = 1000;
const RETRY_MS = 10;

/**
 * - `open`: messages are echoed.
 * - `draining`: messages that have arrived are answered; then the associations are ended.
 * - `ending`: messages are dropped until all associations have ended.
 */
type Phase = "open" | "draining" | "ending";

/** One socket of an echo server, with one association or many. */
export class SctpEchoSocket implements Handler {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #settings: SctpEchoSettings;
  readonly #onClose: () => void;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  /** Answers for which the kernel had no room, by association. */
  readonly #queues = new Map<number, Answer[]>();
  /** The first answer of each queue at the last check: if it is still first, the association starves. */
  #first = new Map<number, Answer>();
  #phase: Phase = "open";
  #starving: Timer | null = null;
  #retry: Timer | null = null;
  /** Whether it is too early to receive. */
  #resting = false;
  /** How often in a row recvmsg(2) has failed. */
  #failures = 0;
  readonly #backoff = new Backoff();

  constructor(reactor: Reactor, socket: Socket, settings: SctpEchoSettings, onClose: () => void) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.#settings = settings;
    this.#onClose = onClose;
    reactor.add(socket, READABLE, this);
  }

  onReady(events: number): void {
    const sent = this.#flush();
    let isEmpty = false;
    // While draining, it receives until nothing is left, because no event would report that.
    const limit = this.#phase === "open" ? MESSAGES_PER_TURN : MAX_ARRIVED;
    for (let messages = 0; messages < limit && this.#mayReceive && !isEmpty; messages++) {
      isEmpty = !this.#receive();
    }
    if (isEmpty) this.#goOnEnding();
    if (this.#socket.closed) return;
    // Writable, but with less room than a message needs: watching for it again would spin.
    const isFull = sent === 0 && (events & WRITABLE) !== 0 && this.#queues.size > 0;
    if (isFull) this.#retryLater(RETRY_MS);
    this.#watch();
  }

  /** Answers what has arrived, ends all associations when they have their answers, and closes. */
  drain(): void {
    if (this.#phase !== "open" || this.#socket.closed) return;
    this.#phase = "draining";
    // Refuses new associations.
    if (this.#settings.many) this.#socket.listen(0);
    this.onReady(0);
  }

  close(): void {
    this.#starving?.cancel();
    this.#retry?.cancel();
    this.#reactor.remove(this.#socket);
    this.#socket.close();
    this.#onClose();
  }

  /** Nothing is received from a one-to-one association while it leaves answers unread. */
  get #mayReceive(): boolean {
    return (
      !this.#socket.closed && !this.#resting && (this.#settings.many || this.#queues.size === 0)
    );
  }

  /** Goes on ending, once there is nothing left to receive. */
  #goOnEnding(): void {
    const isBusy = this.#queues.size > 0 || this.#retry !== null;
    if (this.#socket.closed || this.#phase === "open" || isBusy) return;
    const { many } = this.#settings;
    const ids = many ? this.#socket.getOption("SCTP_GET_ASSOC_ID_LIST") : [];
    if (this.#phase === "draining") {
      this.#phase = "ending";
      if (many) for (const id of ids) shutDownAssociation(this.#socket.fd, id);
      else this.#socket.shutdown(sys.SHUT_WR);
    }
    if (many && ids.length === 0) this.close();
  }

  #watch(): void {
    const writable = this.#queues.size > 0 && this.#retry === null ? WRITABLE : 0;
    this.#reactor.modify(this.#socket, (this.#mayReceive ? READABLE : 0) | writable);
    if (this.#queues.size > 0 && this.#settings.many) {
      this.#starving ??= this.#reactor.setTimer(STARVING_MS, () => {
        this.#feed();
      });
    }
  }

  #retryLater(delayMs: number): void {
    this.#retry ??= this.#reactor.setTimer(delayMs, () => {
      this.#retry = null;
      this.#resting = false;
      if (!this.#socket.closed) this.onReady(0);
    });
  }

  /** @returns whether there may be more */
  #receive(): boolean {
    try {
      const message = this.#socket.recvMessage(this.#buffer, { control: ["SCTP_RCVINFO"] });
      this.#failures = 0;
      this.#backoff.reset();
      if (!message) return false;
      const bytes = this.#buffer.subarray(0, message.size);
      if ((message.flags & sys.MSG_NOTIFICATION) !== 0) return this.#notified(bytes);
      const received = message.find("SCTP_RCVINFO");
      if (!received) return this.#end();
      const { sid, ppid, assoc_id } = received;
      const flags = received.flags & sys.SCTP_UNORDERED;
      this.#answer({ bytes, info: { type: "SCTP_SNDINFO", sid, ppid, flags, assoc_id } });
      return true;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      const persists = ++this.#failures >= MAX_ATTEMPTS;
      if (!persists && isOfClass(error, "recv", "retry")) return true;
      if (!persists && !isOfClass(error, "recv", "pause")) return this.#end();
      this.#settings.guard.tell(error);
      this.#resting = true;
      this.#retryLater(this.#backoff.fail());
      return false;
    }
  }

  #notified(bytes: Uint8Array): boolean {
    const notification = decodeSctpNotification(bytes);
    if (notification.type === "SCTP_ASSOC_CHANGE") {
      const { state, assoc_id } = notification;
      if (state !== sys.SCTP_COMM_UP && state !== sys.SCTP_RESTART) this.#queues.delete(assoc_id);
    }
    const { onNotification, guard } = this.#settings;
    if (onNotification) guard.call(() => onNotification(notification));
    return true;
  }

  /** Sends an answer, or queues a copy of it after earlier ones of its association. */
  #answer(answer: Answer): void {
    if (this.#phase === "ending") return;
    const id = answer.info.assoc_id ?? 0;
    const queue = this.#queues.get(id);
    if (!queue && this.#send(answer)) return;
    const kept = { ...answer, bytes: answer.bytes.slice() };
    if (queue) queue.push(kept);
    else this.#queues.set(id, [kept]);
    if (this.#settings.many && this.#isTooLong(id)) {
      this.#abortMostOutstanding();
      this.#flush();
      if (this.#isTooLong(id)) this.#abort(id);
    }
  }

  #isTooLong(id: number): boolean {
    const queue = this.#queues.get(id) ?? [];
    return queue.reduce((sum, { bytes }) => sum + bytes.length, 0) > MAX_QUEUED_BYTES;
  }

  /** @returns how many answers left the queues */
  #flush(): number {
    let done = 0;
    for (const [id, queue] of this.#queues) {
      while (queue[0] && this.#send(queue[0])) {
        queue.shift();
        done++;
      }
      if (queue.length === 0) this.#queues.delete(id);
      if (this.#socket.closed) break;
    }
    return done;
  }

  /** @returns whether the answer was sent, or its association has ended. `false`: it has to be sent later */
  #send({ bytes, info }: Answer): boolean {
    try {
      return this.#socket.sendMessage(bytes, { control: [info] }) !== null;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      if (isOfClass(error, "send", "pause", "retry")) return false;
      this.#end();
      return true;
    }
  }

  /**
   * All associations share the socket's send buffer. If one waits for room that another one uses up without
   * reading, the other one is aborted.
   */
  #feed(): void {
    this.#starving = null;
    const starving = [...this.#queues].filter(([id, [first]]) => first === this.#first.get(id));
    this.#first = new Map(
      [...this.#queues].flatMap(([id, [first]]) => (first ? [[id, first]] : [])),
    );
    const full = this.#mostOutstanding();
    if (full !== null && starving.some(([id]) => id !== full)) {
      this.#abort(full);
      this.#flush();
    }
    if (!this.#socket.closed) this.#watch();
  }

  #abortMostOutstanding(): void {
    const full = this.#mostOutstanding();
    if (full !== null) this.#abort(full);
  }

  #mostOutstanding(): number | null {
    let [full, most]: [number | null, number] = [null, 0];
    for (const id of this.#socket.getOption("SCTP_GET_ASSOC_ID_LIST")) {
      const chunks = outstandingChunks(this.#socket.fd, id);
      if (chunks > most) [full, most] = [id, chunks];
    }
    return full;
  }

  #abort(id: number): void {
    this.#queues.delete(id);
    abortAssociation(this.#socket.fd, id);
  }

  /**
   * An association has ended or failed. A one-to-many socket goes on with the others.
   *
   * @returns whether there may be more to receive
   */
  #end(): boolean {
    if (this.#settings.many) return true;
    this.close();
    return false;
  }
}
