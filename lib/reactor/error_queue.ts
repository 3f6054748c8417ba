import { fdOf } from "../descriptors/descriptor.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { recv } from "./uninterrupted.ts";

const MESSAGES_PER_TURN = 16;

/**
 * Drops messages of a socket's error queue, such as transmit timestamps, which a multiplexer would report
 * for ever. Only for TCP: a unix socket would return data instead.
 *
 * @returns 0, or -errno
 */
export function dropErrorQueue(socket: Socket, scratch: Uint8Array): number {
  if (socket.protocol !== sys.IPPROTO_TCP) return 0;
  for (let messages = 0; messages < MESSAGES_PER_TURN; messages++) {
    const received = recv(fdOf(socket), scratch, 0, scratch.length, sys.MSG_ERRQUEUE);
    if (received === null) return 0;
    if (received < 0) return received;
  }
  return 0;
}
