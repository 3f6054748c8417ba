import type { Target } from "../descriptors/descriptor.ts";
import { SystemError, isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { BaseMultiplexer } from "./base.ts";
import { fromEpoll, toEpoll } from "./epoll_bits.ts";
import { EpollInstance } from "./epoll_instance.ts";
import { READABLE, WRITABLE } from "./multiplexer.ts";
import { LoopNotifier, type Notifier, ThreadNotifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";
import { RegularFiles } from "./regular_files.ts";
import { WaitTimer } from "./wait_timer.ts";

export interface EpollOptions {
  /** Reports once per change instead of for as long as it is ready (EPOLLET). */
  readonly edge?: boolean;
  /** Reports once, then nothing until `modify` (EPOLLONESHOT). */
  readonly oneShot?: boolean;
  /** Of all epolls that watch the same open file, wakes one or a few (EPOLLEXCLUSIVE). */
  readonly exclusive?: boolean;
}

/** The {@link Multiplexer} on epoll(7): a wait costs by what is ready, not by what is watched. */
export class EpollMultiplexer<D = undefined> extends BaseMultiplexer<D> {
  readonly name = "epoll";
  override readonly edge: boolean;
  readonly #flags: number;
  #epoll = new EpollInstance();
  readonly #files = new RegularFiles<D>();
  #notifier: LoopNotifier | ThreadNotifier | null = null;
  #timer: WaitTimer | null = null;

  /** @param options - for every `add` that brings none of its own */
  constructor(options: EpollOptions = {}) {
    super();
    this.edge = options.edge ?? false;
    this.#flags = toFlags(options);
  }

  /** The epoll descriptor, which is itself pollable. It is another one after a ghost was laid. */
  get fd(): number {
    this.exposed = true;
    return this.#epoll.fd;
  }

  override add(target: Target, interest: number, data?: D, options?: EpollOptions): void {
    this.register(target, interest, data, options ? toFlags(options) : this.#flags);
  }

  protected watch(registration: Registration<D>, existing?: Registration<D>): void {
    try {
      this.#control(sys.EPOLL_CTL_ADD, registration, registration.interest);
    } catch (error) {
      if (isSystemError(error, "EPERM") && !(existing && this.#files.has(existing))) {
        this.#files.add(registration);
      } else if (isSystemError(error, "EEXIST") && !existing) {
        // Removed after it was closed, while a duplicate kept the file open: the kernel remembers.
        this.#replace(registration, registration.interest);
      } else {
        throw isSystemError(error, "EPERM") ? failure(sys.errno.EEXIST, registration) : error;
      }
    }
    if (existing) this.#files.delete(existing);
  }

  protected rewatch(registration: Registration<D>, interest: number): void {
    const { armed } = registration;
    registration.armed = true;
    if (this.#files.has(registration)) {
      sys.fcntl(registration.fd, sys.F_GETFD); // EBADF
      if (!this.#epoll.refuses(registration.fd)) throw failure(sys.errno.ENOENT, registration);
      return;
    }
    try {
      // The kernel does not modify exclusive entries.
      if (registration.flags & sys.EPOLLEXCLUSIVE) this.#replace(registration, interest);
      else this.#control(sys.EPOLL_CTL_MOD, registration, interest);
    } catch (error) {
      registration.armed = armed;
      throw isSystemError(error, "EPERM") ? failure(sys.errno.ENOENT, registration) : error;
    }
  }

  protected unwatch(registration: Registration<D>): void {
    if (this.#files.delete(registration)) return;
    try {
      this.#control(sys.EPOLL_CTL_DEL, registration, 0);
    } catch (error) {
      // The number was closed, or is another file's now, even this epoll's (EINVAL): the wish is
      // already granted.
      if (!isSystemError(error, "EBADF", "ENOENT", "EPERM", "EINVAL")) throw error;
    }
  }

  protected harvest(timeoutMs: number): void {
    this.#restore();
    const ready = this.#epoll.wait(this.#reportFiles() ? 0 : timeoutMs);
    const { events } = this.#epoll;
    let ghost = false;
    for (let index = 0; index < ready; index++) {
      const registration = this.find(events.dataLow(index));
      if (registration?.generation === events.dataHigh(index)) {
        // Errors and hang-ups come in any case.
        if (!registration.armed) continue;
        if (registration.flags & sys.EPOLLONESHOT) registration.armed = false;
        this.report(registration, fromEpoll(events.events(index)));
      } else {
        ghost = true;
      }
    }
    if (ghost) this.#rebuild();
  }

  protected connect(look: () => void): Notifier {
    this.#restore();
    const { fd } = this.#epoll;
    // Before it is needed: a limited wait must not fail because no descriptor is free by then.
    if (sys.HAS_LIBUV) this.#timer ??= this.#openTimer();
    this.#notifier = LoopNotifier.tryCreate(fd, look) ?? new ThreadNotifier(look);
    return this.#notifier;
  }

  protected override isReady(): boolean {
    return this.#files.ready().length > 0;
  }

  protected notify(leftMs: number): void {
    if (this.#notifier instanceof ThreadNotifier) {
      this.#notifier.pollOne(this.#epoll.fd, leftMs);
    } else {
      this.#timer?.set(leftMs);
      this.#notifier?.start();
    }
  }

  protected shut(): void {
    this.#files.clear();
    this.#timer?.close();
    this.#epoll.close();
  }

  #openTimer(): WaitTimer {
    const timer = new WaitTimer();
    try {
      this.attach(timer.fd, () => {
        timer.set(Infinity);
      });
      return timer;
    } catch (error) {
      timer.close();
      throw error;
    }
  }

  #control(op: number, { fd, flags, armed, generation }: Registration<D>, interest: number): void {
    if (op !== sys.EPOLL_CTL_DEL) this.#restore();
    // EPOLLET alone: what has no interest or no event left must not report errors for ever.
    const events = interest === 0 || !armed ? sys.EPOLLET : toEpoll(interest, flags);
    this.#epoll.control(op, fd, events, generation);
  }

  #replace(registration: Registration<D>, interest: number): void {
    this.#control(sys.EPOLL_CTL_DEL, registration, 0);
    try {
      this.#control(sys.EPOLL_CTL_ADD, registration, interest);
    } catch (error) {
      this.#control(sys.EPOLL_CTL_ADD, registration, registration.interest);
      throw error;
    }
  }

  /** @returns whether any of them is ready, so that the kernel must not be waited for */
  #reportFiles(): boolean {
    let any = false;
    for (const registration of this.#files.ready()) {
      // The number may have been closed or reused.
      if (this.#epoll.refuses(registration.fd)) {
        registration.armed = (registration.flags & (sys.EPOLLET | sys.EPOLLONESHOT)) === 0;
        this.report(registration, READABLE | WRITABLE);
        any = true;
      } else {
        this.drop(registration);
      }
    }
    return any;
  }

  #restore(): void {
    if (this.#epoll.closed) this.#rebuild(); // it was given up for one that got no descriptor
  }

  // Lays a ghost: a file that was watched under a number which is closed now, but which a duplicate
  // keeps open, goes on reporting, and the kernel offers no way to remove it without that number.
  #rebuild(): void {
    this.disconnect();
    const { closed } = this.#epoll;
    const all = this.registrations().filter((each) => !this.#files.has(each));
    const kept = all.filter((each) => closed || this.#tell(sys.EPOLL_CTL_DEL, each));
    this.#epoll = this.#epoll.renew();
    for (const each of kept) this.#tell(sys.EPOLL_CTL_ADD, each);
  }

  // DEL fails for a number that was closed or reused, which ADD alone would take in all the same.
  #tell(op: number, registration: Registration<D>): boolean {
    try {
      this.#control(op, registration, registration.interest);
      return true;
    } catch (error) {
      const isOwn = registration.fd === this.#epoll.fd; // closed since: EINVAL
      if (!isOwn && !isSystemError(error, "EBADF", "ENOENT", "EPERM")) throw error;
      this.drop(registration);
      return false;
    }
  }
}

function failure(number: number, { fd }: Registration<unknown>): SystemError {
  return new SystemError(number, "epoll_ctl", { fd });
}

function toFlags({ edge = false, oneShot = false, exclusive = false }: EpollOptions): number {
  return (
    (edge ? sys.EPOLLET : 0) |
    (oneShot ? sys.EPOLLONESHOT : 0) |
    (exclusive ? sys.EPOLLEXCLUSIVE : 0)
  );
}
