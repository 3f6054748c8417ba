import { checkSlice } from "../arguments.ts";
import { SystemError } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Socket } from "../socket/socket.ts";
import { type Callbacks, type Handled, Handlers } from "./handlers.ts";
import { Inbox } from "./inbox.ts";
import { type Limits, type Outbox, noRoom, writeAfterEnd } from "./outbox.ts";
import { outboxFor } from "./packets.ts";
import { TransferPauses } from "./pause.ts";
import type { Handler, Reactor } from "./reactor.ts";
import { READS_PER_TURN, type Receiver } from "./receiver.ts";
import { type Shared, sharedBy } from "./shared.ts";
import { type BatchEnd, BatchMember, movedNothing } from "./message_batches.ts";
import type { Timer } from "./timers.ts";
import { Watch } from "./watch.ts";

/** `handling`: an event is being handled; what it changes takes effect at its end, in `#settle`. */
type Phase = "idle" | "handling" | "closed";

/**
 * The inside of a connection: a socket, the states of its two directions, and what the reactor watches
 * for them. It calls user code only by way of the guard, so none of its methods but `write` throws.
 */
export class Channel<C> implements BatchEnd, Handled, Handler {
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly #reactor: Reactor;
  readonly #shared: Shared;
  readonly #socket: Socket;
  readonly #receiver: Receiver;
  readonly #handlers: Handlers<C>;
  readonly #member: BatchMember;
  readonly #watch: Watch;
  #phase: Phase = "idle";
  #pauses: TransferPauses | null = null;
  #offering: Timer | null = null;
  /** The error to close with when all that has arrived is delivered. */
  #failure: SystemError | null = null;

  /** @throws as `reactor.add` */
  constructor(reactor: Reactor, socket: Socket, owner: C, callbacks: Callbacks<C>, limits: Limits) {
    this.#reactor = reactor;
    this.#shared = sharedBy(reactor);
    this.#socket = socket;
    this.#handlers = new Handlers(this.#shared, owner, callbacks, this);
    this.inbox = new Inbox(limits.bufferLimit);
    this.outbox = outboxFor(limits);
    this.#receiver = this.#shared.receiver(limits.packets);
    this.#watch = new Watch(reactor, socket, this);
    this.#member = new BatchMember(this.#shared.shortMessages, this.#watch.number, this);
  }

  get closed(): boolean {
    return this.#phase === "closed";
  }

  /** Bytes written but not yet taken by the kernel. */
  get queued(): number {
    return this.outbox.length + this.#member.sending;
  }

  /** Whether to read now: no pause by the user, by a congested peer, or after an error. */
  get receiving(): boolean {
    return this.inbox.reading && !this.outbox.congested && !this.#pauses?.reading;
  }

  /** Bytes that the kernel has taken. */
  get taken(): number {
    return this.#member.sent + this.outbox.taken;
  }

