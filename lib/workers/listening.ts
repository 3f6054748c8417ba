import { Address, type AddressLike, kernelBytes } from "../address/address.ts";
import { invalidArgValue } from "../arguments.ts";
import { asParts, type Whole } from "../descriptors/forgotten.ts";
import { acceptNewcomers, refuseNewcomers } from "../reactor/newcomers.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { byProcessor, isPerSlot, type Share } from "./share.ts";

/** What the sockets are opened with. */
export interface ListeningOptions {
  readonly share: Share;
  readonly workers: number;
  readonly backlog?: number | undefined;
  /** Whether to delete the file of a unix socket that a dead server left. */
  readonly unlinkStale?: boolean | undefined;
}

/**
 * The listening sockets of a supervisor, which outlive its workers: while it holds a socket open, what is queued
 * there is not lost.
 */
export class Listening implements Disposable {
  /** Where clients connect to, in the order that was asked for. */
  readonly addresses: readonly Address[];
  readonly #share: Share;
  readonly #workers: number;
  /** For each address, its sockets. */
  readonly #sockets: readonly (readonly Socket[])[];

  private constructor(
    addresses: readonly Address[],
    sockets: Socket[][],
    options: ListeningOptions,
  ) {
    this.addresses = addresses;
    this.#sockets = sockets;
    this.#share = options.share;
    this.#workers = options.workers;
  }

  /**
   * Opens what is missing.
   *
   * @param adopted - sockets that listen already, from systemd or an earlier supervisor. Each is used for the
   * address that it is bound to; all are closed if this fails
   * @throws SystemError EADDRINUSE…
   */
  static open(
    whole: Whole,
    wanted: readonly AddressLike[],
    adopted: readonly Socket[],
    options: ListeningOptions,
  ): Listening {
    const opened: Socket[] = [...adopted];
    try {
      const known = adopted.map((socket) => ({ socket, address: String(socket.localAddress) }));
      const addresses: Address[] = [];
      const sockets = wanted.map((each) => {
        const address = Address.from(each);
        const group = known
          .filter((one) => one.address === String(address))
          .map(({ socket }) => socket);
        addresses.push(asParts(whole, () => complete(group, address, options, opened)));
        return group;
      });
      const unused = known.find(({ socket }) => !sockets.some((group) => group.includes(socket)));
      if (unused) {
        throw invalidArgValue(
          "listen",
          `a list with ${unused.address}, which was handed over`,
          wanted,
        );
      }
      for (const socket of adopted) acceptNewcomers(socket);
      return new Listening(addresses, sockets, options);
    } catch (error) {
      for (const socket of opened) socket.close();
      throw error;
    }
  }

  /** The addresses, as a worker gets them. */
  get packed(): readonly string[] {
    return this.addresses.map((each) => Buffer.from(kernelBytes(each)).toString("hex"));
  }

  /** All sockets of the addresses, in their order. */
  get all(): readonly Socket[] {
    return this.#sockets.flat();
  }

  /** The sockets that a slot accepts from, for each address; its own, or those of all slots. */
  of(slot: number): readonly (readonly Socket[])[] {
    if (!isPerSlot(this.#share)) return this.#sockets;
    // An earlier supervisor may have had more slots: their queues need to be served, too.
    return this.#sockets.map((group) => group.filter((_, index) => index % this.#workers === slot));
  }

  /** Lets no more connections arrive; those that wait can still be accepted. */
  refuseNewcomers(): void {
    for (const socket of this.all) refuseNewcomers(socket);
  }

  close(): void {
    for (const socket of this.all) socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Opens the sockets that a group lacks. @returns the address of all of them */
function complete(
  group: Socket[],
  wanted: Address,
  options: ListeningOptions,
  opened: Socket[],
): Address {
  const { share, workers, backlog, unlinkStale = false } = options;
  const perSlot = isPerSlot(share);
  if (perSlot && wanted.family === sys.AF_UNIX) {
    throw invalidArgValue("share", "one that shares a socket, for a unix address", share);
  }
  let address = group[0]?.localAddress ?? wanted;
  while (group.length < (perSlot ? workers : 1)) {
    const isFirst = group.length === 0;
    const socket = Socket.open(wanted.family, sys.SOCK_STREAM);
    group.push(socket);
    opened.push(socket);
    if (wanted.family !== sys.AF_UNIX) socket.setOption("SO_REUSEADDR", true);
    // The first one is bound without it: else another server's address would be shared, not refused.
    if (perSlot && !isFirst) socket.setOption("SO_REUSEPORT", true);
    socket.bind(address, { unlinkStale });
    if (perSlot && isFirst) socket.setOption("SO_REUSEPORT", true);
    socket.listen(backlog);
    address = socket.localAddress; // the next ones take the same port
  }
  for (const socket of group) socket.blocking = false;
  if (share === "steered") {
    // The sockets have their places in the group in the order in which they began to listen.
    group[0]?.setOption("SO_ATTACH_REUSEPORT_CBPF", byProcessor(group.length));
  }
  return address;
}
