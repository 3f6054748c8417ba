import type { Address } from "../address/address.ts";
import { Listener } from "../reactor/listener.ts";
import type { Socket } from "../socket/socket.ts";
import type { ManagerCore } from "./core.ts";
import type { Beginning } from "./link.ts";
import type { ListenUrlOptions } from "./manager_options.ts";
import type { ManagerConnection } from "./manager_connection.ts";
import { SocketFile } from "./socket_file.ts";

/** A listener of streams: each connection that it accepts gets its handler. */
export class Listening implements Beginning {
  readonly socket = null;
  readonly #listener: Listener;
  readonly #file: SocketFile | null;

  /**
   * @param accept - makes a connection of a socket
   * @throws as the constructor of `Listener`
   */
  constructor(
    core: ManagerCore,
    owner: ManagerConnection,
    address: Address,
    { backlog, reusePort, unlinkStale = true }: ListenUrlOptions,
    accept: (socket: Socket) => void,
  ) {
    this.#listener = new Listener(core.reactor, address, {
      ...(backlog !== undefined && { backlog }),
      ...(reusePort !== undefined && { reusePort }),
      unlinkStale,
      onConnection: accept,
      onError: (error) => {
        owner.tell({ type: "error", error: error as Error });
        // It closes after this call if its descriptor is no listener any more.
        core.reactor.setTimer(0, () => {
          if (this.#listener.closed) owner.gone(null);
        });
      },
    });
    this.#file = SocketFile.of(address);
  }

  get address(): Address {
    return this.#listener.address;
  }

  pause(): void {
    this.#listener.pause();
  }

  resume(): void {
    this.#listener.resume();
  }

  /** Accepts those that are established already, and no others, and closes. */
  drain(onDrained: () => void): void {
    this.#file?.remove();
    this.#listener.drain(onDrained);
  }

  close(): void {
    this.#file?.remove();
    this.#listener.close();
  }
}
