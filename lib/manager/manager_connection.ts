import type { Address } from "../address/address.ts";
import type { AddressLike } from "../address/inputs.ts";
import { invalidArgType, invalidState, isBytes } from "../arguments.ts";
import type { Concerned } from "../runtime/guard.ts";
import type { Socket } from "../socket/socket.ts";
import type { ManagerCore } from "./core.ts";
import { DatagramLink } from "./datagram_link.ts";
import { type ManagerEvent, type ManagerHandler, checkHandler } from "./events.ts";
import type { Beginning, Link, Traits } from "./link.ts";
import { Listening } from "./listening.ts";
import type { Transport } from "./manager_url.ts";
import { Unread } from "./unread.ts";

/**
 * Where a connection comes from: `listen`, a listener that has accepted it, `connect`, or `wrap`. A listener of
 * datagrams is also the connection to all its peers.
 */
export type ManagerRole = "listener" | "accepted" | "client" | "wrapped";

/** What a connection can do now. `draining`: what is queued is sent, then it closes. */
export type ManagerState = "listening" | "connecting" | "open" | "draining" | "closed";

/** `failing`, `closing`: the socket is closed, and the handler is told when it returns. */
type State = ManagerState | "failing" | "closing";

/**
 * One connection of an `EventManager`: an accepted one, one of `connect`, or a listener. What happens to it goes to
 * its handler, with it as the first argument.
 */
export class ManagerConnection implements Concerned, Disposable {
  /** Its number, which no other connection of the manager gets. */
  readonly id: number;
  /** Where it comes from. */
  readonly role: ManagerRole;
  /** What it goes over. */
  readonly transport: Transport;
  /** What has arrived and was not used yet. Of a datagram socket, one datagram, during `read` only. */
  readonly recv = new Unread();
  /** For the handler's own use. The manager does not read it. */
  data: unknown = null;
  /** Whether it stays open for sending when its peer has ended. */
  allowHalfOpen: boolean;
  readonly #core: ManagerCore;
  #handler: ManagerHandler;
  #state: State;
  #beginning: Beginning | null = null;
  #link: Link | null = null;
  #peer: Address | null = null;
  #failure: Error | null = null;
  /** How many calls of the handler have not returned. */
  #calls = 0;
  #bytesTold = 0;

  /** @internal Made by the manager. */
  constructor(
    core: ManagerCore,
    role: ManagerRole,
    transport: Transport,
    handler: ManagerHandler,
    { allowHalfOpen = false, polls = false }: Traits,
  ) {
    this.#core = core;
    this.role = role;
    this.transport = transport;
    this.#handler = checkHandler(handler);
    this.allowHalfOpen = allowHalfOpen;
    this.#state = role === "listener" ? "listening" : "connecting";
    this.id = core.add(this);
    this.polls = polls;
  }

  /** What it can do now. */
  get state(): ManagerState {
    const state = this.#state;
    return state === "failing" || state === "closing" ? "closed" : state;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.state === "closed";
  }

  /** Called with each event from now on. */
  get handler(): ManagerHandler {
    return this.#handler;
  }

  set handler(handler: ManagerHandler) {
    this.#handler = checkHandler(handler);
  }

  /** Whether it gets a `poll` event after each turn. Nobody else pays for that. Default: `false`. */
  get polls(): boolean {
    return this.#core.pollers.has(this);
  }

  set polls(polls: boolean) {
    if (!this.closed) this.#core.setPolls(this, polls);
  }

  /** The socket, for its options; `null` before there is one, and of a listener of streams. */
  get socket(): Socket | null {
    return this.#link?.socket ?? this.#beginning?.socket ?? null;
  }

