import { readOptions } from "../arguments.ts";
import type { ListenAddress } from "../reactor/acceptor.ts";
import type { Connection } from "../reactor/connection.ts";
import { daytimeText } from "./daytime_text.ts";
import { type OnReactor, SERVER_OPTIONS, type StreamServerOptions } from "./stream_options.ts";
import { StreamServer } from "./stream_server.ts";

/** A client that got its answer and does not close has this long. */
const IDLE_MS = 10_000;

/**
 * The daytime service: sends the local time to each client, `Sun Nov 29 01:33:22 2026` and CR LF, and ends. What it
 * gets is thrown away.
 *
 * @see https://www.rfc-editor.org/rfc/rfc867
 */
export class DaytimeServer extends StreamServer {
  /**
   * @param address - where to listen, or a socket that listens already, which the server owns from now on
   * @param options - `idleTimeoutMs` is 10 seconds by default: for clients that do not close
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(address: ListenAddress, options: StreamServerOptions & OnReactor = {}) {
    const { idleTimeoutMs = IDLE_MS } = readOptions(options, SERVER_OPTIONS);
    super(address, { onConnect: tell }, { ...options, idleTimeoutMs });
  }
}

/** Ends one direction, and closes after the client's end: a close with bytes unread would reset the answer. */
function tell(connection: Connection): void {
  connection.write(Buffer.from(daytimeText()));
  connection.end();
}
