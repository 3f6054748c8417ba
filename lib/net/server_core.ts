import { tracingChannel } from "node:diagnostics_channel";
import { isSystemError } from "../errors.ts";
import { nextTick } from "../runtime/timing.ts";
import type { Socket as NativeSocket } from "../socket/socket.ts";
import { checkSignal, whenAborted } from "./abort.ts";
import { ADOPTION, type InternalOptions } from "./adoption.ts";
import { coreOf } from "./byte_stream.ts";
import { failedCall, failureToListen } from "./errors.ts";
import { type AcceptHandlers, bindTo, Listening, type Place } from "./listening.ts";
import { type Loop, toError } from "./loop.ts";
import { localName, peerName, type SocketName } from "./names.ts";
import type { Server } from "./server.ts";
import { Socket } from "./socket.ts";
import type { SocketOptionValues } from "./socket_options.ts";

const BACKLOG = 511;

/** What tools subscribe to, to see servers listen. */
export const tracing = tracingChannel<string, object>("net.server.listen");

/** What of a `Server` its users do not see: the listening socket, and how many connections there are. */
export class ServerCore implements AcceptHandlers {
  loop: Loop;
  connections = 0;
  socketOptions: SocketOptionValues | undefined;
  /** Changes with each `listen` and `close`: what an earlier one still waits for is dropped. */
  attempt = 1;
  path: string | undefined;
  readonly #server: Server;
  #listening: Listening | null = null;
  #referenced = true;

  constructor(server: Server, loop: Loop) {
    this.#server = server;
    this.loop = loop;
  }

  get open(): boolean {
    return this.#listening !== null;
  }

  get native(): NativeSocket | null {
    return this.#listening?.native ?? null;
  }

  /** The address; the path of a unix socket; `null`: it does not listen. */
  get name(): SocketName | string | null {
    const { native } = this;
    if (!native) return null;
    if (this.path !== undefined) return this.path;
    return localName(native);
  }

  /** Binds, on all addresses first of IPv6 and then of IPv4, and listens. @returns an error to be emitted */
  listenAt(place: Place, backlog: number): Error | null {
    const { path } = place;
    const isAny = place.address === undefined && path === undefined;
    let here = isAny ? { ...place, address: "::" } : place;
    let error = this.#tryListen(here, backlog);
    // Without IPv6. A port of it that is taken is an error.
    if (isAny && error && !isSystemError(error, "EADDRINUSE")) {
      here = { ...place, address: "0.0.0.0" };
      error = this.#tryListen(here, backlog);
    }
    if (error === null) return null;
    return failureToListen(error, path ?? here.address, path === undefined ? place.port : -1);
  }

  /** Listens with a socket that is bound. @returns an error to be emitted */
  listenWith(native: NativeSocket, backlog: number, path?: string): Error | null {
    try {
      this.path = path;
      this.#listening = new Listening(native, this.loop, backlog || BACKLOG, this, path);
      if (!this.#referenced) this.#listening.reference(false);
      return null;
    } catch (error) {
      return failureToListen(toError(error), null);
    }
  }

  chmod(readable: boolean, writable: boolean): void {
    this.#listening?.chmod(readable, writable);
  }

  close(): void {
    this.attempt++;
    this.#listening?.close();
    this.#listening = null;
    this.emitCloseIfDrained();
  }

  emit(event: string, ...args: readonly unknown[]): boolean {
    return this.#server.emit(event, ...args);
  }

  /** Closes the server when the signal is aborted. */
  closeOnAbort(signal: unknown): void {
    const server = this.#server;
    const forget = whenAborted(checkSignal(signal, "options.signal"), () => {
      server.close();
    });
    server.once("close", forget);
  }

  /** Emits "listening" or "error", in the next tick. */
  settle(error: Error | null): void {
    const server = this.#server;
    if (error === null) {
      if (tracing.asyncEnd.hasSubscribers) tracing.asyncEnd.publish({ server });
      nextTick(() => {
        if (this.open) server.emit("listening");
      });
      return;
    }
    if (tracing.error.hasSubscribers) tracing.error.publish({ server, error });
    nextTick(() => {
      server.emit("error", error);
    });
  }

  reference(referenced: boolean): void {
    this.#referenced = referenced;
    this.#listening?.reference(referenced);
  }

  emitCloseIfDrained(): void {
    if (this.open || this.connections > 0) return;
    nextTick(() => {
      this.#server.emit("close");
    });
  }

  onConnection(native: NativeSocket): void {
    const server = this.#server;
    const { maxConnections } = server;
    const isLimited = maxConnections !== undefined && maxConnections !== null;
    if (isLimited && this.connections >= maxConnections) {
      this.#drop(native);
      return;
    }
    if (this.#isBlocked(native)) {
      native.close();
      return;
    }
    const { allowHalfOpen, highWaterMark, pauseOnConnect } = server;
    // In one piece: V8 is slow with objects that get a symbol later.
    const options: InternalOptions = {
      allowHalfOpen,
      multiplexer: this.loop.name,
      pauseOnCreate: pauseOnConnect,
      readableHighWaterMark: highWaterMark,
      writableHighWaterMark: highWaterMark,
      [ADOPTION]: { descriptor: native, kind: "socket", isBound: false },
    };
    const socket = new Socket(options);
    if (socket.destroyed) {
      // It cannot be watched: select takes descriptors below its capacity only.
      socket.on("error", () => undefined);
      server.emit("drop");
      return;
    }
    this.#tune(socket);
    this.connections++;
    socket.server = server;
    coreOf(socket).onClosed = () => {
      this.connections--;
      this.emitCloseIfDrained();
    };
    server.emit("connection", socket);
  }

  onAcceptError(errno: number): void {
    this.#server.emit("error", failedCall(errno, "accept"));
  }

  onUnwatched(error: Error): void {
    this.#server.emit("error", error);
  }

  #tryListen(place: Place, backlog: number): Error | null {
    try {
      const native = bindTo(place);
      const path = place.path;
      this.path = path;
      this.#listening = new Listening(native, this.loop, backlog || BACKLOG, this, path);
      if (!this.#referenced) this.#listening.reference(false);
      return null;
    } catch (error) {
      return toError(error);
    }
  }

  #tune(socket: Socket): void {
    const { noDelay, keepAlive, keepAliveInitialDelay: delay } = this.#server;
    if (noDelay) socket.setNoDelay(true);
    if (!keepAlive) return;
    const times = { delay, interval: undefined, count: undefined };
    coreOf(socket).tuning.keepAlive = { enabled: true, ...times };
  }

  #drop(native: NativeSocket): void {
    const local = localName(native);
    const remote = peerName(native);
    native.close();
    if (remote.address === undefined) this.#server.emit("drop");
    else {
      this.#server.emit("drop", {
        localAddress: local.address,
        localPort: local.port,
        localFamily: local.family,
        remoteAddress: remote.address,
        remotePort: remote.port,
        remoteFamily: remote.family,
      });
    }
  }

  #isBlocked(native: NativeSocket): boolean {
    const { blockList } = this.#server;
    if (!blockList) return false;
    const { address, family } = peerName(native);
    if (address === undefined) return false;
    return blockList.check(address, family === "IPv6" ? "ipv6" : "ipv4");
  }
}
