import { isIP } from "node:net";
import type { Socket as NativeSocket } from "../socket/socket.ts";
import { toPort } from "./connecting.ts";
import {
  errnoOf,
  failedAt,
  failedCall,
  handleAdopted,
  invalidType,
  invalidValue,
} from "./errors.ts";
import { bindTo } from "./listening.ts";
import { localName, type SocketName } from "./names.ts";
import { checkSocketOptions, type SocketOptionValues } from "./socket_options.ts";

/** Where a {@link BoundSocket} is bound. */
export interface BoundSocketOptions {
  readonly host?: string | undefined;
  readonly ipv6Only?: boolean | undefined;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
  readonly reusePort?: boolean | undefined;
  /** Socket options by name, set before bind(2). */
  readonly socketOptions?: SocketOptionValues | undefined;
}

/** What a socket or server takes over. */
interface Bound {
  readonly native: NativeSocket;
  readonly path: string | undefined;
}

/** @internal Takes the socket out: its owner is now who calls. @throws ERR_SOCKET_HANDLE_ADOPTED */
export let takeBound: (bound: BoundSocket) => Bound;

/** A socket that is bound, for `server.listen` or for `new Socket({ handle })`, as `net.BoundSocket` of Node 26. */
export class BoundSocket implements Disposable {
  readonly #path: string | undefined;
  readonly #address: SocketName;
  #native: NativeSocket | null;

  static {
    takeBound = (bound) => {
      const native = bound.#open();
      bound.#native = null;
      return { native, path: bound.#path };
    };
  }

  /** @throws Error of bind(2): EADDRINUSE, EACCES, … TypeError: a host that is no address */
  constructor(options: BoundSocketOptions = {}) {
    if (typeof options !== "object" || options === null)
      throw invalidType("options", "of type object", options);
    checkSocketOptions(options.socketOptions);
    this.#path = checkPath(options);
    this.#native = this.#path === undefined ? bindInternet(options) : bindPath(this.#path, options);
    this.#address = localName(this.#native);
  }

  /** Whether it is a unix socket. */
  get isPipe(): boolean {
    return this.#path !== undefined;
  }

  /** `{ address, family, port }`, or the path. */
  address(): SocketName | string {
    this.#open();
    return this.#path ?? this.#address;
  }

  /** The descriptor, which this object closes. */
  fd(): number {
    return this.#open().fd;
  }

  /** Closes it, if nothing has taken it over. @throws Error ERR_SOCKET_HANDLE_ADOPTED */
  close(): void {
    this.#open().close();
    this.#native = null;
  }

  [Symbol.dispose](): void {
    this.#native?.close();
    this.#native = null;
  }

  #open(): NativeSocket {
    if (!this.#native) throw handleAdopted();
    return this.#native;
  }
}

function checkPath(options: BoundSocketOptions): string | undefined {
  const { host, ipv6Only, path, port, reusePort } = options;
  if (path === undefined) return undefined;
  if ([host, ipv6Only, port, reusePort].some((other) => other !== undefined)) {
    const reason = "path is mutually exclusive with host, port, ipv6Only, and reusePort";
    throw invalidValue("options", options, reason);
  }
  if (typeof path !== "string") throw invalidType("options.path", "of type string", path);
  return path;
}

function bindPath(path: string, { socketOptions }: BoundSocketOptions): NativeSocket {
  const place = { address: undefined, port: 0, path, ipv6Only: false, reusePort: false };
  try {
    return bindTo({ ...place, socketOptions });
  } catch (error) {
    throw failedCall(errnoOf(error), "bind");
  }
}

function bindInternet(options: BoundSocketOptions): NativeSocket {
  const { ipv6Only = false, reusePort = false, socketOptions } = options;
  const port = toPort(options.port ?? 0, "options.port");
  for (const [name, value] of Object.entries({ ipv6Only, reusePort })) {
    if (typeof value !== "boolean") throw invalidType(`options.${name}`, "of type boolean", value);
  }
  const host = options.host ?? (ipv6Only ? "::" : "0.0.0.0");
  if (typeof host !== "string") throw invalidType("options.host", "of type string", host);
  if (isIP(host) === 0) {
    const reason = "must be a numeric IP address; net.BoundSocket does not perform DNS resolution";
    throw invalidValue("options.host", host, reason);
  }
  try {
    return bindTo({ address: host, port, path: undefined, ipv6Only, reusePort, socketOptions });
  } catch (error) {
    throw failedAt(errnoOf(error), "bind", host, port);
  }
}
