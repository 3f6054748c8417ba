import { Address, type AddressLike } from "../address/address.ts";
import type { SctpSendInfo } from "../cmsg/messages.ts";
import { isSystemError } from "../errors.ts";
import { READABLE, WRITABLE } from "../multiplexer/multiplexer.ts";
import type { Handler, Reactor } from "../reactor/reactor.ts";
import { type SctpNotification, decodeSctpNotification, openSctp } from "../socket/sctp.ts";
import type { Socket } from "../socket/socket.ts";
import * as sys from "../sys/index.ts";

/** How an {@link SctpEchoServer} has its associations. */
export interface SctpEchoOptions {
  /** "one-to-many": one socket has all associations. Default: "one-to-one", a socket for each. */
  readonly style?: "one-to-one" | "one-to-many";
  /** Is told of associations that begin and end. */
  readonly onNotification?: (notification: SctpNotification) => void;
}

const BUFFER_SIZE = 64 * 1024;
const MESSAGES_PER_TURN = 32;
const NOTIFICATIONS = {
  association_event: 1,
  shutdown_event: 1,
  ...{ data_io_event: 0, address_event: 0, send_failure_event: 0, peer_error_event: 0 },
  ...{ partial_delivery_event: 0, adaptation_layer_event: 0, authentication_event: 0 },
  sender_dry_event: 0,
};

/**
 * Echoes each message of SCTP in the stream that it came in, with its payload protocol and its ordering.
 * Messages above 64 KiB come back in parts.
 */
export class SctpEchoServer implements Handler, Disposable {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #options: SctpEchoOptions;
  readonly #echoes = new Set<SctpEcho>();

  /** @throws SystemError EPROTONOSUPPORT: the kernel has no SCTP. EADDRINUSE, EACCES… */
  constructor(reactor: Reactor, address: AddressLike, options: SctpEchoOptions = {}) {
    const local = Address.from(address);
    const many = options.style === "one-to-many";
    this.#reactor = reactor;
    this.#options = options;
    this.#socket = openSctp(local.family, many ? sys.SOCK_SEQPACKET : sys.SOCK_STREAM);
    try {
      this.#socket.setOption("SCTP_RECVRCVINFO", true);
      this.#socket.setOption("SCTP_EVENTS", NOTIFICATIONS);
      this.#socket.bind(local).listen();
      if (many) this.#echo(this.#socket);
      else reactor.add(this.#socket, READABLE, this);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Where it listens. */
  get address(): Address {
    return this.#socket.localAddress;
  }

  /** A connection of the one-to-one style has arrived; it inherits the options of the listener. */
  onReady(): void {
    const socket = this.#socket.accept();
    if (socket) this.#echo(socket);
  }

  /** Closes the listener and all associations. */
  close(): void {
    this.#reactor.remove(this.#socket);
    for (const echo of this.#echoes) echo.close();
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #echo(socket: Socket): void {
    const echo = new SctpEcho(this.#reactor, socket, this.#options, () => {
      this.#echoes.delete(echo);
    });
    this.#echoes.add(echo);
  }
}

interface Unsent {
  readonly bytes: Uint8Array;
  readonly info: SctpSendInfo;
}

/** One socket, with one association or many. */
class SctpEcho implements Handler {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #options: SctpEchoOptions;
  readonly #onClose: () => void;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #unsent: Unsent | null = null;

  constructor(reactor: Reactor, socket: Socket, options: SctpEchoOptions, onClose: () => void) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.#options = options;
    this.#onClose = onClose;
    reactor.add(socket, READABLE, this);
  }

  onReady(): void {
    for (let messages = 0; messages < MESSAGES_PER_TURN && !this.#socket.closed; messages++) {
      if (this.#unsent ? !this.#send(this.#unsent) : !this.#receive()) break;
    }
    // Nothing more is read while an answer waits for room.
    if (!this.#socket.closed)
      this.#reactor.modify(this.#socket, this.#unsent ? WRITABLE : READABLE);
  }

  close(): void {
    this.#reactor.remove(this.#socket);
    this.#socket.close();
    this.#onClose();
  }

  /** @returns whether there may be more */
  #receive(): boolean {
    try {
      const controlSize = sys.cmsgSpace(sys.structs.sctp_rcvinfo.sizeof);
      const message = this.#socket.recvMessage(this.#buffer, { controlSize });
      if (!message) return false;
      const bytes = this.#buffer.subarray(0, message.size);
      if ((message.flags & sys.MSG_NOTIFICATION) !== 0) {
        this.#options.onNotification?.(decodeSctpNotification(bytes));
        return true;
      }
      const received = message.find("SCTP_RCVINFO");
      if (!received) return this.#end();
      const { sid, ppid, assoc_id } = received;
      const flags = received.flags & sys.SCTP_UNORDERED;
      return this.#send({ bytes, info: { type: "SCTP_SNDINFO", sid, ppid, flags, assoc_id } });
    } catch (error) {
      return this.#failed(error);
    }
  }

  #send(unsent: Unsent): boolean {
    try {
      const sent = this.#socket.sendMessage(unsent.bytes, { control: [unsent.info] });
      // The buffer stays as it is: nothing is received meanwhile.
      this.#unsent = sent === null ? unsent : null;
      return sent !== null;
    } catch (error) {
      this.#unsent = null;
      return this.#failed(error);
    }
  }

  /** Without data and without a notification: the end of a one-to-one association. */
  #end(): boolean {
    if (this.#options.style === "one-to-many") return true;
    this.close();
    return false;
  }

  /** One association has failed; in the one-to-many style, the others have not. */
  #failed(error: unknown): boolean {
    if (!isSystemError(error)) throw error;
    return this.#end();
  }
}
