import { Address } from "../address/address.ts";
import {
  aTimeLimit,
  checkInteger,
  invalidArgType,
  invalidArgValue,
  isBytes,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { isSystemError } from "../errors.ts";
import { WRITABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { checkSignal } from "../runtime/abort.ts";
import { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";
import { EVERYONE, headerFor } from "./wakeup_message.ts";

/** How long a {@link Broadcaster} waits for room. */
export interface BroadcasterWaitOptions {
  /** Milliseconds. `undefined` or `Infinity`: without a limit. */
  readonly timeoutMs?: number | undefined;
}

/** As {@link BroadcasterWaitOptions}, with a signal. */
export interface AsyncBroadcasterWaitOptions extends BroadcasterWaitOptions {
  /** Ends the wait: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: OptionTable<BroadcasterWaitOptions> = { timeoutMs: aTimeLimit };
const ASYNC_OPTIONS: OptionTable<AsyncBroadcasterWaitOptions> = {
  ...OPTIONS,
  signal: checkSignal,
};

/**
 * Sends to the connections of an `EventManager` from another thread of the process. What one broadcaster sends
 * arrives in order; what was sent arrives also when this thread ends at once. In the manager's own thread, use the
 * methods of the manager: it could not receive while its thread waits here.
 */
export class Broadcaster implements Disposable {
  readonly #socket: Socket;

  /**
   * @param address - of `EventManager.wakeupAddress`, which the thread was given
   * @throws SystemError ECONNREFUSED: the manager is closed. EMFILE. TypeError
   */
  constructor(address: string) {
    const to = parse(address);
    this.#socket = Socket.open(sys.AF_UNIX, sys.SOCK_SEQPACKET);
    try {
      this.#socket.connectSync(to);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#socket.closed;
  }

  /**
   * Every connection that is established gets a `wakeup` event with these bytes, or text as UTF-8.
   *
   * @returns whether it was sent. `false`: the manager has not taken what was sent before, or one of its
   * connections has to send too much; call again after {@link wait}
   * @throws SystemError EPIPE, ECONNRESET: the manager is closed. EMSGSIZE: above about 200 KiB, which is
   * net.core.wmem_default. EBADF: this was closed
   */
  broadcast(data: Uint8Array | string): boolean {
    return this.#send(EVERYONE, data);
  }

  /** As {@link broadcast}, for the connection with this number, if there is one. @param id - `ManagerConnection.id` */
  wakeup(id: number, data: Uint8Array | string): boolean {
    return this.#send(checkInteger(id, "id", 1, Number.MAX_SAFE_INTEGER), data);
  }

  /** As {@link broadcast}, but waits until it is sent. Blocks the JavaScript thread. */
  broadcastSync(data: Uint8Array | string): void {
    while (!this.broadcast(data)) this.waitSync();
  }

  /** Waits for room. Blocks the JavaScript thread. @returns `false` if the time passed */
  waitSync(options: BroadcasterWaitOptions = {}): boolean {
    const { timeoutMs = Infinity } = readOptions(options, OPTIONS);
    using wait = new DescriptorWait(this.#socket, timeoutMs);
    return wait.waitSync(WRITABLE);
  }

  /** As {@link waitSync}, with this thread free meanwhile. */
  async wait(options: AsyncBroadcasterWaitOptions = {}): Promise<boolean> {
    const { timeoutMs = Infinity, signal } = readOptions(options, ASYNC_OPTIONS);
    using wait = new DescriptorWait(this.#socket, timeoutMs);
    return await wait.wait(WRITABLE, signal);
  }

  /** Closes it. What was sent still arrives. */
  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #send(addressee: number, data: Uint8Array | string): boolean {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    if (!isBytes(bytes)) throw invalidArgType("data", "a Uint8Array or a string", data);
    return this.#socket.sendMessage([headerFor(addressee), bytes]) !== null;
  }
}

function parse(address: string): Address {
  try {
    return Address.parse(address);
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw invalidArgValue("address", "the wakeupAddress of an EventManager", address);
  }
}
