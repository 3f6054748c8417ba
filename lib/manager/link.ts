import type { AddressLike } from "../address/inputs.ts";
import type { Socket } from "../socket/socket.ts";

/** What a connection is made with. */
export interface Traits {
  readonly allowHalfOpen?: boolean;
  readonly polls?: boolean;
}

/** The part of a connection that an established one has. */
export interface Link {
  readonly socket: Socket;
  /** Bytes received so far. */
  readonly bytesIn: number;
  /** Bytes that the kernel has taken so far. */
  readonly bytesOut: number;
  /** Bytes sent but not yet taken by the kernel. */
  readonly writableLength: number;
  /** @returns whether to send more */
  send(data: Uint8Array, offset: number, length: number, to: AddressLike | null): boolean;
  pause(): void;
  resume(): void;
  /** Sends what is queued, then closes. */
  drain(): void;
  /** Sends what is queued, then ends this direction. */
  end(): void;
  close(): void;
}

/** What a connection is before it is established, and a listener all the time. */
export interface Beginning {
  /** The socket, once there is one. */
  readonly socket: Socket | null;
  close(): void;
}
