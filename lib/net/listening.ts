import { AsyncResource } from "node:async_hooks";
import { chmodSync, unlinkSync } from "node:fs";
import { fdOf } from "../descriptors/descriptor.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { classOf } from "../failures/classes.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import { ReserveDescriptor } from "../reactor/reserve_descriptor.ts";
import { setTimeout } from "../runtime/timing.ts";
import { PeerNames } from "../socket/names.ts";
import { acceptedSocket, Socket as NativeSocket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { forEachAlone, type Loop, toError } from "./loop.ts";
import { setOptions, type SocketOptionValues } from "./socket_options.ts";
import { Watch } from "./watch.ts";

const MAX_BATCH = 16;
const FLAGS = sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK;
const { EAGAIN } = sys.errno;
/** How long accept(2) rests after an error that does not concern one connection, in milliseconds. */
const REST_MS = 100;

/** Where a server listens. */
export interface Place {
  readonly address: string | undefined;
  readonly port: number;
  readonly path: string | undefined;
  readonly ipv6Only: boolean;
  readonly reusePort: boolean;
  readonly socketOptions: SocketOptionValues | undefined;
}

/**
 * socket(2) and bind(2).
 *
 * @throws SystemError of the call that failed
 */
export function bindTo(place: Place): NativeSocket {
  const { address = "", path } = place;
  if (path !== undefined) checkPathLength(path);
  const isSix = address.includes(":");
  const family = path !== undefined ? sys.AF_UNIX : isSix ? sys.AF_INET6 : sys.AF_INET;
  const socket = NativeSocket.open(family, sys.SOCK_STREAM);
  try {
    if (path === undefined) {
      socket.setOption("SO_REUSEADDR", true);
      if (isSix) socket.setOption("IPV6_V6ONLY", place.ipv6Only);
      if (place.reusePort) socket.setOption("SO_REUSEPORT", true);
    }
    setOptions(socket, place.socketOptions);
    return socket.bind(path === undefined ? { address, port: place.port } : { path });
  } catch (error) {
    socket.close();
    // As libuv: a folder that is not there.
    if (isSystemError(error, "ENOENT")) throw new SystemError(sys.errno.EACCES, "bind", { path });
    throw error;
  }
}

/** @throws SystemError EINVAL: `struct sockaddr_un` has no room for it */
export function checkPathLength(path: string): void {
  if (Buffer.byteLength(path) > sys.SUN_PATH_SIZE)
    throw new SystemError(sys.errno.EINVAL, "bind", { path });
}

/** What is done with accepted connections. */
export interface AcceptHandlers {
  onConnection(socket: NativeSocket): void;
  /** @param errno - negative */
  onAcceptError(errno: number): void;
  /** The kernel does not watch the socket, for want of memory or descriptors. It is tried again after a moment. */
  onUnwatched(error: Error): void;
}

/** A socket that listens, and what accepts its connections. */
export class Listening {
  readonly native: NativeSocket;
  readonly #handlers: AcceptHandlers;
  readonly #watch: Watch;
  readonly #reserve = new ReserveDescriptor();
  readonly #names: PeerNames;
  readonly #fds = new Int32Array(MAX_BATCH);
  readonly #tickets = new Int32Array(MAX_BATCH);
  /** A file that close deletes. */
  readonly #file: string | undefined;
  #batch = 1;

  /** @param native - listens from now on; belongs to this object */
  constructor(
    native: NativeSocket,
    loop: Loop,
    backlog: number,
    handlers: AcceptHandlers,
    path: string | undefined,
  ) {
    this.native = native;
    this.#handlers = handlers;
    this.#file = path?.startsWith("\0") ? undefined : path;
    try {
      native.listen(backlog);
      this.#names = new PeerNames(MAX_BATCH, native.family);
      const resource = new AsyncResource("pollux.server");
      this.#watch = new Watch(loop, resource, {
        onReady: () => {
          this.#accept();
        },
        onFailed: (error) => {
          this.#rest();
          this.#handlers.onUnwatched(error);
        },
      });
      this.#watch.open(native);
      this.#watch.set(READABLE);
    } catch (error) {
      this.#reserve.close();
      native.close();
      throw error;
    }
  }

  reference(referenced: boolean): void {
    this.#watch.reference(referenced);
  }

  /** Lets others read or write the file of a unix socket. @throws Error of node:fs */
  chmod(readable: boolean, writable: boolean): void {
    if (this.#file === undefined) return;
    const read = readable ? 0o444 : 0;
    const write = writable ? 0o222 : 0;
    chmodSync(this.#file, 0o600 | read | write);
  }

  close(): void {
    if (this.native.closed) return;
    this.#watch.close();
    this.#reserve.close();
    this.native.close();
    if (this.#file !== undefined) unlinkQuietly(this.#file);
  }

  #accept(): void {
    const { bytes, lengths } = this.#names;
    const limit = this.#batch;
    const fd = fdOf(this.native);
    if (fd === -1) return;
    const count = sys.acceptMany(fd, FLAGS, this.#fds, this.#tickets, limit, bytes, lengths);
    const last = this.#fds[count - 1] ?? -EAGAIN;
    const accepted = last < 0 ? count - 1 : count;
    const sockets: NativeSocket[] = [];
    // Every descriptor has an owner before the first handler runs.
    for (let index = 0; index < accepted; index++) {
      const peer = this.#names.copy(index, limit);
      const [number, ticket] = [this.#fds[index] ?? -1, this.#tickets[index] ?? -1];
      sockets.push(acceptedSocket(number, ticket, true, peer));
    }
    // A full batch promises more; a single connection is not worth a second call.
    this.#batch = accepted === limit ? Math.min(MAX_BATCH, 2 * limit) : Math.max(1, accepted);
    forEachAlone(sockets, (socket) => {
      if (this.native.closed) socket.close();
      else this.#handlers.onConnection(socket);
    });
    if (last < 0 && last !== -EAGAIN && !this.native.closed) this.#survive(last);
  }

  #survive(errno: number): void {
    const kind = classOf("accept", nameOf(errno));
    if (kind === "retry") return;
    if (kind === "turn away" && this.#reserve.turnAway(() => sys.accept4(fdOf(this.native), FLAGS)))
      return;
    this.#rest();
    // As libuv: what passes when memory or descriptors come free is nobody's error.
    if (kind === "close") this.#handlers.onAcceptError(errno);
  }

  // The listener stays readable: being reported over and over would keep the processor busy.
  #rest(): void {
    this.#watchFor(0);
    setTimeout(() => {
      if (!this.native.closed) this.#watchFor(READABLE);
    }, REST_MS).unref();
  }

  #watchFor(interest: number): void {
    try {
      this.#watch.set(interest);
    } catch (error) {
      if (interest !== 0) this.#rest();
      this.#handlers.onUnwatched(toError(error));
    }
  }
}

function nameOf(errno: number): string {
  for (const [name, number] of Object.entries(sys.errno)) if (number === -errno) return name;
  return "";
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Other code has deleted it.
  }
}
