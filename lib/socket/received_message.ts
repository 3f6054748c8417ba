import type { Address } from "../address/address.ts";
import { decodeControl } from "../cmsg/codec.ts";
import type { ReceivedControl } from "../cmsg/messages.ts";
import { type ControlRoom, descriptorsIn, withoutUnasked } from "../cmsg/room.ts";
import type { Descriptor } from "../descriptors/descriptor.ts";
import * as sys from "../sys/index.ts";

type OfType<M, T> = M extends { readonly type: infer U } ? (T extends U ? M : never) : never;

/** Closes the descriptors of a message if they were not claimed. */
export let closeUntaken: (message: ReceivedMessage) => void;

/**
 * A message received by recvmsg(2). Owns the descriptors that came with it: `close()`, or `using`, closes
 * those that were not detached. If they were not claimed by `control`, `descriptors` or `find`, the socket
 * closes them when it receives its next message.
 */
export class ReceivedMessage implements Disposable {
  /** Bytes of data; 0 for an empty datagram, and at the end of a stream. */
  readonly size: number;
  /** MSG_CTRUNC, MSG_EOR, MSG_ERRQUEUE, MSG_OOB, MSG_TRUNC and others. */
  readonly flags: number;
  /** The sender's address; `null` on a connection, and from an unnamed socket. */
  readonly address: Address | null;
  readonly #control: readonly ReceivedControl[];
  #taken = false;

  static {
    closeUntaken = (message) => {
      if (!message.#taken) message.close();
    };
  }

  /**
   * @param control - the content of the control buffer
   * @param room - which control messages were requested
   */
  constructor(
    size: number,
    flags: number,
    address: Address | null,
    control?: Uint8Array,
    room: ControlRoom = {},
  ) {
    this.size = size;
    this.flags = flags;
    this.address = address;
    this.#control = control === undefined ? [] : withoutUnasked(decodeControl(control), room);
  }

  /** All received control messages. */
  get control(): readonly ReceivedControl[] {
    this.#taken = true;
    return this.#control;
  }

  /** Whether the datagram was longer than the buffers (MSG_TRUNC); the rest of it is lost. */
  get truncated(): boolean {
    return (this.flags & sys.MSG_TRUNC) !== 0;
  }

  /**
   * Whether there was too little room for control messages (MSG_CTRUNC). Descriptors without room were not
   * received.
   */
  get controlTruncated(): boolean {
    return (this.flags & sys.MSG_CTRUNC) !== 0;
  }

  /** All received descriptors. */
  get descriptors(): readonly Descriptor[] {
    return descriptorsIn(this.control);
  }

  /** The first control message of this type; `undefined` if there is none. */
  find<T extends ReceivedControl["type"]>(type: T): OfType<ReceivedControl, T> | undefined {
    const is = (message: ReceivedControl): message is OfType<ReceivedControl, T> =>
      message.type === type;
    if (type === "SCM_RIGHTS" || type === "SCM_PIDFD") this.#taken = true;
    return this.#control.find(is);
  }

  /** Closes the received descriptors. The second time does nothing. */
  close(): void {
    for (const descriptor of descriptorsIn(this.#control)) descriptor.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
