import {
  aBoolean,
  anObject,
  invalidArgValue,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { setCloseOnExec } from "../descriptors/fcntl.ts";

// SD_LISTEN_FDS_START of sd_listen_fds(3), part of its protocol.
const FIRST_PASSED = 3;
const MAX_DECIMAL = 999_999_999;
const MAX_USEC = Number.MAX_SAFE_INTEGER;

/** Where the variables of the service manager are. */
export interface ServiceOptions {
  /** Default: `process.env`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether to delete the variables, so that child processes do not see them. */
  readonly unsetEnvironment?: boolean;
}

/** The table of these options, for functions that have more. */
export const SERVICE_OPTIONS: OptionTable<ServiceOptions> = {
  environment: anObject,
  unsetEnvironment: aBoolean,
};

/** A descriptor that the service manager opened: a socket, a FIFO, a file … */
export interface PassedDescriptor {
  /** The descriptor. */
  readonly fd: number;
  /** FileDescriptorName= of the unit; "unknown" if the manager gives no names. */
  readonly name: string;
}

/**
 * The descriptors of socket activation, made close-on-exec: sd_listen_fds_with_names(3) without
 * libsystemd. The caller owns them: `Socket.fromFd(fd)` takes one over. Call it in one thread only: a worker
 * has a copy of the variables from its start, and would find the same descriptors again.
 *
 * @param options - `unsetEnvironment` is `true` by default: a second call finds nothing
 * @returns empty if LISTEN_PID is not this process
 * @throws TypeError ERR_INVALID_ARG_VALUE: a variable is invalid. SystemError EBADF: a descriptor is not
 * open
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
 */
export function listenDescriptors(options: ServiceOptions = {}): PassedDescriptor[] {
  const { environment = process.env, unsetEnvironment = true } = readOptions(
    options,
    SERVICE_OPTIONS,
  );
  const { LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: names } = environment;
  if (unsetEnvironment) {
    for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) {
      Reflect.deleteProperty(environment, name);
    }
  }
  if (pid === undefined || count === undefined) return [];
  if (decimal("LISTEN_PID", pid) !== process.pid) return [];
  return passed(decimal("LISTEN_FDS", count), names);
}

function passed(count: number, names: string | undefined): PassedDescriptor[] {
  const list = names?.split(":");
  if (count > 0 && list !== undefined && list.length !== count) {
    throw invalidArgValue("LISTEN_FDNAMES", `${String(count)} names with colons between`, names);
  }
  const descriptors: PassedDescriptor[] = [];
  // One by one: an excessive count must not allocate memory for more than are open.
  for (let index = 0; index < count; index++) {
    const fd = FIRST_PASSED + index;
    setCloseOnExec(fd, true);
    descriptors.push({ fd, name: list?.[index] ?? "unknown" });
  }
  return descriptors;
}

/**
 * The time within which the service manager expects to hear from this service: sd_watchdog_enabled(3)
 * without libsystemd. Call `sdNotify("WATCHDOG=1")` at about half of that time.
 *
 * @param options - `unsetEnvironment` is `false` by default
 * @returns milliseconds, or `null` if the watchdog is off for this process
 * @throws TypeError ERR_INVALID_ARG_VALUE: a variable is invalid
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_watchdog_enabled.html
 */
export function watchdogIntervalMs(options: ServiceOptions = {}): number | null {
  const { environment = process.env, unsetEnvironment = false } = readOptions(
    options,
    SERVICE_OPTIONS,
  );
  const { WATCHDOG_PID: pid, WATCHDOG_USEC: usec } = environment;
  if (unsetEnvironment) {
    for (const name of ["WATCHDOG_PID", "WATCHDOG_USEC"]) Reflect.deleteProperty(environment, name);
  }
  if (usec === undefined) return null;
  if (pid !== undefined && decimal("WATCHDOG_PID", pid) !== process.pid) return null;
  const interval = decimal("WATCHDOG_USEC", usec, MAX_USEC);
  if (interval === 0) throw invalidArgValue("WATCHDOG_USEC", "more than 0", usec);
  return interval / 1000;
}

function decimal(name: string, text: string, max = MAX_DECIMAL): number {
  if (!/^\d+$/.test(text) || Number(text) > max) {
    throw invalidArgValue(name, `a decimal number up to ${String(max)}`, text);
  }
  return Number(text);
}
