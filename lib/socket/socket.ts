import { Address, type AddressLike } from "../address/address.ts";
import { aBoolean, checkBits, type OptionTable, readOptions } from "../arguments.ts";
import { fdOf, neverBlocks, setNeverBlocks } from "../descriptors/descriptor.ts";
import { whereFree } from "../descriptors/forgotten.ts";
import { SystemError, checkNonBlocking } from "../errors.ts";
import type { Constant, OptionLevel, OptionNumber, ProtocolNumber } from "../native/constants.ts";
import type { Bytes } from "../native/native.ts";
import { type GetArguments, getOption, type SetArguments, setOption } from "../options/options.ts";
import type {
  OptionInput,
  OptionQuery,
  OptionValue,
  ReadableOption,
  WritableOption,
} from "../options/table.ts";
import * as sys from "../sys/index.ts";
import { type BindOptions, bindSocket } from "./bind.ts";
import {
  type ConnectOptions,
  connectOnce,
  connectSync,
  connectWaiting,
  disconnect,
  noteFailure,
} from "./connect.ts";
import { waitToAccept } from "./blocking_calls.ts";
import { MessageSocket } from "./message_socket.ts";
import { type Peer, PeerNames, localName, remoteName } from "./names.ts";
import { duplicateOfNode, type NodeHandle } from "./node_handle.ts";

/** How a {@link Socket} is opened. */
export interface SocketOptions {
  /**
   * Whether calls block, up to SO_RCVTIMEO and SO_SNDTIMEO; `worker.terminate()` and `process.exit()` end
   * them. Default: `false`, they return `null` instead.
   */
  readonly blocking?: boolean;
}

const OPTIONS: OptionTable<SocketOptions> = { blocking: aBoolean };

/** The result of {@link Socket.acceptFrom}. */
export interface AcceptedFrom {
  /** The connection, which the caller owns. */
  readonly socket: Socket;
  /** The peer's address. */
  readonly address: Address;
}

const accepted = new Int32Array(1);
const tickets = new Int32Array(1);
const peerNames = new PeerNames(1, sys.AF_INET6);

/** The non-blocking socket of a connection that a `Listener` has accepted. */
export let acceptedSocket: (fd: number, ticket: number, isStream: boolean, peer: Peer) => Socket;

/** Whether it is one of {@link acceptedSocket}, and of a stream. */
export let isAcceptedStream: (socket: Socket) => boolean;

/**
 * Owns one socket, which is close-on-exec and, by default, non-blocking. Calls return `null` if they would
 * block. They are those of the manual pages, with {@link Address} for addresses and without SIGPIPE.
 */
export class Socket extends MessageSocket {
  /** What accept4(2) told. */
  #peer: Peer = null;
  #isStream = false;

  static {
    acceptedSocket = (fd, ticket, isStream, peer) => {
      const socket = new Socket(fd, ticket, true);
      socket.#peer = peer;
      socket.#isStream = isStream;
      return socket;
    };
    isAcceptedStream = (socket) => #isStream in socket && socket.#isStream;
  }

  /**
   * socket(2).
   *
   * @param family - AF_INET, AF_INET6, AF_UNIX, …
   * @param type - SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW
   * @param protocol - IPPROTO_…; 0: the default for the type
   * @throws SystemError as {@link sys.socket}
   */
  static open(
    family: Constant<"AF">,
    type: Constant<"SOCK">,
    protocol: ProtocolNumber = 0,
    options: SocketOptions = {},
  ): Socket {
    const flags = flagsOf(options);
    checkBits(family, "family");
    const typeAndFlags = checkBits(type, "type") | flags;
    const fd = whereFree(() => sys.socket(family, typeAndFlags, protocol));
    return new Socket(fd, undefined, (flags & sys.SOCK_NONBLOCK) !== 0);
  }

  /**
   * Adopts an open socket, which this object then closes. Its flags stay as they are; family, type and
   * protocol are read from the kernel.
   *
   * @throws SystemError EBADF, ENOTSOCK: `fd` is not an open socket; it is not closed
   */
  static fromFd(fd: number): Socket {
    sys.getsockopt(checkBits(fd, "fd"), sys.SOL_SOCKET, sys.SO_TYPE);
    return new Socket(fd);
  }

