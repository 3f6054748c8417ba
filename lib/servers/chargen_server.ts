import { readOptions } from "../arguments.ts";
import type { ListenAddress } from "../reactor/acceptor.ts";
import type { Connection } from "../reactor/connection.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { chargenText, LINE, PERIOD } from "./chargen_text.ts";
import {
  type OnReactor,
  SERVER_OPTIONS,
  type ServerProtocol,
  type StreamServerOptions,
} from "./stream_options.ts";
import { StreamServer } from "./stream_server.ts";

/** Also the high-water mark: most clients of such a server read slowly, or not at all. */
const BLOCK = 16 * 1024;
/** As many whole lines as a block has room for. */
const STREAM_BLOCK = Math.floor(BLOCK / LINE) * LINE;
/** Made by the first server: it takes longer than to load all the rest of this file. */
let lines: Uint8Array | null = null;

/**
 * The character generator: sends lines for as long as the client reads, and throws away what it gets. Ends when the
 * client does, also by a half-close: RFC 864 wants the careful close answered, and nothing else shows it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc864
 */
export class ChargenServer extends StreamServer {
  /**
   * @param address - where to listen, or a socket that listens already, which the server owns from now on
   * @param options - with `type: "seqpacket"`, each line is a message; `highWaterMark` is 16 KiB by default
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(address: ListenAddress, options: StreamServerOptions & OnReactor = {}) {
    const { type, highWaterMark = BLOCK } = readOptions(options, SERVER_OPTIONS);
    const chargen = new Chargen(type === "seqpacket" ? LINE : STREAM_BLOCK);
    super(address, chargen, { ...options, highWaterMark });
    chargen.reactor = this.reactor;
  }
}

class Chargen implements ServerProtocol {
  /** Set before the first client is accepted. */
  reactor: Reactor | null = null;
  readonly #lines = (lines ??= chargenText(PERIOD + STREAM_BLOCK));
  /** How much is written at once, in bytes. */
  readonly #block: number;

  constructor(block: number) {
    this.#block = block;
  }

  onConnect(connection: Connection): void {
    this.#write(connection);
  }

  onDrain(connection: Connection): void {
    this.#write(connection);
  }

  #write(connection: Connection): void {
    if (!connection.writable) return;
    const written = connection.bytesOut + connection.writableLength;
    const goesOn = connection.write(this.#lines, written % PERIOD, this.#block);
    // The others get their turn before a client that reads as fast as this writes.
    if (goesOn) this.reactor?.setTimer(0, () => this.#write(connection));
  }
}
