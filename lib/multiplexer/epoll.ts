import { type Target, closesFile } from "../descriptors/descriptor.ts";
import { asParts, wholeOf } from "../descriptors/forgotten.ts";
import { isSystemError } from "../errors.ts";
import { isOfClass } from "../failures/classes.ts";
import * as sys from "../sys/index.ts";
import type { Backend } from "./backend.ts";
import { Core } from "./core.ts";
import { CoreMultiplexer } from "./core_multiplexer.ts";
import { EpollInstance, failure } from "./epoll_instance.ts";
import {
  disarm,
  type EpollMultiplexerOptions,
  type EpollOptions,
  readBoth,
  toFlags,
} from "./epoll_options.ts";
import { MissingRegistrations } from "./missing_registrations.ts";
import { ERROR, HANGUP, PRIORITY, READABLE, READ_CLOSED, WRITABLE } from "./multiplexer.ts";
import { LoopNotifier, type Notifier, ThreadNotifier } from "./notifier.ts";
import type { Registration } from "./registration.ts";
import { RegularFiles } from "./regular_files.ts";
import { askOnce, isSocket } from "./single_answers.ts";
import { WaitTimer } from "./wait_timer.ts";

/** Instead of a generation: marks the descriptor that wakes a thread waiting in the epoll. */
const WAKE = 0;

/** The {@link Multiplexer} on epoll(7): a wait's cost depends on what is ready, not on what is watched. */
export class EpollMultiplexer<D = undefined> extends CoreMultiplexer<D> {
  declare readonly name: "epoll";
  /** Whether descriptors are added with EPOLLEXCLUSIVE by default. */
  readonly exclusive: boolean;
  readonly #core: Core<D, EpollBackend<D>>;
  readonly #flags: number;

  /**
   * @param options - for every `add` without options; `fd` takes an open epoll over
   * @throws SystemError EMFILE, ENFILE. With `fd`, which stays open: EBADF, EINVAL: no epoll, EEXIST: it watches others
   */
  constructor(options: EpollMultiplexerOptions = {}) {
    const { fd, flags } = readBoth(options);
    const core = new Core("epoll", (owner: Core<D>) => new EpollBackend(owner, fd));
    super(core, options);
    this.exclusive = options.exclusive === true;
    this.#core = core;
    this.#flags = flags;
  }

  /**
   * The epoll descriptor, which can itself be watched. Changes when the epoll instance is replaced (see
   * "stale registrations" in docs/multiplexers.md).
   */
  get fd(): number {
    this.#core.blockingWait.expose();
    return this.#core.backend.fd;
  }

  override add(target: Target, interest: number, data?: D, options?: EpollOptions): void {
    const flags = options === undefined ? this.#flags : toFlags(options);
    this.#core.add(target, interest, data, flags);
  }
}

