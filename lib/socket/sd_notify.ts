import { Address } from "../address/address.ts";
import {
  anArray,
  invalidArgType,
  invalidArgValue,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import type { Target } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import * as sys from "../sys/index.ts";
import { connectSync } from "./connect.ts";
import { writeAllSync } from "./exact.ts";
import { Socket } from "./socket.ts";
import { SERVICE_OPTIONS, type ServiceOptions } from "./systemd.ts";

/** What to tell the service manager: `{ READY: 1, STATUS: "open" }`, or the lines themselves. */
export type ServiceState = string | Readonly<Record<string, string | number>>;

/** Options of {@link sdNotify}. */
export interface NotifyOptions extends ServiceOptions {
  /** For FDSTORE=1: descriptors that the manager keeps duplicates of. */
  readonly descriptors?: readonly Target[];
}

const OPTIONS: OptionTable<NotifyOptions> = { ...SERVICE_OPTIONS, descriptors: anArray };

/**
 * Tells the service manager about this service: sd_notify(3) without libsystemd, one message to
 * NOTIFY_SOCKET. To a path or an abstract name it does not block. A virtual machine tells its host over
 * vsock (`vsock:2:1234`, also with `vsock-stream:`, `vsock-dgram:`, `vsock-seqpacket:`): this connects
 * first, and blocks for at most two seconds.
 *
 * @param options - `unsetEnvironment` is `false` by default
 * @returns `false`: NOTIFY_SOCKET is not set. `null`: the manager's queue is full, and nothing was sent
 * @throws SystemError ENOENT, ECONNREFUSED: no manager listens there. TypeError: an invalid state or
 * address, or descriptors over vsock
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export function sdNotify(state: ServiceState, options: NotifyOptions = {}): boolean | null {
  const {
    environment = process.env,
    unsetEnvironment = false,
    descriptors = [],
  } = readOptions(options, OPTIONS);
  const { NOTIFY_SOCKET: address } = environment;
  if (unsetEnvironment) delete environment["NOTIFY_SOCKET"];
  const text = Buffer.from(linesOf(state));
  if (address === undefined || address === "") return false;
  if (address.startsWith("vsock")) {
    if (descriptors.length > 0)
      throw invalidArgValue("descriptors", "empty over vsock", descriptors);
    return tellHost(address, text);
  }
  if (!/^[/@]/.test(address)) {
    throw invalidArgValue("NOTIFY_SOCKET", "a path, an abstract name or vsock:CID:PORT", address);
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

const HOST_LIMIT_MS = 2000;
const TYPES: ReadonlyMap<string, readonly number[]> = new Map([
  // As sd_notify(3) does it: few machines support datagrams over vsock.
  ["vsock", [sys.SOCK_DGRAM, sys.SOCK_SEQPACKET, sys.SOCK_STREAM]],
  ["vsock-dgram", [sys.SOCK_DGRAM]],
  ["vsock-seqpacket", [sys.SOCK_SEQPACKET]],
  ["vsock-stream", [sys.SOCK_STREAM]],
]);
const FIRST_UNPRIVILEGED = 1024;

function tellHost(text: string, state: Uint8Array): boolean | null {
  const [, scheme = "", cid = "", port = ""] = /^([a-z-]+):(\d*):(\d+)$/.exec(text) ?? [];
  const types = TYPES.get(scheme);
  if (!types) throw invalidArgValue("NOTIFY_SOCKET", "vsock:CID:PORT", text);
  const to = Address.parse(`vsock:${cid}:${port}`);
  using socket = openVsock(types);
  bindPrivileged(socket);
  if (socket.type === sys.SOCK_DGRAM) return socket.sendTo(state, to) === null ? null : true;
  connectSync(socket, to, { timeoutMs: HOST_LIMIT_MS });
  if (socket.type === sys.SOCK_SEQPACKET) return socket.send(state) === null ? null : true;
  writeAllSync(socket, state, { timeoutMs: HOST_LIMIT_MS });
  return true;
}

/** Opens a socket of the first type that the kernel supports. */
function openVsock(types: readonly number[]): Socket {
  for (const type of types.slice(0, -1)) {
    try {
      return Socket.open(sys.AF_VSOCK, type);
    } catch (error) {
      if (!isSystemError(error, ...NO_TYPE)) throw error;
    }
  }
  return Socket.open(sys.AF_VSOCK, types.at(-1) ?? sys.SOCK_STREAM);
}

const NO_TYPE = ["ENODEV", "ESOCKTNOSUPPORT", "EPROTONOSUPPORT", "EOPNOTSUPP", "ENOTSUP"];

/** Binds a privileged port, if this process may: it shows the host that the sender is privileged. */
function bindPrivileged(socket: Socket): void {
  for (let port = FIRST_UNPRIVILEGED - 1; port > 0; port--) {
    try {
      socket.bind({ family: "vsock", cid: sys.VMADDR_CID_ANY, port });
      return;
    } catch (error) {
      if (isSystemError(error, "EADDRINUSE")) continue;
      if (isSystemError(error)) return;
      throw error;
    }
  }
}
