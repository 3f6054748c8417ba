import type { Address } from "../address/address.ts";
import { isSystemError } from "../errors.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { Connecting } from "./connecting.ts";
import type { ManagerCore } from "./core.ts";
import { DatagramLink } from "./datagram_link.ts";
import type { ManagerHandler } from "./events.ts";
import { Listening } from "./listening.ts";
import { ManagerConnection } from "./manager_connection.ts";
import type {
  ConnectUrlOptions,
  ListenUrlOptions,
  ManagerConnectionOptions,
} from "./manager_options.ts";
import { type ManagerUrl, localAddress } from "./manager_url.ts";
import { StreamLink } from "./stream_link.ts";

/** Makes the connections of a manager. */
export class Opener {
  readonly #core: ManagerCore;

  constructor(core: ManagerCore) {
    this.#core = core;
  }

  /** @throws as `EventManager.listen` */
  listen(url: ManagerUrl, handler: ManagerHandler, options: ListenUrlOptions): ManagerConnection {
    const address = localAddress(url);
    const listener = new ManagerConnection(this.#core, "listener", url.transport, handler, options);
    return this.#open(listener, () => {
      if (url.transport === "udp") this.#serveDatagrams(listener, address, options);
      else {
        const accept = (socket: Socket): void => {
          this.#accept(socket, listener, options);
        };
        listener.begin(new Listening(this.#core, listener, address, options, accept));
      }
    });
  }

  connect(url: ManagerUrl, handler: ManagerHandler, options: ConnectUrlOptions): ManagerConnection {
    const client = new ManagerConnection(this.#core, "client", url.transport, handler, options);
    client.tell({ type: "open" });
    if (client.closed) return client;
    const connecting = new Connecting(this.#core, url, options.timeoutMs ?? Infinity, {
      resolved: () => {
        client.tell({ type: "resolve" });
      },
      connected: (socket, peer) => {
        this.#connected(client, socket, peer);
      },
      failed: (error) => {
        client.fail(error);
      },
    });
    client.begin(connecting);
    return client;
  }

  /** @throws as the constructor of `Connection` */
  wrap(
    socket: Socket,
    handler: ManagerHandler,
    options: ManagerConnectionOptions,
  ): ManagerConnection {
    const transport = socket.family === sys.AF_UNIX ? "unix" : "tcp";
    const connection = new ManagerConnection(this.#core, "wrapped", transport, handler, options);
    return this.#open(connection, () => {
      connection.establish(new StreamLink(this.#core, connection, socket), peerOf(socket));
    });
  }

  /** Tells `open` if `begin` succeeds. If not, there was no connection. */
  #open(connection: ManagerConnection, begin: () => void): ManagerConnection {
    try {
      begin();
    } catch (error) {
      this.#core.remove(connection);
      throw error;
    }
    connection.tell({ type: "open" });
    return connection;
  }

  #serveDatagrams(
    listener: ManagerConnection,
    address: Address,
    { reusePort = false }: ListenUrlOptions,
  ): void {
    const socket = Socket.open(address.family, sys.SOCK_DGRAM);
    try {
      if (reusePort) socket.setOption(sys.SOL_SOCKET, sys.SO_REUSEPORT, 1);
      socket.bind(address);
    } catch (error) {
      socket.close();
      throw error;
    }
    listener.establish(new DatagramLink(this.#core, listener, socket, null), null);
  }

  #accept(socket: Socket, listener: ManagerConnection, options: ListenUrlOptions): void {
    const { transport, handler } = listener;
    const connection = new ManagerConnection(this.#core, "accepted", transport, handler, options);
    this.#open(connection, () => {
      setNoDelay(connection, socket);
      connection.establish(new StreamLink(this.#core, connection, socket), peerOf(socket));
    });
    connection.tell({ type: "accept" });
  }

  #connected(client: ManagerConnection, socket: Socket, peer: Address): void {
    try {
      setNoDelay(client, socket);
      client.establish(this.#linkFor(client, socket, peer), peer);
    } catch (error) {
      socket.close();
      client.gone(error);
      return;
    }
    client.tell({ type: "connect" });
  }

  #linkFor(client: ManagerConnection, socket: Socket, peer: Address): StreamLink | DatagramLink {
    return client.transport === "udp"
      ? new DatagramLink(this.#core, client, socket, peer)
      : new StreamLink(this.#core, client, socket);
  }
}

// As mongoose: a handler that answers in several parts does not wait for the peer's acknowledgements.
function setNoDelay({ transport }: ManagerConnection, socket: Socket): void {
  if (transport === "tcp") socket.setOption(sys.IPPROTO_TCP, sys.TCP_NODELAY, 1);
}

/** The peer of a connected socket; `null` if it is gone already. */
function peerOf(socket: Socket): Address | null {
  try {
    return socket.remoteAddress;
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
