import { Address, type AddressLike, kernelBytes } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import {
  anArray,
  anything,
  bytesAfter,
  checkBits,
  type OptionTable,
  readOptions,
  someBits,
} from "../arguments.ts";
import { encodeControl } from "../cmsg/codec.ts";
import type { ControlMessage } from "../cmsg/messages.ts";
import { type ControlRoom, ROOM_OPTIONS, roomFor } from "../cmsg/room.ts";
import { readvWaiting, restOf, sizeOf } from "../descriptors/blocking.ts";
import { Descriptor, fdOf, neverBlocks, type Target } from "../descriptors/descriptor.ts";
import { withDetails } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import type { Bytes } from "../native/native.ts";
import * as sys from "../sys/index.ts";
import {
  mayBlock,
  receiveAllWaiting,
  receiveLimit,
  receiveWaiting,
  sendWaiting,
} from "./blocking_calls.ts";
import { closeUntaken, ReceivedMessage } from "./received_message.ts";
import {
  type AsyncSendFileOptions,
  sendFile,
  type SendFileOptions,
  sendFileSync,
} from "./send_file.ts";

/** The result of {@link MessageSocket.recvFrom}. */
export interface ReceivedFrom {
  /** Bytes received; 0 for an empty datagram, and at the end of a stream. */
  readonly size: number;
  /** The sender's address; `null` on a connection, and from an unnamed socket. */
  readonly address: Address | null;
}

/** How a message is received. */
export interface ReceiveOptions extends ControlRoom {
  /** MSG_… bits. */
  readonly flags?: number;
}

/** How a message is sent. */
export interface SendOptions {
  /** Default: the peer that the socket is connected to. */
  readonly address?: AddressLike;
  /** Control messages to send with it. Default: none. */
  readonly control?: readonly ControlMessage[];
  /** MSG_… bits. */
  readonly flags?: number;
}

// Values are checked where they are used.
const RECEIVE_OPTIONS: OptionTable<ReceiveOptions> = {
  ...ROOM_OPTIONS,
  flags: someBits,
};
const SEND_OPTIONS: OptionTable<SendOptions> = {
  address: anything,
  control: anArray,
  flags: someBits,
};

// A thread receives one message at a time, and copies what the kernel wrote before the next call.
const name = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
const nameLength = new Uint32Array(1);

/**
 * The calls of a socket that transfer bytes and messages. They return `null` if they would block, never
 * raise SIGPIPE, and make received descriptors close-on-exec.
 */
export class MessageSocket extends Descriptor {
  #received: ReceivedMessage | null = null;

  /** recv(2) into `buffer`. 0 at the end of the stream, `null` if the call would block. */
  recv(buffer: Bytes, offset = 0, length?: number, flags: Constant<"MSG"> = 0): number | null {
    const fd = fdOf(this);
    if (!mayBlock(this, flags)) return sys.recv(fd, buffer, offset, length, flags);
    const size = length ?? bytesAfter(buffer, offset);
    const now = checkBits(flags) | sys.MSG_DONTWAIT;
    return receiveAllWaiting(fd, "recv", size, flags, (done) =>
      sys.recv(fd, buffer, offset + done, size - done, now),
    );
  }

  /** send(2), without SIGPIPE. `null` if the call would block. */
  send(buffer: Bytes, offset = 0, length?: number, flags: Constant<"MSG"> = 0): number | null {
    const fd = fdOf(this);
    const all = checkBits(flags) | sys.MSG_NOSIGNAL;
    if (!mayBlock(this, flags)) return sys.send(fd, buffer, offset, length, all);
    const size = length ?? bytesAfter(buffer, offset);
    return sendWaiting(fd, "send", size, (done) =>
      sys.send(fd, buffer, offset + done, size - done, all | sys.MSG_DONTWAIT),
    );
  }

