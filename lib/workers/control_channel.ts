import { type Descriptor, fdOf, type Target } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import { isOfClass, MAX_ATTEMPTS } from "../failures/classes.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { Pause } from "../reactor/pause.ts";
import type { Handler, Reactor } from "../reactor/reactor.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** The most bytes of a message. A seqpacket socket transfers a message whole or not at all. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
// A message is parsed before the next one is received: one buffer serves all channels of the thread.
let buffer: Uint8Array<ArrayBuffer> | null = null;

/** A message in transit: what it says, and the descriptors that came with it. The receiver closes them. */
export interface Received<M> {
  readonly message: M;
  readonly descriptors: readonly Descriptor[];
}

/** Called by a {@link ControlChannel}. */
export interface ControlHandlers<M> {
  onMessage(received: Received<M>): void;
  /** The other end is closed: its process has ended, or will. Called once. */
  onClosed(): void;
}

interface Queued {
  readonly bytes: Uint8Array;
  readonly descriptors: readonly Target[];
}

/** Two connected sockets for messages: the second one goes to another process or thread. */
export function controlPair(): [Socket, Socket] {
  return Socket.pair(sys.SOCK_SEQPACKET);
}

/**
 * Takes one message from a control socket.
 *
 * @returns `null`: none has arrived. "ended": none will
 * @throws SystemError; Error: what has arrived is no message
 */
export function receiveMessage<M>(socket: Socket): Received<M> | "ended" | null {
  buffer ??= new Uint8Array(MAX_MESSAGE_BYTES);
  const received = socket.recvMessage(buffer, { control: ["SCM_RIGHTS"] });
  if (received === null) return null;
  const { size, descriptors } = received;
  if (size === 0) return "ended";
  try {
    const message: unknown = JSON.parse(Buffer.from(buffer.buffer, 0, size).toString());
    if (typeof message !== "object" || message === null) throw new Error("a message is no object");
    return { message: message as M, descriptors };
  } catch (error) {
    for (const descriptor of descriptors) descriptor.close();
    throw error;
  }
}

/**
 * Messages in JSON, with descriptors, between a supervisor and one of its workers. What cannot be sent now,
 * because the queue is full or memory is short, is sent later, in order.
 */
export class ControlChannel<Sent, M> implements Handler, Disposable {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #handlers: ControlHandlers<M>;
  readonly #queue: Queued[] = [];
  readonly #pause: Pause;
  #ended = false;

  /** @param socket - owned by the channel from now on */
  constructor(reactor: Reactor, socket: Socket, handlers: ControlHandlers<M>) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.#handlers = handlers;
    this.#pause = new Pause(reactor, () => {
      this.#flush();
    });
    try {
      reactor.add(socket, READABLE, this);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Whether messages wait to be sent: the other side does not take them. */
  get blocked(): boolean {
    return this.#queue.length > 0;
  }

  /**
   * Sends a message. Nothing happens if the other end is closed: `onClosed` tells that.
   *
   * @param descriptors - stay open until the message has been sent; the caller closes them
   */
  send(message: Sent, descriptors: readonly Target[] = []): void {
    if (this.#ended) return;
    this.#queue.push({ bytes: Buffer.from(JSON.stringify(message)), descriptors });
    if (!this.#pause.pending) this.#flush();
  }

  /** @internal Called by the reactor. */
  onReady(): void {
    this.receive();
  }

  /** Takes the messages that have arrived. */
  receive(): void {
    while (!this.#ended) {
      const received = this.#receive();
      if (received === null) return;
      if (received === "ended") this.#end();
      else this.#handlers.onMessage(received);
    }
  }

  /** Closes its end after a last attempt to send what is queued. */
  end(): void {
    for (let attempt = 0; this.blocked && attempt < MAX_ATTEMPTS; attempt++) this.#flush();
    this.close();
  }

  /** Closes its end. `onClosed` is not called. */
  close(): void {
    if (this.#socket.closed) return;
    this.#ended = true;
    this.#queue.length = 0;
    this.#pause.cancel();
    this.#reactor.remove(this.#socket);
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #end(): void {
    if (this.#ended) return;
    this.close();
    this.#handlers.onClosed();
  }

  #receive(attempts = MAX_ATTEMPTS): Received<M> | "ended" | null {
    try {
      return receiveMessage<M>(this.#socket);
    } catch (error) {
      // ECONNRESET: the other end has closed without reading all that was sent to it. It is told once, before the
      // messages that have arrived.
      const passes = isOfClass(error, "recv", "retry") || isSystemError(error, "ECONNRESET");
      if (passes && attempts > 1) return this.#receive(attempts - 1);
      // It is reported again.
      if (isOfClass(error, "recv", "retry", "pause")) return null;
      // With one that sends something else there is nothing to talk about.
      return "ended";
    }
  }

  #flush(): void {
    for (let next = this.#queue[0]; next && !this.#ended; next = this.#queue[0]) {
      if (!this.#transmit(next)) return;
      this.#pause.reset();
      this.#queue.shift();
    }
  }

  /** @returns whether it was sent */
  #transmit({ bytes, descriptors }: Queued): boolean {
    const control = descriptors.length > 0 ? [{ type: "SCM_RIGHTS" as const, descriptors }] : [];
    try {
      if (this.#socket.sendMessage(bytes, { control }) !== null) return true;
      this.#pause.begin();
    } catch (error) {
      // Too many descriptors are in flight; the receivers will take some.
      const passes =
        isOfClass(error, "send", "retry", "pause") || isSystemError(error, "ETOOMANYREFS");
      if (passes) this.#pause.begin();
      else if (isSystemError(error, "EPIPE", "ECONNRESET")) this.#queue.length = 0;
      else throw error;
    }
    return false;
  }
}

/** The number of a descriptor, for the environment of a worker. */
export function numberOf(descriptor: Descriptor): string {
  return String(fdOf(descriptor));
}
