import type { ListenAddress } from "../reactor/acceptor.ts";
import type { OnReactor, StreamServerOptions } from "./stream_options.ts";
import { StreamServer } from "./stream_server.ts";

/**
 * The discard service: throws away what it gets, and answers nothing but the end of the stream.
 *
 * @see https://www.rfc-editor.org/rfc/rfc863
 */
export class DiscardServer extends StreamServer {
  /**
   * @param address - where to listen, or a socket that listens already, which the server owns from now on
   * @throws SystemError EADDRINUSE… that names the address. TypeError: an option that does not exist
   */
  constructor(address: ListenAddress, options: StreamServerOptions & OnReactor = {}) {
    super(address, {}, options);
  }
}