  /**
   * Duplicates the descriptor of a `net.Socket` or `net.Server`, close-on-exec. Node keeps its own, and each
   * side closes its own. Both share the connection, its options and O_NONBLOCK. The first reader gets the
   * data; `pause()` keeps Node from reading.
   *
   * @throws TypeError: it is neither; a `dgram.Socket` is not supported. Error ERR_INVALID_STATE: it is not
   * open. SystemError EMFILE; ENOTSOCK: it is a pipe or a terminal, as `process.stdin` can be
   */
  static fromNode(owner: NodeHandle): Socket {
    return new Socket(duplicateOfNode(owner));
  }

  /** socketpair(2): two connected sockets. */
  static pair(
    type: Constant<"SOCK"> = sys.SOCK_STREAM,
    options: SocketOptions = {},
    family: Constant<"AF"> = sys.AF_UNIX,
  ): [Socket, Socket] {
    const flags = flagsOf(options);
    const typeAndFlags = checkBits(type, "type") | flags;
    checkBits(family, "family");
    const [first, second] = whereFree(() => sys.socketpair(family, typeAndFlags));
    const known = (flags & sys.SOCK_NONBLOCK) !== 0;
    return [new Socket(first, undefined, known), new Socket(second, undefined, known)];
  }

  /** AF_… of the socket. */
  get family(): number {
    return this.getOption(sys.SOL_SOCKET, sys.SO_DOMAIN);
  }

  /** SOCK_… of the socket. */
  get type(): number {
    return this.getOption(sys.SOL_SOCKET, sys.SO_TYPE);
  }

  /** IPPROTO_… of the socket. */
  get protocol(): number {
    return this.getOption(sys.SOL_SOCKET, sys.SO_PROTOCOL);
  }

  /** Whether calls block (O_NONBLOCK is off). */
  get blocking(): boolean {
    return (sys.fcntl(fdOf(this), sys.F_GETFL) & sys.O_NONBLOCK) === 0;
  }

  set blocking(blocking: boolean) {
    const flags = sys.fcntl(fdOf(this), sys.F_GETFL);
    const wanted = blocking ? flags & ~sys.O_NONBLOCK : flags | sys.O_NONBLOCK;
    if (wanted !== flags) sys.fcntl(fdOf(this), sys.F_SETFL, wanted);
    setNeverBlocks(this, !blocking);
  }

  /**
   * bind(2). Errors name the address.
   *
   * @throws SystemError EADDRINUSE: with `unlinkStale` only if the path is in use, or is not a socket
   */
  bind(address: AddressLike, options: BindOptions = {}): this {
    bindSocket(this, Address.from(address), options);
    return this;
  }

  /** listen(2). */
  listen(backlog: number = sys.SOMAXCONN): this {
    sys.listen(fdOf(this), backlog);
    return this;
  }

  /**
   * accept4(2): the first queued connection, close-on-exec.
   *
   * @returns `null` if the call would block
   */
  accept(options: SocketOptions = {}): Socket | null {
    const flags = flagsOf(options);
    if (!waitToAccept(this, fdOf(this))) return null;
    return whereFree(() => {
      sys.acceptMany(fdOf(this), flags, accepted, tickets, 1, peerNames.bytes, peerNames.lengths);
      const fd = checkNonBlocking(accepted[0]!, "accept4", fdOf(this));
      if (fd === null) return null;
      const socket = new Socket(fd, tickets[0], (flags & sys.SOCK_NONBLOCK) !== 0);
      socket.#peer = peerNames.copy(0, 1);
      return socket;
    });
  }

  /** As {@link accept}, with the peer's address. */
  acceptFrom(options: SocketOptions = {}): AcceptedFrom | null {
    const addr = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
    const addrlen = new Uint32Array(1);
    const flags = flagsOf(options);
    if (!waitToAccept(this, fdOf(this))) return null;
    return whereFree(() => {
      const fd = sys.accept4(fdOf(this), flags, addr, addrlen);
      if (fd === null) return null;
      const socket = new Socket(fd, undefined, (flags & sys.SOCK_NONBLOCK) !== 0);
      socket.#peer = addr.slice(0, addrlen[0]);
      return { socket, address: Address.fromKernel(addr, addrlen[0] ?? 0) };
    });
  }