/** One epoll instance, which holds the interests in the kernel, and the files that epoll refuses. */
class EpollBackend<D> implements Backend<D> {
  readonly #core: Core<D>;
  readonly #whole = wholeOf("EpollMultiplexer");
  #epoll: EpollInstance;
  readonly #files = new RegularFiles<D>();
  readonly #missing = new MissingRegistrations<D>();
  #notifier: LoopNotifier | ThreadNotifier | null = null;
  #timer: WaitTimer | null = null;
  // Level-triggered events are left to the harvest: those that the thread found may be out of date.
  readonly #keep = (low: number, high: number, events: number): void => {
    const registration = this.#find(low, high);
    if (!registration) return;
    const { answersOnce, flags } = registration;
    if (!answersOnce && (flags & (sys.EPOLLET | sys.EPOLLONESHOT)) === 0) return;
    if (disarm(registration)) this.#core.singleAnswers.keep(registration, fromEpoll(events));
  };

  constructor(core: Core<D>, fd: number | undefined) {
    this.#core = core;
    this.#epoll = asParts(this.#whole, () => EpollInstance.open(fd));
  }

  get fd(): number {
    return this.#epoll.fd;
  }

  watch(registration: Registration<D>, existing?: Registration<D>): void {
    try {
      this.#control(sys.EPOLL_CTL_ADD, registration, registration.interest);
    } catch (error) {
      // epoll refuses files with EPERM, but never sockets: for a socket, a security policy refused it.
      const isFile = isOfClass(error, "EPOLL_CTL_ADD", "emulate") && !isSocket(registration.fd);
      if (isFile && !(existing && this.#files.has(existing))) {
        this.#files.add(registration);
      } else if (isOfClass(error, "EPOLL_CTL_ADD", "replace") && !existing) {
        // It was removed after it was closed. A duplicate keeps the file open, and the kernel's entry with it.
        this.unwatch(registration);
        this.#control(sys.EPOLL_CTL_ADD, registration, registration.interest);
      } else {
        throw isFile ? failure(sys.errno.EEXIST, registration) : error;
      }
    }
    if (existing) this.#files.delete(existing);
  }

  rewatch(registration: Registration<D>, interest: number): void {
    const { armed } = registration;
    registration.armed = true;
    if (this.#files.has(registration)) {
      sys.fcntl(registration.fd, sys.F_GETFD); // EBADF
      if (!this.#epoll.refuses(registration.fd)) throw failure(sys.errno.ENOENT, registration);
      return;
    }
    try {
      // The kernel cannot modify exclusive entries.
      if (registration.flags & sys.EPOLLEXCLUSIVE) this.#replace(registration, interest);
      else this.#control(sys.EPOLL_CTL_MOD, registration, interest);
    } catch (error) {
      registration.armed = armed;
      throw isSystemError(error, "EPERM") ? failure(sys.errno.ENOENT, registration) : error;
    }
  }

  unwatch(registration: Registration<D>): void {
    if (this.#files.delete(registration)) return;
    // The close removes it, without a system call.
    if (closesFile(registration.target)) return;
    try {
      this.#control(sys.EPOLL_CTL_DEL, registration, 0);
    } catch (error) {
      if (!isOfClass(error, "EPOLL_CTL_DEL", "done")) throw error;
    }
  }

  harvest(timeoutMs: number): void {
    this.#restore();
    const { ready } = this.#core;
    this.#addMissing();
    const count = this.#epoll.wait(this.#listFiles() ? 0 : this.#missing.limit(timeoutMs));
    const { events } = this.#epoll;
    const hasThread = this.#notifier instanceof ThreadNotifier;
    let stale = false;
    for (let index = 0; index < count; index++) {
      const high = events.dataHigh(index);
      const registration = this.#find(events.dataLow(index), high);
      if (!registration) stale ||= high !== WAKE || !hasThread;
      else if (disarm(registration)) ready.push(registration, fromEpoll(events.events(index)));
    }
    if (stale) this.#replaceInstance();
  }

  collect(): void {
    if (this.#notifier instanceof ThreadNotifier) this.#notifier.collect(this.#keep);
  }

  createNotifier(look: () => void): Notifier {
    this.#restore();
    const { fd } = this.#epoll;
    // Opened early: a later wait with a time limit must not fail for lack of a descriptor.
    if (sys.HAS_LIBUV) this.#timer ??= this.#openTimer();
    // The loop would take the file's only answer, and the harvest would find nothing.
    const loop = this.#core.singleAnswers.expected ? null : LoopNotifier.tryCreate(fd, look);
    this.#notifier = loop ?? new ThreadNotifier(look);
    return this.#notifier;
  }

  isReady(): boolean {
    return this.#files.ready().length > 0;
  }

  notify(unlimitedMs: number): void {
    const leftMs = this.#missing.limit(unlimitedMs);
    const { fd } = this.#epoll;
    if (this.#notifier instanceof ThreadNotifier) {
      // Only epoll_wait(2) tells what it found: ppoll(2) on the epoll would take the only answer of a file as well.
      // But there the thread is woken through the epoll, which is readable meanwhile for whoever watches it.
      if (this.#core.singleAnswers.expected) this.#notifier.epoll(fd, leftMs);
      else this.#notifier.readable(fd, leftMs);
    } else {
      this.#timer?.set(leftMs);
      this.#notifier?.start();
    }
  }

  close(): void {
    this.#files.clear();
    this.#missing.clear();
    this.#timer?.close();
    this.#epoll.close();
  }

  #openTimer(): WaitTimer {
    const timer = asParts(this.#whole, () => new WaitTimer());
    try {
      this.#core.watchOwn(timer.fd, () => {
        timer.set(Infinity);
      });
      return timer;
    } catch (error) {
      timer.close();
      throw error;
    }
  }

  #find(fd: number, generation: number): Registration<D> | undefined {
    const registration = this.#core.table.get(fd);
    return registration?.generation === generation ? registration : undefined;
  }

  #control(op: number, registration: Registration<D>, interest: number): void {
    const { fd, flags, armed, generation, answersOnce } = registration;
    if (op !== sys.EPOLL_CTL_DEL) this.#restore();
    // epoll_ctl(2) also polls the file, and drops the answer.
    const answer = answersOnce && op !== sys.EPOLL_CTL_DEL ? askOnce(fd) : 0;
    // EPOLLET alone: without an interest, errors must not be reported over and over.
    const events = interest === 0 || !armed ? sys.EPOLLET : toEpoll(interest, flags);
    const isMissing = this.#missing.has(registration);
    if (op === sys.EPOLL_CTL_DEL) this.#missing.delete(registration);
    const isAdded = isMissing && op === sys.EPOLL_CTL_MOD;
    this.#epoll.control(isAdded ? sys.EPOLL_CTL_ADD : op, fd, events, generation);
    if (isMissing) this.#missing.delete(registration);
    if (answer !== 0) this.#core.singleAnswers.keep(registration, fromEpoll(answer));
  }

  #replace(registration: Registration<D>, interest: number): void {
    if (!this.#missing.has(registration)) this.#control(sys.EPOLL_CTL_DEL, registration, 0);
    try {
      this.#control(sys.EPOLL_CTL_ADD, registration, interest);
    } catch (error) {
      this.#missing.add(registration); // with its old interest
      this.#addMissing();
      throw error;
    }
  }

  /** @returns whether any file is ready, so that the wait must not block */
  #listFiles(): boolean {
    let any = false;
    for (const registration of this.#files.ready()) {
      // The number may have been closed or reused.
      if (this.#epoll.refuses(registration.fd)) {
        registration.armed = (registration.flags & (sys.EPOLLET | sys.EPOLLONESHOT)) === 0;
        this.#core.ready.push(registration, READABLE | WRITABLE);
        any = true;
      } else {
        this.#core.drop(registration);
      }
    }
    return any;
  }

  #restore(): void {
    if (this.#epoll.closed) this.#replaceInstance(); // an earlier replacement got no descriptor
  }

  // Removes stale registrations. If a watched number is closed, but a duplicate keeps the file open, the kernel
  // still reports it, and offers no way to remove it without that number.
  #replaceInstance(): void {
    this.collect();
    this.#notifier?.close(); // it watches the old instance
    const all = this.#core.table.all().filter((each) => !this.#files.has(each));
    const kept = all.filter((each) => this.#epoll.closed || this.#tell(sys.EPOLL_CTL_DEL, each));
    this.#epoll = asParts(this.#whole, () => this.#epoll.renew());
    for (const each of kept) this.#missing.add(each);
    this.#addMissing();
  }

  #addMissing(): void {
    this.#missing.retry(
      (each) => this.#core.table.get(each.fd) === each && this.#tell(sys.EPOLL_CTL_ADD, each),
    );
  }

  // DEL fails for a number that was closed or reused; ADD alone would accept a reused one. After ENOMEM or ENOSPC
  // the registration is kept: what was not removed goes with the old instance.
  #tell(op: number, registration: Registration<D>): boolean {
    try {
      this.#control(op, registration, registration.interest);
      return true;
    } catch (error) {
      const isOwn = registration.fd === this.#epoll.fd; // closed since: EINVAL
      if (isSystemError(error, "ENOMEM", "ENOSPC")) return true;
      if (!isOwn && !isSystemError(error, "EBADF", "ENOENT", "EPERM")) throw error;
      this.#core.drop(registration);
      return false;
    }
  }
}

