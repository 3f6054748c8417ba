import { closedBeforeConnection, failedCall, socketClosed } from "./errors.ts";
import type { Transport } from "./transport.ts";

/** What a stream hands over to be written. */
export interface Chunk {
  readonly chunk: unknown;
  readonly encoding: string;
}

/** What a stream calls a write's end with. */
export type WriteCallback = (error?: Error | null) => void;

/** The side of a `Socket` that writes are made for. */
export interface Writer {
  readonly connecting: boolean;
  readonly destroyed: boolean;
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  _unrefTimer(): void;
}

/** The writes of one socket: those that wait for its connection, and those that its transport makes. */
export class Writing {
  /** What waits for the connection. */
  waiting: readonly Chunk[] = [];
  readonly #socket: Writer;
  readonly #transport: () => Transport | null;
  /** How many bytes waited for the peer when this was last looked at. */
  #queuedBefore = 0;

  /** @param transport - returns what is written to; `null`: the socket is closed */
  constructor(socket: Writer, transport: () => Transport | null) {
    this.#socket = socket;
    this.#transport = transport;
  }

  write(chunk: unknown, encoding: string, callback: WriteCallback): void {
    const transport = this.#writable();
    if (!transport) {
      this.#refuse([{ chunk, encoding }], callback);
      return;
    }
    const isData = typeof chunk === "string" || chunk instanceof Uint8Array;
    const result = transport.write(isData ? chunk : String(chunk), toEncoding(encoding));
    this.#settle(transport, result, callback);
  }

  writeMany(chunks: readonly Chunk[], callback: WriteCallback): void {
    const transport = this.#writable();
    if (transport) this.#settle(transport, transport.writeMany(chunks.map(toBytes)), callback);
    else this.#refuse(chunks, callback);
  }

  /** Whether bytes have gone out since the last time: then an idle timer begins anew. */
  progresses(): boolean {
    const queued = this.#transport()?.queued ?? 0;
    if (this.#queuedBefore === 0 || queued === this.#queuedBefore) return false;
    this.#queuedBefore = queued;
    return true;
  }

  #writable(): Transport | null {
    if (this.#socket.connecting) return null;
    if (this.waiting.length > 0) this.waiting = [];
    const transport = this.#transport();
    if (transport) this.#socket._unrefTimer();
    return transport;
  }

  #refuse(chunks: readonly Chunk[], callback: WriteCallback): void {
    if (this.#socket.connecting) this.#writeLater(chunks, callback);
    else callback(socketClosed());
  }

  #writeLater(chunks: readonly Chunk[], callback: WriteCallback): void {
    const socket = this.#socket;
    this.waiting = chunks;
    const onClose = (): void => {
      callback(closedBeforeConnection());
    };
    socket.once("connect", () => {
      socket.off("close", onClose);
      this.writeMany(chunks, callback);
    });
    socket.once("close", onClose);
  }

  #settle(transport: Transport, result: boolean | number, callback: WriteCallback): void {
    if (result === true) callback();
    else if (result === false) {
      this.#queuedBefore = transport.queued;
      transport.whenSent((errno) => {
        if (this.#socket.destroyed) {
          callback(null); // as node:net; the stream tells its error to those that waited behind
          return;
        }
        this.#socket._unrefTimer();
        this.#queuedBefore = 0;
        callback(errno < 0 ? failedCall(errno, "write") : null);
      });
    } else callback(failedCall(result, "write"));
  }
}

/** How many bytes chunks are that the kernel does not have yet. */
export function sizeOf(chunks: readonly Chunk[]): number {
  let size = 0;
  for (const { chunk, encoding } of chunks) {
    if (chunk instanceof Uint8Array) size += chunk.length;
    else size += Buffer.byteLength(String(chunk), toEncoding(encoding));
  }
  return size;
}

function toBytes({ chunk, encoding }: Chunk): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk), toEncoding(encoding));
}

function toEncoding(encoding: string): BufferEncoding {
  return Buffer.isEncoding(encoding) ? encoding : "utf8";
}
