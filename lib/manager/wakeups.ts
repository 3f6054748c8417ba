import type { Address } from "../address/address.ts";
import { Connection, type Protocol } from "../reactor/connection.ts";
import { Listener } from "../reactor/listener.ts";
import type { Socket } from "../socket/socket.ts";
import type { ManagerCore } from "./core.ts";
import { EVERYONE, HEADER_BYTES, addresseeOf } from "./wakeup_message.ts";

/**
 * Where the messages of other threads arrive. Each sender has a connection of its own, on a unix socket that keeps
 * message boundaries: the kernel holds what was sent even when the sender's thread has ended, and no thread writes
 * to a number that may have been closed and reused. While a connection of the manager is congested, nothing is
 * taken, and the senders have to wait.
 */
export class Wakeups implements Protocol {
  readonly #core: ManagerCore;
  readonly #listener: Listener;
  readonly #senders = new Set<Connection>();

  constructor(core: ManagerCore) {
    this.#core = core;
    // Without a name: the kernel picks an abstract one. A sender that finds no free descriptor waits for one: what
    // it has sent already must not be lost.
    this.#listener = new Listener(
      core.reactor,
      { path: "" },
      {
        type: "seqpacket",
        turnAway: false,
        onConnection: (socket) => {
          this.#accept(socket);
        },
      },
    );
    core.onRelieved = () => {
      for (const sender of this.#senders) sender.resume();
    };
  }

  get address(): Address {
    return this.#listener.address;
  }

  close(): void {
    this.#listener.close();
    for (const sender of [...this.#senders]) sender.close();
  }

  /** @internal Called by a connection: one message. */
  onData(_: Connection, buffer: Uint8Array, offset: number, length: number): number {
    if (length >= HEADER_BYTES) {
      const bytes = buffer.subarray(offset + HEADER_BYTES, offset + length);
      deliver(this.#core, addresseeOf(buffer, offset), bytes);
    }
    if (this.#core.congested) for (const sender of this.#senders) sender.pause();
    return length;
  }

  /** @internal Called by a connection. */
  onEnd(sender: Connection): void {
    sender.end();
  }

  /** @internal Called by a connection. */
  onClose(sender: Connection): void {
    this.#senders.delete(sender);
  }

  #accept(socket: Socket): void {
    // An abstract name has no permissions: any process could connect to it.
    if (socket.getOption("SO_PEERCRED").pid !== process.pid) {
      socket.close();
      return;
    }
    const sender = new Connection(this.#core.reactor, socket, this);
    this.#senders.add(sender);
    if (this.#core.congested) sender.pause();
  }
}

/** @returns whether there was someone to deliver it to */
export function deliver(core: ManagerCore, addressee: number, bytes: Uint8Array): boolean {
  const { connections, lastId } = core;
  if (addressee !== EVERYONE) {
    const connection = connections.get(addressee);
    if (connection?.state !== "open") return false;
    connection.tell({ type: "wakeup", data: bytes });
    return true;
  }
  for (const connection of connections.values()) {
    // Those that a handler opens meanwhile come last.
    if (connection.id > lastId) break;
    if (connection.state === "open") connection.tell({ type: "wakeup", data: bytes });
  }
  return true;
}
