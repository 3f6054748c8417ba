import { isSystemError } from "../errors.ts";
import { clearInterval, setInterval } from "../runtime/timing.ts";
import { sdNotify, type NotifyOptions } from "../socket/sd_notify.ts";
import { Socket } from "../socket/socket.ts";
import { listenDescriptors, watchdogIntervalMs } from "../socket/systemd.ts";
import * as sys from "../sys/index.ts";

// SCM_MAX_FD of the kernel: the most descriptors in a message.
const MAX_DESCRIPTORS = 253;
const STORED = "pollux";

/**
 * The listening sockets of LISTEN_FDS: of a .socket unit, or stored by this service before it was restarted.
 *
 * @throws Error: a descriptor is no stream socket that listens
 */
export function passedSockets(): Socket[] {
  return listenDescriptors().map(({ fd, name }) => {
    const socket = Socket.fromFd(fd);
    if (!listens(socket)) {
      throw new Error(
        `LISTEN_FDS: descriptor ${String(fd)} (${name}) is no stream socket that listens`,
      );
    }
    return socket;
  });
}

function listens(socket: Socket): boolean {
  try {
    return (
      socket.type === sys.SOCK_STREAM && socket.getOption(sys.SOL_SOCKET, sys.SO_ACCEPTCONN) !== 0
    );
  } catch (error) {
    if (isSystemError(error, "ENOTSOCK")) return false;
    throw error;
  }
}

/** Tells systemd, or another service manager, what this program does. Without one, nothing happens. */
export class ServiceManager implements Disposable {
  readonly #tell: (failure: string) => void;
  #watchdog: NodeJS.Timeout | null = null;

  /** @param tell - told when the service manager cannot be reached */
  constructor(tell: (failure: string) => void) {
    this.#tell = tell;
  }

  /** How many sockets the unit stores (FileDescriptorStoreMax=); 0 before systemd 254, which does not say. */
  get storeSize(): number {
    const { FDSTORE = "0", NOTIFY_SOCKET = "" } = process.env;
    return NOTIFY_SOCKET === "" ? 0 : Number.parseInt(FDSTORE, 10) || 0;
  }

  /** It serves. */
  ready(status: string): void {
    this.#notify(`READY=1\nSTATUS=${status}`);
  }

  reloading(): void {
    const microseconds = process.hrtime.bigint() / 1000n; // CLOCK_MONOTONIC
    this.#notify(`RELOADING=1\nMONOTONIC_USEC=${String(microseconds)}`);
  }

  stopping(): void {
    this.#notify("STOPPING=1");
  }

  /**
   * Another process is the service's from now on. With NotifyAccess=main only the one that was before can say so, and
   * while it is there.
   */
  follow(pid: number): void {
    this.#notify(`MAINPID=${String(pid)}`);
  }

  /** Stores the sockets for the next start of the service. Those that it has already are not stored twice. */
  store(sockets: readonly Socket[]): void {
    const { storeSize } = this;
    if (storeSize === 0) return;
    if (sockets.length > storeSize) {
      this.#tell(
        `the unit stores ${String(storeSize)} of ${String(sockets.length)} sockets: raise FileDescriptorStoreMax=`,
      );
    }
    for (let first = 0; first < sockets.length; first += MAX_DESCRIPTORS) {
      const descriptors = sockets.slice(first, first + MAX_DESCRIPTORS);
      this.#notify(`FDSTORE=1\nFDNAME=${STORED}`, { descriptors });
    }
  }

  /** Says again and again that it serves, while it does, if the unit has WatchdogSec=. */
  watch(serves: () => boolean): void {
    const intervalMs = watchdogIntervalMs();
    if (intervalMs === null) return;
    this.#watchdog = setInterval(() => {
      if (serves()) this.#notify("WATCHDOG=1");
    }, intervalMs / 2);
    this.#watchdog.unref();
  }

  [Symbol.dispose](): void {
    if (this.#watchdog) clearInterval(this.#watchdog);
  }

  #notify(state: string, options: NotifyOptions = {}): void {
    try {
      if (sdNotify(state, options) === null) this.#tell("the service manager's queue is full");
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#tell(error.message);
    }
  }
}