  /**
   * connect(2). Errors name the address.
   *
   * @returns `true`: connected. `false`: under way; when the socket becomes writable, {@link takeError} has
   * the outcome. `null`: the queue of the unix listener is full, and nothing is under way
   * @throws ERR_INVALID_STATE: an earlier connect of this stream socket failed
   */
  connect(address: AddressLike): boolean | null {
    const to = Address.from(address);
    return neverBlocks(this) ? connectOnce(this, to) : connectWaiting(this, to);
  }

  /** Connects, and blocks until the outcome is known: {@link connectSync}. */
  connectSync(address: AddressLike, options?: ConnectOptions): this {
    connectSync(this, address, options);
    return this;
  }

  /** Ends the connection, or the attempt to connect: connect(2) to AF_UNSPEC. */
  disconnect(): void {
    disconnect(this);
  }

  /** shutdown(2): ends one direction (SHUT_RD, SHUT_WR) or both (SHUT_RDWR). */
  shutdown(how: number): void {
    sys.shutdown(fdOf(this), how);
  }

  /** getsockname(2): the socket's own address. */
  get localAddress(): Address {
    return localName(fdOf(this));
  }

  /**
   * getpeername(2): the address of the peer. Of an accepted connection of IPv4 or IPv6 it stays known after
   * the peer has reset it, and after it was closed.
   *
   * @throws SystemError ENOTCONN: not connected, or no longer. EBADF: closed
   */
  get remoteAddress(): Address {
    return remoteName(fdOf(this), this.#peer);
  }

  /**
   * getsockopt(2): `getOption("SO_LINGER")`, with the option's own type. By level and number, an
   * int; with `size`, bytes.
   */
  getOption<N extends ReadableOption>(name: N, query?: OptionQuery<N>): OptionValue<N>;
  getOption(level: OptionLevel, optname: OptionNumber): number;
  getOption(level: OptionLevel, optname: OptionNumber, size: number): Uint8Array;
  getOption(...args: GetArguments): unknown {
    return getOption(fdOf(this), ...args);
  }

  /**
   * setsockopt(2): `setOption("SO_LINGER", { onoff: true, linger: 5 })`. By level and number, an
   * int or bytes.
   */
  setOption<N extends WritableOption>(name: N, value: OptionInput<N>): this;
  setOption(level: OptionLevel, optname: OptionNumber, optval: number | Bytes): this;
  setOption(...args: SetArguments): this {
    // A close that lingers or resets does not replace shutdown(2): reading `fd` marks it as shared, and a
    // shared socket gets both.
    const lingers = args[0] === "SO_LINGER" || args[1] === sys.SO_LINGER;
    setOption(lingers ? this.fd : fdOf(this), ...args);
    return this;
  }

  /**
   * F_DUPFD_CLOEXEC: another descriptor of the same socket, close-on-exec, which its own object closes. Both share the
   * connection, its options and O_NONBLOCK, and the first reader gets the data. The connection ends when the last
   * descriptor is closed, or by {@link shutdown} of either. Does not block.
   *
   * @throws SystemError EBADF: closed. EMFILE: no descriptor is free
   */
  duplicate(): Socket {
    const fd = whereFree(() => sys.fcntl(this.fd, sys.F_DUPFD_CLOEXEC));
    const socket = new Socket(fd);
    socket.#peer = this.#peer;
    socket.#isStream = this.#isStream;
    return socket;
  }

  /** SO_ERROR: returns and clears the pending error; `null` if there is none. */
  takeError(): SystemError | null {
    const number = this.getOption(sys.SOL_SOCKET, sys.SO_ERROR);
    if (number === 0) return null;
    const error = new SystemError(number, "connect", { fd: fdOf(this) });
    noteFailure(this, error);
    return error;
  }
}

function flagsOf(options: SocketOptions): number {
  const { blocking = false } = readOptions(options, OPTIONS);
  return sys.SOCK_CLOEXEC | (blocking ? 0 : sys.SOCK_NONBLOCK);
}