  /** @returns whether to go on writing */
  write(buffer: Uint8Array, offset: number, length: number): boolean {
    if (!this.#member.joined && !this.outbox.writable) return this.#refuse();
    checkSlice(buffer, offset, length);
    if (this.#member.send(buffer, offset, length)) return true;
    this.#member.flush(); // may fail
    if (!this.outbox.writable) return this.#refuse();
    if (!this.outbox.admits(length)) throw noRoom(this.#member.fd, this.queued);
    this.#member.leave();
    const left = this.outbox.write(this.#member.fd, buffer, offset, length);
    if (left > 0) this.#watch.rearm(); // room that a short send left would cause no other edge
    if (left >= 0 || this.#survives("send", left)) this.#settle();
    else this.#failLater();
    return this.outbox.writable && !this.outbox.congested;
  }

  end(): void {
    if (!this.outbox.writable) return;
    this.outbox.end();
    this.#handle(0);
  }

  drain(): void {
    if (!this.inbox.readable) this.end();
    else if (this.inbox.drain()) this.#handle(0);
  }

  pause(): void {
    if (!this.inbox.pause()) return;
    this.#member.leave();
    this.#settle();
  }

  resume(): void {
    if (this.inbox.state !== "paused") return;
    // Bytes that were read before are offered first; the kernel does not report them.
    this.inbox.resume(this.inbox.length > 0 || this.#failure !== null || this.#phase !== "idle");
    this.#settle();
  }

  close(error: unknown, detaches = false): void {
    this.#member.flush();
    if (this.closed) return;
    this.#phase = "closed";
    this.#member.close();
    this.#offering?.cancel();
    this.#pauses?.cancel();
    this.inbox.close();
    this.outbox.fail();
    const failure = this.#watch.close(detaches);
    this.#handlers.gone(error ?? this.#failure ?? failure);
  }

  onReady(events: number): void {
    if (events !== READABLE || !this.#member.receive()) this.#handle(events);
  }

  onReceived(result: number, buffer: Uint8Array, offset: number, last = result): void {
    if (this.closed) return;
    const [outer, isNothing] = [this.#phase, movedNothing(result)];
    this.#phase = "handling";
    try {
      if (last < 0 && !isNothing) this.#survives("recv", last);
      if (result >= 0) this.#take(result, buffer, offset, last >= 0);
      const readsOn = this.inbox.drains || (this.#member.fills(last) && this.#watch.edge);
      if (isNothing || readsOn) this.#receive(READABLE, isNothing ? 0 : 1);
      this.#leave(outer);
    } catch (error) {
      this.close(this.#failure ?? error);
    }
  }

  onUnsent(result: number, buffer: Uint8Array, offset: number, length: number): void {
    if (this.closed) return;
    this.#member.leave();
    if (result < 0 && !movedNothing(result) && !this.#survives("send", result)) return;
    this.outbox.keep(buffer, offset, length);
  }

  onFlushed(): void {
    if (this.#failure) this.#failLater();
    else this.#handle(0);
  }

  /** @param events - of the socket; 0: only what is due after a call by the user */
  #handle(events: number): void {
    this.#member.leave();
    const outer = this.#phase;
    if (this.closed || (events === 0 && outer === "handling")) return;
    this.#phase = "handling";
    try {
      const relieved = (events & WRITABLE) !== 0 && !this.#pauses?.writing && this.#flush();
      // Before the writer goes on: one who always writes more would never hear of the peer's end.
      if (relieved || (events & ~WRITABLE) !== 0 || this.inbox.drains) this.#receive(events);
      const drains = this.inbox.drains;
      if (relieved && this.outbox.writable && !this.outbox.congested) this.#handlers.drained();
      // It has begun to drain: no event would report that nothing is left.
      if (this.inbox.drains && !drains) this.#receive(0);
      this.#leave(outer);
    } catch (error) {
      this.close(this.#failure ?? error);
    }
  }

  #leave(outer: Phase): void {
    if (this.closed) return;
    this.#phase = outer;
    this.#settle();
  }

  #offerHeld(): void {
    if (this.inbox.state !== "resuming" || this.#phase !== "idle") return;
    if (this.#failure) this.inbox.drain();
    else this.inbox.resume(false);
    this.#phase = "handling";
    if (this.inbox.length > 0) this.inbox.offer(this.#handlers);
    this.#leave("idle");
    this.#handle(READABLE);
  }

  #refuse(): false {
    // Sending has failed, and `onClose` has not been called yet: a write is no mistake.
    if (this.#failure && !this.closed) return false;
    throw writeAfterEnd(this.#member.fd, this.#watch.number);
  }

  /** A write has failed. It does not call the handlers of its own connection. */
  #failLater(): void {
    if (this.#phase !== "idle") return;
    this.#reactor.setTimer(0, () => {
      // Nothing is queued any more: users who paused until `onDrain` must hear of it.
      if (this.inbox.holds) this.#handlers.drained();
      this.#handle(READABLE);
    });
  }

  #flush(): boolean {
    const { congested: waits, taken } = this.outbox;
    const failed = this.outbox.flush(this.#member.fd, this.#watch.edge);
    if (this.outbox.taken !== taken) this.#handlers.sent();
    else if (failed === 0) this.#dropErrors(); // reported without room
    if (failed >= 0) this.#pauses?.sent();
    else if (!this.closed && !this.#survives("send", failed) && waits) this.#handlers.drained();
    return this.outbox.relieve();
  }

  #receive(events: number, earlierReads = 0): void {
    const { inbox } = this;
    if (inbox.state === "offering") inbox.offer(this.#handlers);
    const enough = inbox.received + this.#shared.scratch.length;
    // Bytes that a batch has received come first.
    for (let reads = earlierReads; !this.#member.queued && this.receiving; reads++) {
      if (reads === READS_PER_TURN || inbox.received >= enough) {
        // Draining ends when nothing is left, and no event would report that.
        if (inbox.drains && this.#receiver.isEmpty(this.#member.fd)) this.#onNothing(false);
        break;
      }
      const received = this.#receiver.receive(this.#member.fd, inbox.room);
      if (received === null) {
        this.#onNothing(reads === 0 && events !== 0);
        return;
      }
      if (received < 0) {
        const earlier = this.#failure;
        // After a second error there is nothing left to deliver.
        if (!this.#survives("recv", received) && earlier) throw earlier;
        continue;
      }
      const { memory, full } = this.#receiver;
      this.#take(received, memory, 0);
      if (this.#watch.isLastRead(events, !full) && !inbox.drains) return;
    }
    this.#watch.rearm();
  }

  /** @param received - how many bytes there are; 0: the peer will send no more */
  #take(received: number, buffer: Uint8Array, offset: number, succeeds = true): void {
    const { inbox } = this;
    inbox.count(received, this.#member.fd);
    if (succeeds) this.#pauses?.received();
    // Paused during a batch. An end is not lost: the next read reports it again.
    if (inbox.holds) inbox.append(buffer, offset, received);
    else if (received === 0 && this.#receiver.ended) this.#onPeerEnd();
    else if (inbox.readable) inbox.deliver(this.#handlers, buffer, offset, received);
  }

  #onPeerEnd(): void {
    const wasDraining = this.inbox.drains;
    if (!this.inbox.end()) return;
    this.#member.leave();
    if (this.#failure) return;
    this.#handlers.end();
    if (wasDraining) this.end();
  }

  /** Reading would block. @param reported - whether the socket was reported ready */
  #onNothing(reported: boolean): void {
    if (reported) this.#dropErrors();
    if (!this.inbox.drains) return;
    this.inbox.discard();
    this.end();
  }

  #dropErrors(): void {
    const failed = this.#receiver.dropErrors(this.#socket);
    if (failed < 0) this.#survives("recv", failed);
  }

  /** A call has failed. @returns `true`: it is made again after a pause. `false`: the connection ends */
  #survives(call: "recv" | "send", result: number): boolean {
    const error = new SystemError(-result, call, { fd: this.#member.fd });
    this.#member.leave();
    if ((this.#pauses ??= new TransferPauses(this.#reactor, this)).begin(call, error)) return true;
    // What the peer sent before is delivered; then it closes with the error.
    this.#failure ??= error;
    this.outbox.fail();
    if (this.inbox.state === "open") this.inbox.drain();
    return false;
  }

  /** Shuts down, closes, or updates what is watched, as the states of both directions require. */
  #settle(): void {
    if (this.#phase !== "idle" || this.#member.joined) return;
    const { inbox, outbox } = this;
    try {
      if (outbox.state === "ending" && outbox.empty && this.#member.sending === 0)
        outbox.shut(this.#socket, inbox.state === "ended");
      if (this.#failure ? !inbox.readable : inbox.state === "ended" && outbox.state === "ended") {
        this.close(this.#failure);
        return;
      }
      this.#watch.set(this.receiving, !outbox.empty && !this.#pauses?.writing);
      if (inbox.state === "resuming" && !this.#offering?.pending)
        this.#offering = this.#reactor.setTimer(0, () => this.#offerHeld());
      this.#joinBatches();
    } catch (error) {
      this.close(this.#failure ?? error);
    }
  }

  /** Lets batches receive the next message, if that would leave nothing else to do. */
  #joinBatches(): void {
    if (!this.#receiver.batches || !this.#watch.shortReadIsAll || !this.receiving) return;
    if (!this.outbox.writable || !this.outbox.empty) return;
    const batches = this.#shared.batchesFor(this.inbox.last);
    if (batches && this.inbox.expects(batches.slots.size)) this.#member.join(batches);
  }
}
