import type { MultiplexerName } from "../multiplexer/create.ts";
import type { BlockListLike } from "./connecting.ts";
import type { SocketOptionValues } from "./socket_options.ts";

/** One address that a {@link Lookup} finds. */
export interface LookupAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** As `dns.lookup`. */
export type Lookup = (
  hostname: string,
  options: { readonly family: number | undefined; readonly hints: number; readonly all?: boolean },
  callback: (
    error: Error | null,
    address: string | readonly LookupAddress[],
    family?: number,
  ) => void,
) => void;

/** `onread`: bytes go into one buffer of the user, and not through the stream. */
export interface OnReadOptions {
  /** The buffer, or a function that returns the next one. */
  readonly buffer: Uint8Array | (() => Uint8Array);
  /** Called with each piece; `false` pauses. */
  readonly callback: (this: unknown, bytesRead: number, buffer: Uint8Array) => unknown;
}

/** What only this package has, of sockets and of servers. */
export interface KernelOptions {
  /** The multiplexer to wait with. Default: `getDefaultMultiplexer()`. */
  readonly multiplexer?: MultiplexerName | undefined;
  /** Socket options by name, set before bind(2) and connect(2): `{ SO_RCVBUF: 65_536 }`. */
  readonly socketOptions?: SocketOptionValues | undefined;
}

/** What sockets and servers have in common, as in node:net. */
export interface StreamOptions extends KernelOptions {
  readonly allowHalfOpen?: boolean | undefined;
  readonly blockList?: BlockListLike | undefined;
  /** In bytes. */
  readonly highWaterMark?: number | undefined;
  readonly keepAlive?: boolean | undefined;
  /** In milliseconds. */
  readonly keepAliveInitialDelay?: number | undefined;
  readonly noDelay?: boolean | undefined;
}

/** Options of `new Socket()`, as node:net has them, and {@link KernelOptions}. */
export interface SocketConstructorOptions extends StreamOptions {
  readonly fd?: number | undefined;
  readonly onread?: OnReadOptions | null | undefined;
  readonly readable?: boolean | undefined;
  /** In bytes. */
  readonly readableHighWaterMark?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly typeOfService?: number | undefined;
  readonly writable?: boolean | undefined;
  /** In bytes. */
  readonly writableHighWaterMark?: number | undefined;
}

/** Options of `connect`, as node:net has them, and {@link KernelOptions}. */
export interface ConnectOptions extends SocketConstructorOptions {
  readonly autoSelectFamily?: boolean | undefined;
  /** In milliseconds. */
  readonly autoSelectFamilyAttemptTimeout?: number | undefined;
  readonly family?: number | string | undefined;
  readonly hints?: number | undefined;
  readonly host?: string | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly lookup?: Lookup | undefined;
  /** A unix socket: a path, or a null byte and an abstract name. */
  readonly path?: string | undefined;
  readonly port?: number | string | undefined;
  /** In milliseconds. */
  readonly timeout?: number | undefined;
}

/** Options of `createServer`, as node:net has them, and {@link KernelOptions}. */
export interface ServerOptions extends StreamOptions {
  readonly pauseOnConnect?: boolean | undefined;
}

/** Options of `server.listen`, as node:net has them, and {@link KernelOptions}. */
export interface ListenOptions extends KernelOptions {
  readonly backlog?: number | undefined;
  readonly exclusive?: boolean | undefined;
  readonly fd?: number | undefined;
  readonly host?: string | undefined;
  readonly ipv6Only?: boolean | undefined;
  readonly path?: string | undefined;
  readonly port?: number | string | null | undefined;
  readonly readableAll?: boolean | undefined;
  readonly reusePort?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly writableAll?: boolean | undefined;
}
