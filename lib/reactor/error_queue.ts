import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

const MESSAGES_PER_TURN = 16;

/**
 * Drops messages of a socket's error queue, such as transmit timestamps: a multiplexer would report them
 * for ever. Only TCP is asked; a unix socket would give data instead.
 */
export function dropErrorQueue(socket: Socket, scratch: Uint8Array): void {
  if (socket.protocol !== sys.IPPROTO_TCP) return;
  for (let messages = 0; messages < MESSAGES_PER_TURN; messages++) {
    if (sys.recv(socket.fd, scratch, 0, scratch.length, sys.MSG_ERRQUEUE) === null) return;
  }
}
