import { holderOf } from "../descriptors/descriptor.ts";
import { isSystemError } from "../errors.ts";
import type { Instruction } from "../options/kinds/programs.ts";
import type { Concerned } from "../runtime/guard.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

// RFC 9293, 3.1: where a segment has its flags, and which of them begins a connection.
const FLAGS_OFFSET = 13;
const SYN = 2;

// Classic BPF, the same on every machine (<linux/bpf_common.h>).
const LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
const JUMP_IF_SET = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
const ALL_BYTES = 0xffff_ffff;

const DROP_SYN: readonly Instruction[] = [
  { code: LOAD_BYTE, jt: 0, jf: 0, k: FLAGS_OFFSET },
  { code: JUMP_IF_SET, jt: 0, jf: 1, k: SYN },
  { code: RETURN, jt: 0, jf: 0, k: 0 },
  { code: RETURN, jt: 0, jf: 0, k: ALL_BYTES },
];

/**
 * Lets a listening socket take no more connections, while queued ones can still be accepted. Without this, a
 * client could connect between the last accept(2) and close(2), and would be reset. Does nothing if the
 * kernel does not support it.
 */
export function refuseNewcomers(listener: Socket): void {
  try {
    // For TCP, shutdown(2) would reset the queue. A client whose SYN is dropped sends it again, and is
    // refused after the close.
    if (listener.family !== sys.AF_UNIX) listener.setOption("SO_ATTACH_FILTER", DROP_SYN);
    else listener.shutdown(sys.SHUT_RD);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Undoes {@link refuseNewcomers}, which another process may have called for a socket of IP that it has as well. */
export function acceptNewcomers(listener: Socket): void {
  try {
    if (listener.family !== sys.AF_UNIX) listener.setOption("SO_DETACH_FILTER", true);
  } catch (error) {
    if (!isSystemError(error)) throw error; // ENOENT: there was none
  }
}

/** A connection that `onConnection` was called with. */
export class Newcomer implements Concerned {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** A promise may be rejected after a Connection has taken the socket over: then that one closes. */
  close(error: unknown): void {
    const holder = holderOf(this.#socket);
    if (holder) holder.close(error, false);
    else this.#socket.close();
  }
}