  /** recvfrom(2) into `buffer`. `null` if the call would block. */
  recvFrom(
    buffer: Bytes,
    offset = 0,
    length: number = bytesAfter(buffer, offset),
    flags: Constant<"MSG"> = 0,
  ): ReceivedFrom | null {
    const fd = fdOf(this);
    const receive = (done: number, now: number): number | null =>
      sys.recvfrom(fd, buffer, offset + done, length - done, now, name, nameLength);
    const size = mayBlock(this, flags)
      ? receiveAllWaiting(fd, "recvfrom", length, flags, (done) =>
          receive(done, checkBits(flags) | sys.MSG_DONTWAIT),
        )
      : receive(0, flags);
    if (size === null) return null;
    const [known = 0] = nameLength;
    return { size, address: known === 0 ? null : Address.fromKernel(name, known) };
  }

  /**
   * sendto(2), without SIGPIPE. An {@link Address}, such as the sender of a datagram, goes to the kernel
   * as it is. Errors name the address. `null` if the call would block.
   */
  sendTo(
    buffer: Bytes,
    address: AddressLike,
    offset = 0,
    length: number = bytesAfter(buffer, offset),
    flags: Constant<"MSG"> = 0,
  ): number | null {
    const to = Address.from(address);
    const fd = fdOf(this);
    const all = checkBits(flags) | sys.MSG_NOSIGNAL;
    const bytes = kernelBytes(to);
    const send = (done: number, now: number): number | null =>
      sys.sendto(fd, buffer, offset + done, length - done, now, bytes);
    try {
      // MSG_FASTOPEN also connects. On a blocking socket only the kernel can wait for that.
      return mayBlock(this, flags | (flags & sys.MSG_FASTOPEN ? sys.MSG_DONTWAIT : 0))
        ? sendWaiting(fd, "sendto", length, (done) => send(done, all | sys.MSG_DONTWAIT))
        : send(0, all);
    } catch (error) {
      return rethrow(error, to);
    }
  }

  /**
   * recvmsg(2) into one buffer, or several one after the other. `null` if the call would block.
   * The returned message owns the received descriptors. The next call closes them if they were not
   * claimed: `control`, `descriptors` and `find` claim them.
   *
   * @throws SystemError as {@link sys.recvmsg}. TypeError ERR_INVALID_ARG_VALUE: an option or control
   * message that does not exist
   */
  recvMessage(
    buffers: Bytes | readonly Bytes[],
    options: ReceiveOptions = {},
  ): ReceivedMessage | null {
    const { flags = 0 } = readOptions(options, RECEIVE_OPTIONS);
    const controlSize = roomFor(options);
    this.#closeUntaken();
    const control = controlSize === 0 ? null : new Uint8Array(controlSize);
    const header = new sys.MessageHeader(name, control);
    const fd = fdOf(this);
    const iov = listOf(buffers);
    const all = checkBits(flags) | sys.MSG_CMSG_CLOEXEC;
    const receive = (now: number): number | null => sys.recvmsg(fd, iov, header, now);
    // With MSG_WAITALL, only the kernel knows which parts of a stream belong together.
    const waits = mayBlock(this, flags);
    const size =
      waits && (flags & sys.MSG_WAITALL) === 0
        ? receiveWaiting(fd, "recvmsg", () => receive(all | sys.MSG_DONTWAIT))
        : receive(all);
    if (size === null) return null;
    const known = header.nameLength;
    const message = new ReceivedMessage(
      size,
      header.flags,
      known === 0 ? null : Address.fromKernel(name, known),
      control?.subarray(0, header.controlLength),
      options,
    );
    if (control) this.#received = message;
    return message;
  }

