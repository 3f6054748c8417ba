import { oneOf, type OptionTable, readOptions } from "../arguments.ts";
import type { ListenAddress } from "../reactor/acceptor.ts";
import type { Connection } from "../reactor/connection.ts";
import {
  ON_REACTOR,
  type OnReactor,
  type ServerProtocol,
  STREAM_OPTIONS,
  type StreamServerOptions,
  type StreamTotals,
} from "./stream_options.ts";
import { StreamServer } from "./stream_server.ts";
import { TRANSFORMS, type Transform, type TransformName, upper } from "./transform.ts";

/** Options of an {@link EchoServer}. */
export interface EchoServerOptions extends StreamServerOptions {
  /** How the bytes change before they are sent back. Default: "none". */
  readonly transform?: TransformName;
}

/** Counters of an echo server without limits. */
export type EchoTotals = Omit<StreamTotals, "limits">;

/** Also used by `EchoThread`. */
export const ECHO_OPTIONS: OptionTable<EchoServerOptions> = {
  ...STREAM_OPTIONS,
  transform: oneOf(...TRANSFORMS),
};

const OPTIONS: OptionTable<EchoServerOptions & OnReactor> = { ...ECHO_OPTIONS, ...ON_REACTOR };

/** Sends back what arrives (RFC 862). */
class Echo implements ServerProtocol {
  readonly #transform: Transform | null;

  constructor(transform: Transform | null) {
    this.#transform = transform;
  }

  onData(connection: Connection, buffer: Uint8Array, offset: number, length: number): undefined {
    this.#transform?.(buffer, offset, length);
    connection.write(buffer, offset, length);
  }
}

/**
 * The TCP echo servers of the notes in one class: select, poll, epoll level- or edge-triggered, plain or
 * upper-casing. {@link runSync} runs on the calling thread; `EchoThread` starts one in a worker.
 */
export class EchoServer extends StreamServer {
  /**
   * @param address - where to listen, or a socket that listens already, which the server owns from now on
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(address: ListenAddress, options: EchoServerOptions & OnReactor = {}) {
    const { transform = "none", ...others } = readOptions(options, OPTIONS);
    super(address, new Echo(transform === "upper" ? upper : null), others);
  }
}