  /** Its own address; `null` before it has one, and after the end. */
  get localAddress(): Address | null {
    if (this.closed) return null;
    if (this.#beginning instanceof Listening) return this.#beginning.address;
    return this.#link?.socket.localAddress ?? null;
  }

  /** The peer's address; of a server of datagrams, the sender of the last one. `null`: there is none yet. */
  get remoteAddress(): Address | null {
    if (this.#link instanceof DatagramLink) return this.#link.peer;
    return this.#peer;
  }

  /** Bytes received so far. */
  get bytesIn(): number {
    return this.#link?.bytesIn ?? 0;
  }

  /** Bytes that the kernel has taken so far. */
  get bytesOut(): number {
    return this.#link?.bytesOut ?? 0;
  }

  /** Bytes sent but not yet taken by the kernel. */
  get writableLength(): number {
    return this.#link?.writableLength ?? 0;
  }

  /** Whether `send` has returned `false` and more than half of the high-water mark still waits. */
  get congested(): boolean {
    return this.#core.isCongested(this);
  }

  /**
   * Sends bytes, or text as UTF-8; what the kernel does not take now is copied and sent later. A datagram goes to
   * `remoteAddress`, now or not at all.
   *
   * @returns whether to send more. `false`: these were taken, but so many wait that the sender should wait, too, until
   * a `write` event finds it not {@link congested}; or it is draining or closed; or a datagram was not sent
   * @throws In each case nothing was taken. ERR_INVALID_STATE: a listener, or not connected yet. SystemError
   * ENOBUFS: `send` had returned `false`, and more than `bufferLimit` would wait. TypeError, RangeError
   */
  send(data: Uint8Array | string, offset = 0, length?: number): boolean {
    return this.#send(data, offset, length, null);
  }

  /**
   * Sends a datagram to this address.
   *
   * @returns whether it was sent: not if the call would block, or fails; then `error` follows
   * @throws ERR_INVALID_STATE: not a datagram socket, or not connected yet. TypeError, RangeError
   */
  sendTo(data: Uint8Array | string, address: AddressLike, offset = 0, length?: number): boolean {
    if (this.transport !== "udp") throw invalidState("sendTo() is for datagrams");
    return this.#send(data, offset, length, address);
  }

  /** Stops receiving or accepting; bytes and connections stay in the kernel. */
  pause(): void {
    if (this.#beginning instanceof Listening) this.#beginning.pause();
    else if (!this.closed) this.#link?.pause();
  }

  /** Receives or accepts again. If `recv` has bytes, `read` follows in the next turn, with 0. */
  resume(): void {
    if (this.#beginning instanceof Listening) this.#beginning.resume();
    else if (!this.closed) this.#link?.resume();
  }

  /**
   * Sends what is queued, then closes: when the peer has ended as well, or a second after the last byte was sent. A
   * listener accepts what is established already and nothing else. What is not connected yet closes at once.
   */
  drain(): void {
    if (this.#state !== "open" && this.#state !== "listening") {
      if (this.#state === "connecting") this.close();
      return;
    }
    this.#state = "draining";
    if (this.#beginning instanceof Listening) this.#beginning.drain(() => this.gone(null));
    else this.#link?.drain();
  }

  /** Sends what is queued, then ends this direction (SHUT_WR), and receives until the peer ends. */
  end(): void {
    if (this.#state === "open") this.#link?.end();
    else if (this.#state === "connecting") this.close();
  }

  /** Closes now; what is queued is lost. `close` follows when the handler returns, or within this call. */
  close(): void {
    this.#finish("closing");
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal It listens, or begins to connect. */
  begin(beginning: Beginning): void {
    this.#beginning = beginning;
  }

  /** @internal It is established. */
  establish(link: Link, peer: Address | null): void {
    this.#beginning = null;
    this.#link = link;
    this.#peer = peer;
    this.#state = "open";
  }

  /** @internal Calls the handler, unless it is closed. */
  tell(event: ManagerEvent): void {
    if (!this.closed) this.#call(event);
  }

  /** @internal Tells how many bytes were sent since it was told last. @returns `false`: none */
  tellSent(): boolean {
    const bytes = this.bytesOut - this.#bytesTold;
    if (bytes === 0 || this.#state === "closed") return false;
    this.#bytesTold += bytes;
    this.#call({ type: "write", bytes });
    return true;
  }

  /** @internal Closes it with an error, of which the handler is told. */
  fail(error: Error): void {
    if (this.closed) return;
    this.#failure = error;
    this.#finish("failing");
  }

  /** @internal It is closed already. @param error - `null` after an orderly close */
  gone(error: unknown): void {
    if (error === null) this.#finish("closing");
    else this.fail(error instanceof Error ? error : new Error("closed", { cause: error }));
  }

  /** One that serves many peers does not end with an error about one of them. */
  get #concerned(): Concerned | undefined {
    return this.role === "listener" ? undefined : this;
  }

  #send(
    data: Uint8Array | string,
    offset: number,
    length: number | undefined,
    to: AddressLike | null,
  ): boolean {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (!isBytes(bytes)) throw invalidArgType("data", "a Uint8Array or a string", data);
    if (this.#state === "open" && this.#link) {
      return this.#link.send(bytes, offset, length ?? bytes.length - offset, to);
    }
    if (this.#state === "listening") throw invalidState("a listener cannot send");
    if (this.#state === "connecting") throw invalidState("not connected yet: wait for connect");
    return false;
  }

  /** Closes, once. */
  #finish(state: "failing" | "closing"): void {
    if (this.closed) return;
    this.#state = state;
    try {
      this.#link?.close();
      this.#beginning?.close();
    } catch (error) {
      this.#core.guard.tell(error); // other code has closed the descriptor
    }
    this.#core.remove(this);
    this.#tellEnd();
  }

  #call(event: ManagerEvent): void {
    this.#calls++;
    try {
      this.#core.guard.watch(this.#handler(this, event), this.#concerned);
    } catch (error) {
      this.#core.guard.fail(error, this.#concerned);
    } finally {
      this.#calls--;
      if (this.#state === "failing" || this.#state === "closing") this.#tellEnd();
    }
  }

  /** Tells what is left to tell when no call of the handler is under way: it comes back here after each. */
  #tellEnd(): void {
    if (this.#calls > 0 || this.tellSent()) return;
    if (this.#state === "failing" && this.#failure) {
      this.#state = "closing";
      this.#call({ type: "error", error: this.#failure });
    } else if (this.#state !== "closed") {
      this.#state = "closed";
      this.#call({ type: "close" });
      this.recv.clear();
    }
  }
}