  /**
   * sendmsg(2), without SIGPIPE: one buffer, or several one after the other. Errors name the address.
   * `null` if the call would block.
   */
  sendMessage(buffers: Bytes | readonly Bytes[], options: SendOptions = {}): number | null {
    const { address, control, flags = 0 } = readOptions(options, SEND_OPTIONS);
    const to = address === undefined ? null : Address.from(address);
    const bytes = control === undefined ? null : encodeControl(control);
    try {
      const fd = fdOf(this);
      const iov = listOf(buffers);
      const all = checkBits(flags) | sys.MSG_NOSIGNAL;
      const name = to && kernelBytes(to);
      if (!mayBlock(this, flags)) return sys.sendmsg(fd, iov, name, bytes, all);
      const now = all | sys.MSG_DONTWAIT;
      return sendWaiting(fd, "sendmsg", sizeOf(iov), (done) =>
        sys.sendmsg(fd, restOf(iov, done), name, done === 0 ? bytes : null, now),
      );
    } catch (error) {
      return rethrow(error, to);
    }
  }

  /** readv(2): into several buffers, one after the other. As {@link recv}. */
  readv(buffers: readonly Bytes[]): number | null {
    const fd = fdOf(this);
    if (neverBlocks(this)) return sys.readv(fd, buffers);
    return readvWaiting(fd, "readv", buffers, receiveLimit(fd, "readv"));
  }

  /**
   * writev(2): several buffers, one after the other, by sendmsg(2) without SIGPIPE. As {@link send}.
   *
   * @throws as {@link send}. SystemError EMSGSIZE: there are more than IOV_MAX
   */
  writev(buffers: readonly Bytes[]): number | null {
    const fd = fdOf(this);
    anArray(buffers, "iov");
    // writev(2) of nothing sends nothing, where sendmsg(2) sends an empty datagram.
    if (buffers.every(isEmpty)) return sys.writev(fd, buffers);
    // As in writev(2), each call is a record of its own.
    const isOfRecords = sys.getsockopt(fd, sys.SOL_SOCKET, sys.SO_TYPE) === sys.SOCK_SEQPACKET;
    const flags = isOfRecords ? sys.MSG_NOSIGNAL | sys.MSG_EOR : sys.MSG_NOSIGNAL;
    if (neverBlocks(this)) return sys.sendmsg(fd, buffers, null, null, flags);
    return sendWaiting(fd, "sendmsg", sizeOf(buffers), (done) =>
      sys.sendmsg(fd, restOf(buffers, done), null, null, flags | sys.MSG_DONTWAIT),
    );
  }

  /**
   * sendfile(2): sends a file, in as many calls as needed, with this thread free while it waits for room, also on a
   * non-blocking socket. What the disk has to read blocks the thread, at most 1 MiB at a time. The kernel copies nothing
   * to this process, unless the socket is blocking.
   *
   * @param file - a regular file, or another that mmap(2) can map: a descriptor, or an object with one such as
   * `FileHandle` of node:fs/promises
   * @returns the number of bytes that were sent: fewer than `count` if the file ended
   * @throws SystemError ETIMEDOUT: the time passed. EINVAL, ESPIPE: no file that can be mapped. EPIPE, ECONNRESET: the peer is gone.
   * EBADF: one of the two is not open, or was closed meanwhile. `transferred` of each error is the number of bytes that
   * were sent before it. Error ERR_INVALID_STATE: another transfer still writes to the socket
   * @see https://man7.org/linux/man-pages/man2/sendfile.2.html
   */
  sendFile(file: Target, options: AsyncSendFileOptions = {}): Promise<number> {
    return sendFile(this, file, options);
  }

  /** As {@link sendFile}. Blocks the JavaScript thread; `worker.terminate()` ends it. */
  sendFileSync(file: Target, options: SendFileOptions = {}): number {
    return sendFileSync(this, file, options);
  }

  #closeUntaken(): void {
    if (this.#received) closeUntaken(this.#received);
    this.#received = null;
  }
}

function listOf(buffers: Bytes | readonly Bytes[]): readonly Bytes[] {
  return ArrayBuffer.isView(buffers) ? [buffers] : buffers;
}

function rethrow(error: unknown, address: Address | null): never {
  return withDetails(address ? detailsOf(address) : {}, () => {
    throw error;
  });
}

function isEmpty(buffer: Bytes | undefined): boolean {
  return buffer?.byteLength === 0;
}
