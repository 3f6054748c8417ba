import { addAbortSignal, Duplex } from "node:stream";
import { nextTick } from "../runtime/timing.ts";
import type { InternalOptions } from "./adoption.ts";
import type { BlockListLike } from "./connecting.ts";
import { adoptionIn, isOnRead, keepAliveOf, readOptions, streamOptions } from "./constructing.ts";
import { checkMultiplexer, getDefaultMultiplexer } from "./defaults.ts";
import { endedByPeer } from "./errors.ts";
import { loopOf } from "./loop.ts";
import type { SocketConstructorOptions } from "./options.ts";
import { SocketCore } from "./socket_core.ts";
import type { Chunk, WriteCallback } from "./writing.ts";

const CORE = Symbol("core");

/** The side of a `Socket` that node:stream uses. What is open, wanted and awaited is in its {@link SocketCore}. */
export class ByteStream extends Duplex {
  declare allowHalfOpen: boolean;
  /** Whether an attempt to connect is under way. */
  declare connecting: boolean;
  /** The time of {@link setTimeout}, in milliseconds; `undefined` before it was called. */
  declare timeout?: number;
  /** The addresses that were tried, if the host has several; else undefined, though the type of node:net has it always. */
  declare autoSelectFamilyAttemptedAddresses: string[];
  /** Addresses that are not connected to. */
  declare blockList: BlockListLike | undefined;
  /** The server that has accepted it. */
  declare server: unknown;
  /** @internal */
  declare _host: string | null;
  /** @internal */
  declare _hadError: boolean;
  /** @internal */
  declare _parent: { _unrefTimer?(): void; readonly connecting?: boolean } | null;
  /** @internal */
  declare [CORE]: SocketCore;
  /** @internal Of node:stream, which has no type for it. */
  declare _undestroy: () => void;
  /** @internal Of node:stream, which has no type for it. */
  declare readonly writableBuffer: readonly Chunk[] | undefined;

  constructor(options?: SocketConstructorOptions | number) {
    const all = readOptions(options);
    super(streamOptions(all));
    initialise(this, all);
  }

  override write(
    chunk: unknown,
    encoding?: BufferEncoding | WriteCallback,
    callback?: WriteCallback,
  ): boolean {
    if (this[CORE].endedByPeer && this.writableEnded)
      return writeAfterEnd(this, encoding, callback);
    if (typeof encoding === "function") return super.write(chunk, encoding);
    return encoding === undefined
      ? super.write(chunk, callback)
      : super.write(chunk, encoding, callback);
  }

  override pause(): this {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.stopReading();
    return super.pause();
  }

  override resume(): this {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.startReading();
    return super.resume();
  }

  override read(size?: number): unknown {
    const core = this[CORE];
    if (core.readsInto && !this.connecting) core.startReading();
    return super.read(size);
  }

  /** @internal */
  _onTimeout(): void {
    if (this[CORE].writing.progresses()) this._unrefTimer();
    else this.emit("timeout");
  }

  /** @internal */
  _unrefTimer(): void {
    this[CORE].restartTimer();
    this._parent?._unrefTimer?.();
  }

  override _read(size: number): void {
    const core = this[CORE];
    if (this.connecting || !core.open) {
      this.once("connect", () => {
        this._read(size);
      });
    } else core.startReading();
  }

  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    this[CORE].writing.write(chunk, encoding, callback);
  }

  override _writev(
    chunks: { chunk: unknown; encoding: BufferEncoding }[],
    callback: WriteCallback,
  ): void {
    this[CORE].writing.writeMany(chunks, callback);
  }

  override _final(callback: WriteCallback): void {
    if (this.connecting) {
      this.once("connect", () => {
        this._final(callback);
      });
    } else this[CORE].finish(callback);
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    this.connecting = false;
    this[CORE].close(error, callback);
  }
}

/** @internal What a socket does not show. */
export function coreOf(socket: ByteStream): SocketCore {
  return socket[CORE];
}

/** @internal Makes what a constructor makes after that of Duplex. */
export function initialise(socket: ByteStream, options: InternalOptions): void {
  const name = options.multiplexer ?? getDefaultMultiplexer();
  const core = new SocketCore(socket, loopOf(checkMultiplexer(name, "options.multiplexer")));
  socket[CORE] = core;
  socket.connecting = false;
  socket.server = null;
  socket._host = null;
  socket._hadError = false;
  socket._parent = null;
  if (options.blockList) socket.blockList = options.blockList;
  core.socketOptions = options.socketOptions;
  const { keepAlive, noDelay, typeOfService } = options;
  if (keepAlive || noDelay || typeOfService !== undefined)
    core.tuning.prefer(Boolean(noDelay), keepAliveOf(options), typeOfService);
  const adoption = adoptionIn(options);
  if (adoption) {
    core.adopt(adoption.descriptor, adoption.kind);
    core.isBound = adoption.isBound;
  }
  const { onread } = options;
  if (isOnRead(onread)) core.readInto(onread);
  socket.on("end", onEnd);
  if (options.signal) addAbortSignal(options.signal, socket);
  if (!adoption || adoption.isBound || options.readable === false) return;
  if (options.pauseOnCreate) Reflect.set(socket, "readableFlowing", false);
  else if (!options.manualStart) socket.read(0);
}

function writeAfterEnd(socket: ByteStream, ...rest: readonly unknown[]): boolean {
  const error = endedByPeer();
  for (const callback of rest) {
    if (typeof callback === "function") {
      nextTick(() => {
        Reflect.apply(callback, undefined, [error]);
      });
    }
  }
  socket.destroy(error);
  return false;
}

function onEnd(this: ByteStream): void {
  if (!this.allowHalfOpen) this[CORE].endedByPeer = true;
}
