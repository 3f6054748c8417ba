import { AsyncResource } from "node:async_hooks";
import { type Descriptor, fdOf, isShared } from "../descriptors/descriptor.ts";
import { ERROR, HANGUP, READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import * as sys from "../sys/index.ts";
import { errnoOf } from "./errors.ts";
import { type Loop, settle, toError } from "./loop.ts";
import { Outgoing } from "./outgoing.ts";
import { Received } from "./received.ts";
import { Watch } from "./watch.ts";

/** How many full reads one event makes: so one busy peer starves nobody. */
const READS_PER_EVENT = 32;

/** What a {@link Transport} carries bytes for. */
export interface Receiver {
  /** @returns whether to go on reading */
  onBytes(bytes: Buffer): boolean;
  onEnd(): void;
  /** @param errno - negative */
  onReadError(errno: number): void;
  /** The kernel does not watch the descriptor, for want of memory or descriptors: no event will come. */
  onUnwatched(error: Error): void;
  /** Memory to read into, instead of the transport's own. */
  readonly target: Uint8Array | null;
  /** `size` bytes are in {@link target}. @returns whether to go on reading */
  onFilled(size: number): boolean;
}

/** One stream of bytes over an open descriptor, or over one that is still to be opened. */
export class Transport {
  bytesRead = 0;
  /** Whether the stream wants bytes. */
  reading = false;
  readonly loop: Loop;
  readonly resource: AsyncResource;
  #receiver: Receiver;
  readonly #watch: Watch;
  readonly #received = new Received();
  readonly #outgoing = new Outgoing();
  #descriptor: Descriptor | null = null;
  #ended = false;
  #onConnect: ((events: number) => void) | null = null;
  #onDrained: (() => void) | null = null;

  constructor(loop: Loop, receiver: Receiver) {
    this.loop = loop;
    this.#receiver = receiver;
    this.resource = new AsyncResource("pollux.socket");
    this.#watch = new Watch(loop, this.resource, {
      onReady: (events) => {
        this.#onReady(events);
      },
      onFailed: (error) => {
        this.#receiver.onUnwatched(error);
      },
    });
  }

  get descriptor(): Descriptor | null {
    return this.#descriptor;
  }

  /** The number; -1 before it is opened and after it was closed. */
  get fd(): number {
    return this.#descriptor ? fdOf(this.#descriptor) : -1;
  }

  get bytesWritten(): number {
    return this.#outgoing.written;
  }

  /** How many bytes wait for the peer to read. */
  get queued(): number {
    return this.#outgoing.length;
  }

  get referenced(): boolean {
    return this.#watch.referenced;
  }

  reference(referenced: boolean): void {
    this.#watch.reference(referenced);
  }

  /** Takes over an open descriptor. @param kind - whether recv(2) and send(2) work on it */
  open(descriptor: Descriptor, kind: "socket" | "pipe" = "socket"): void {
    this.#descriptor = descriptor;
    this.#outgoing.kind = kind;
    this.#watch.open(descriptor);
  }

  /** Whether an attempt to connect is under way. */
  get connecting(): boolean {
    return this.#onConnect !== null;
  }

  /** Calls `onConnect` once it is writable, which says how connect(2) went. */
  awaitConnect(onConnect: (events: number) => void): void {
    this.#onConnect = onConnect;
    this.#watchFor(WRITABLE);
  }

  startReading(): void {
    this.reading = true;
    this.#settle();
  }

  stopReading(): void {
    this.reading = false;
    this.#settle();
  }

  /**
   * Sends at once what the kernel takes; the rest is sent when there is room.
   *
   * @returns `true`: the kernel has all. `false`: it will have, which {@link whenSent} tells. A number: -errno
   */
  write(data: string | Uint8Array, encoding: BufferEncoding): boolean | number {
    return this.#sent(this.#outgoing.write(this.fd, data, encoding));
  }

  /** As {@link write}, for several chunks. */
  writeMany(chunks: readonly Uint8Array[]): boolean | number {
    return this.#sent(this.#outgoing.writeMany(this.fd, chunks));
  }

  /** After a write that has left a rest. @param onSent - gets 0 or -errno; -ECANCELED: it was closed before */
  whenSent(onSent: (errno: number) => void): void {
    if (this.#descriptor) this.#outgoing.onSent = onSent;
    else this.#cancel(onSent);
  }

  /** Ends the sending direction after the bytes that wait. @param onShut - gets 0 or -errno, later */
  shutdown(onShut: (errno: number) => void): void {
    const shut = (): void => {
      if (this.#descriptor) onShut(this.#shut());
    };
    if (this.#outgoing.length > 0) {
      this.#onDrained = shut;
      return;
    }
    // As libuv does it, in a turn of its own: the peer does not see the end before this side has told its user.
    this.loop.later(() => {
      this.resource.runInAsyncScope(shut);
    });
  }

  /** As {@link shutdown}, within this call, when no bytes wait. */
  shutdownNow(): void {
    this.#shut(); // a connection that the peer has reset has no end to send
  }

  /** Closes the descriptor. What waits is lost, which its callback is told later. */
  close(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    this.#cancel(this.#outgoing.onSent);
    this.#forget();
    if (!descriptor) return;
    // The close removes it from epoll without a system call. If a duplicate exists, that would still be reported.
    if (isShared(descriptor)) this.#watch.close();
    try {
      descriptor.close();
    } catch (error) {
      errnoOf(error); // other code has closed it
    } finally {
      this.#watch.close();
    }
  }

  /** Gives the descriptor away, open. */
  detach(): Descriptor | null {
    const descriptor = this.#descriptor;
    this.#watch.close();
    this.#descriptor = null;
    this.#forget();
    return descriptor;
  }

  /** SO_LINGER with no time: the close resets the connection. */
  lingerNot(): void {
    const linger = new Int32Array([1, 0]);
    const bytes = new Uint8Array(linger.buffer);
    sys.setsockopt(this.fd, sys.SOL_SOCKET, sys.SO_LINGER, bytes);
  }

  #cancel(onSent: ((errno: number) => void) | null): void {
    if (!onSent) return;
    this.loop.later(() => {
      this.resource.runInAsyncScope(onSent, undefined, -sys.errno.ECANCELED);
    });
  }

  #forget(): void {
    this.reading = false;
    this.#onConnect = null;
    this.#onDrained = null;
    this.#outgoing.clear();
  }

  #sent(result: boolean | number): boolean | number {
    if (result === false) this.#settle();
    return result;
  }

  #shut(): number {
    if (this.fd === -1) return -sys.errno.ENOTCONN;
    if (this.#outgoing.kind === "pipe") return 0;
    try {
      sys.shutdown(this.fd, sys.SHUT_WR);
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  }

  #settle(): void {
    if (this.#onConnect) return;
    const reading = this.reading && !this.#ended ? READABLE : 0;
    this.#watchFor(reading | (this.#outgoing.length > 0 ? WRITABLE : 0));
  }

  #watchFor(interest: number): void {
    try {
      this.#watch.set(interest);
    } catch (error) {
      this.#receiver.onUnwatched(toError(error));
    }
  }

  #onReady(events: number): void {
    if (this.#onConnect) {
      const onConnect = this.#onConnect;
      this.#onConnect = null;
      this.#watchFor(0);
      onConnect(events);
      return;
    }
    if (events & (READABLE | ERROR | HANGUP)) this.#receive();
    if (events & (WRITABLE | ERROR | HANGUP) && this.#descriptor) this.#flush();
  }

  #receive(): void {
    for (let reads = 0; reads < READS_PER_EVENT; reads++) {
      // As after each read of libuv: what the last bytes have led to may be that no more are wanted.
      if (reads > 0) settle();
      if (!this.reading || this.#ended) return;
      const target = this.#receiver.target;
      const memory = target ?? this.#received.prepare();
      if (memory.length === 0) {
        this.#finish(-sys.errno.ENOBUFS);
        return;
      }
      const size = this.#read(memory);
      if (size === null) return;
      if (size <= 0) {
        this.#finish(size);
        return;
      }
      this.bytesRead += size;
      const goOn = target
        ? this.#receiver.onFilled(size)
        : this.#receiver.onBytes(this.#received.take(size));
      if (!goOn && this.reading) this.stopReading();
      if (size < memory.length) return;
    }
  }

  /** @param size - 0: the peer will send no more; else -errno */
  #finish(size: number): void {
    this.#ended = true;
    this.reading = false;
    this.#settle();
    if (size === 0) this.#receiver.onEnd();
    else this.#receiver.onReadError(size);
  }

  #read(memory: Uint8Array): number | null {
    try {
      return this.#outgoing.kind === "pipe"
        ? sys.read(this.fd, memory)
        : sys.recv(this.fd, memory, 0, memory.length);
    } catch (error) {
      const errno = errnoOf(error);
      return errno === -sys.errno.EINTR ? null : errno;
    }
  }

  #flush(): void {
    this.#outgoing.flush(this.fd);
    if (this.#outgoing.length > 0 || !this.#descriptor) return;
    this.#settle();
    const onDrained = this.#onDrained;
    this.#onDrained = null;
    onDrained?.();
  }
}
