import { invalidArgType, invalidArgValue } from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { setCloseOnExec } from "../descriptors/fcntl.ts";
import * as sys from "../sys/index.ts";
import { Socket } from "./socket.ts";

// SD_LISTEN_FDS_START of sd_listen_fds(3), part of its protocol.
const FIRST_PASSED = 3;

/** Where the variables are. */
export interface ServiceOptions {
  /** Default: `process.env`. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Whether to delete the variables, so that child processes do not see them. */
  readonly unsetEnvironment?: boolean;
}

/** A descriptor that the service manager opened: a socket, a FIFO, a file … */
export interface PassedDescriptor {
  /** The descriptor. */
  readonly fd: number;
  /** FileDescriptorName= of the unit; "unknown" where the manager gives no names. */
  readonly name: string;
}

/**
 * The descriptors of socket activation, made close-on-exec: sd_listen_fds_with_names(3) without
 * libsystemd. They are the caller's: `Socket.fromFd(fd)` takes one over. Call it in the main thread, before
 * workers start: each worker has its own copy of the variables, and would find the same descriptors again.
 *
 * @param options - `unsetEnvironment` is `true` by default: a second call finds nothing
 * @returns empty where LISTEN_PID is not this process
 * @throws TypeError ERR_INVALID_ARG_VALUE: variables that make no sense. SystemError EBADF: a descriptor
 * is not open
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
 */
export function listenDescriptors(options: ServiceOptions = {}): PassedDescriptor[] {
  const { environment = process.env, unsetEnvironment = true } = options;
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
  // One by one: no memory for more than are open, whatever the count says.
  for (let index = 0; index < count; index++) {
    const fd = FIRST_PASSED + index;
    setCloseOnExec(fd, true);
    descriptors.push({ fd, name: list?.[index] ?? "unknown" });
  }
  return descriptors;
}

function decimal(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalidArgValue(name, "a decimal number", text);
  return Number(text);
}

/** What to tell the service manager: `{ READY: 1, STATUS: "open" }`, or the lines themselves. */
export type ServiceState = string | Readonly<Record<string, string | number>>;

/** How {@link sdNotify} sends, and what goes with it. */
export interface NotifyOptions extends ServiceOptions {
  /** For FDSTORE=1: descriptors that the manager keeps duplicates of. */
  readonly descriptors?: readonly Target[];
}

/**
 * Tells the service manager about this service: sd_notify(3) without libsystemd, one datagram to
 * NOTIFY_SOCKET. Does not block.
 *
 * @param options - `unsetEnvironment` is `false` by default
 * @returns `false`: nobody wants to know (NOTIFY_SOCKET is not set). `null`: the manager does not keep
 * up, and nothing was sent
 * @throws SystemError ENOENT, ECONNREFUSED: no manager there. TypeError: a state or address that is none
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function sdNotify(state: ServiceState, options: NotifyOptions = {}): boolean | null {
  const { environment = process.env, unsetEnvironment = false, descriptors = [] } = options;
  const { NOTIFY_SOCKET: address } = environment;
  if (unsetEnvironment) delete environment["NOTIFY_SOCKET"];
  const text = Buffer.from(linesOf(state));
  if (address === undefined || address === "") return false;
  if (!/^[/@]/.test(address)) {
    throw invalidArgValue("NOTIFY_SOCKET", "a path or an abstract name", address);
  }
  using socket = Socket.open(sys.AF_UNIX, sys.SOCK_DGRAM);
  const sent = socket.sendMessage(text, {
    address: { path: address.replace(/^@/, "\0") },
    ...(descriptors.length > 0 && { control: [{ type: "SCM_RIGHTS", descriptors }] }),
  });
  return sent === null ? null : true;
}

function linesOf(state: ServiceState): string {
  if (typeof state === "string") return state;
  if (typeof state !== "object" || state === null) {
    throw invalidArgType("state", "a string or an object of variables", state);
  }
  return Object.entries(state)
    .map(([name, value]) => {
      const line = `${name}=${String(value)}`;
      if (!/^[A-Z0-9_]+=[^\n]*$/.test(line)) throw invalidArgValue("state", "NAME: value", line);
      return line;
    })
    .join("\n");
}
