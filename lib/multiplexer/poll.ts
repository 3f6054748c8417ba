import { SystemError, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import type { Backend } from "./backend.ts";
import { Core } from "./core.ts";
import { CoreMultiplexer } from "./core_multiplexer.ts";
import { ERROR, HANGUP, PRIORITY, READABLE, READ_CLOSED, WRITABLE } from "./multiplexer.ts";
import { type Notifier, ThreadNotifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";

const FIRST_CAPACITY = 64;

/** The {@link Multiplexer} on poll(2): any descriptor number; a wait costs more the more it watches. */
export class PollMultiplexer<D = undefined> extends CoreMultiplexer<D> {
  declare readonly name: "poll";

  constructor() {
    super(new Core<D>("poll", (core) => new PollBackend(core)));
  }
}

/** One array of slots, which each call passes to the kernel. */
class PollBackend<D> implements Backend<D> {
  readonly #core: Core<D>;
  // Slots without gaps: first those that the kernel checks, then those without an interest, which it does not
  // get. A slot that becomes free is filled with the last one of its group.
  readonly #slots: Registration<D>[] = [];
  #active = 0;
  #fds = new sys.PollFds(FIRST_CAPACITY);
  #thread: ThreadNotifier | null = null;
  /** When the thread began to wait. */
  #newest = 0;
  readonly #keep = (fd: number, _high: number, revents: number): void => {
    const registration = this.#core.table.get(fd);
    if (!registration?.answersOnce || registration.isNewerThan(this.#newest)) return;
    this.#core.singleAnswers.keep(registration, fromPoll(revents));
  };

  constructor(core: Core<D>) {
    this.#core = core;
  }

  watch(registration: Registration<D>, existing?: Registration<D>): void {
    const { fd, interest } = registration;
    sys.fcntl(fd, sys.F_GETFD); // throws EBADF, as epoll does
    if (existing) throw new SystemError(sys.errno.EEXIST, "poll", { fd });
    if (this.#slots.length === this.#fds.capacity) this.#grow();
    registration.slot = this.#slots.push(registration) - 1;
    this.#set(registration, interest);
    if (interest !== 0) this.#activate(registration);
  }

  rewatch(registration: Registration<D>, interest: number): void {
    sys.fcntl(registration.fd, sys.F_GETFD);
    this.#set(registration, interest);
    if (registration.slot >= this.#active) {
      if (interest !== 0) this.#activate(registration);
    } else if (interest === 0) {
      this.#park(registration);
    }
  }

  unwatch(registration: Registration<D>): void {
    if (registration.slot < this.#active) this.#park(registration);
    this.#swap(registration.slot, this.#slots.length - 1);
    this.#slots.pop();
  }

  harvest(timeoutMs: number): void {
    const { ready } = this.#core;
    const closed: Registration<D>[] = [];
    for (let slot = 0, left = this.#poll(timeoutMs); left > 0; slot++) {
      const revents = this.#fds.revents(slot);
      if (revents === 0) continue;
      left--;
      const registration = this.#slots[slot]!;
      if (revents & sys.POLLNVAL) closed.push(registration);
      else ready.push(registration, fromPoll(revents));
    }
    for (const registration of closed) this.#core.drop(registration);
  }

  createNotifier(look: () => void): Notifier {
    // The thread's own descriptor may get the number of a closed one, and must not be taken for it.
    this.#core.dropClosed();
    this.#thread = new ThreadNotifier(look);
    return this.#thread;
  }

  notify(leftMs: number): void {
    this.#newest = this.#core.table.newest;
    this.#thread?.poll(this.#fds, this.#active, leftMs);
  }

  collect(): void {
    if (this.#core.singleAnswers.expected) this.#thread?.collect(this.#keep);
  }

  isReady(): boolean {
    return false;
  }

  close(): void {
    this.#slots.length = 0;
    this.#active = 0;
  }

  #poll(timeoutMs: number): number {
    try {
      return sys.ppoll(this.#fds, this.#active, timeoutMs);
    } catch (error) {
      if (!isSystemError(error, "EINVAL")) throw error;
      const reason = `${String(this.#active)} descriptors are more than RLIMIT_NOFILE allows`;
      throw new SystemError(sys.errno.EINVAL, "ppoll", { reason });
    }
  }

  #set({ slot, fd }: Registration<D>, interest: number): void {
    this.#fds.set(slot, fd, toPoll(interest));
  }

  #activate({ slot }: Registration<D>): void {
    this.#swap(slot, this.#active++);
  }

  #park({ slot }: Registration<D>): void {
    this.#swap(slot, --this.#active);
  }

  #swap(one: number, other: number): void {
    if (one === other) return;
    const [first, second] = [this.#slots[one]!, this.#slots[other]!];
    const [fd, events] = [this.#fds.fd(one), this.#fds.events(one)];
    this.#fds.copy(one, this.#fds, other);
    this.#fds.set(other, fd, events);
    [this.#slots[one], this.#slots[other]] = [second, first];
    [first.slot, second.slot] = [other, one];
  }

  #grow(): void {
    const smaller = this.#fds;
    this.#fds = new sys.PollFds(smaller.capacity * 2);
    for (let slot = 0; slot < smaller.capacity; slot++) this.#fds.copy(slot, smaller, slot);
  }
}

function toPoll(interest: number): number {
  return (
    (interest & READABLE ? sys.POLLIN | sys.POLLRDHUP : 0) |
    (interest & WRITABLE ? sys.POLLOUT : 0) |
    (interest & PRIORITY ? sys.POLLPRI : 0) |
    (interest & READ_CLOSED ? sys.POLLRDHUP : 0)
  );
}

// An error or a hang-up wakes both directions: the next recv or send reports it.
function fromPoll(revents: number): number {
  const broken = revents & (sys.POLLERR | sys.POLLHUP);
  const readable = revents & (sys.POLLIN | sys.POLLRDHUP) || broken;
  const writable = revents & sys.POLLOUT || broken;
  return (
    (readable ? READABLE : 0) |
    (writable ? WRITABLE : 0) |
    (revents & sys.POLLPRI ? PRIORITY : 0) |
    (revents & sys.POLLRDHUP ? READ_CLOSED : 0) |
    (revents & sys.POLLERR ? ERROR : 0) |
    (revents & sys.POLLHUP ? HANGUP : 0)
  );
}