function toEpoll(interest: number, flags: number): number {
  // The kernel refuses EPOLLRDHUP together with EPOLLEXCLUSIVE.
  const readable = sys.EPOLLIN | (flags & sys.EPOLLEXCLUSIVE ? 0 : sys.EPOLLRDHUP);
  return (
    (interest & READABLE ? readable : 0) |
    (interest & WRITABLE ? sys.EPOLLOUT : 0) |
    (interest & PRIORITY ? sys.EPOLLPRI : 0) |
    (interest & READ_CLOSED ? sys.EPOLLRDHUP : 0) |
    flags
  );
}

// An error or a hang-up wakes both directions: the next recv or send reports it.
function fromEpoll(events: number): number {
  if (events === sys.EPOLLIN) return READABLE; // the most frequent case
  const broken = events & (sys.EPOLLERR | sys.EPOLLHUP);
  const readable = events & (sys.EPOLLIN | sys.EPOLLRDHUP) || broken;
  const writable = events & sys.EPOLLOUT || broken;
  return (
    (readable ? READABLE : 0) |
    (writable ? WRITABLE : 0) |
    (events & sys.EPOLLPRI ? PRIORITY : 0) |
    (events & sys.EPOLLRDHUP ? READ_CLOSED : 0) |
    (events & sys.EPOLLERR ? ERROR : 0) |
    (events & sys.EPOLLHUP ? HANGUP : 0)
  );
}
