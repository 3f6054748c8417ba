import { checkInteger } from "../arguments.ts";
import type { Connection } from "./connection.ts";
import { NetworkBuffer } from "./network_buffer.ts";
import type { Protocol } from "./protocol.ts";

/** What has arrived and its protocol has not used yet. */
export class Inbox extends NetworkBuffer {
  /** Offers `length` new bytes, behind what is left from before, and keeps what is not used. */
  offer(
    connection: Connection,
    protocol: Protocol,
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): void {
    if (this.length > 0) {
      this.append(buffer, offset, length);
      const used = use(connection, protocol, this.memory, this.offset, this.length);
      if (!connection.closed) this.consume(used);
    } else {
      const used = use(connection, protocol, buffer, offset, length);
      if (used < length && !connection.closed) this.append(buffer, offset + used, length - used);
    }
  }
}

/** @returns how much the protocol used */
function use(
  connection: Connection,
  protocol: Protocol,
  buffer: Uint8Array,
  offset: number,
  length: number,
): number {
  const used = protocol.onData(connection, buffer, offset, length);
  return used === undefined ? length : checkInteger(used, "onData's result", 0, length);
}
