import { isSystemError } from "../errors.ts";
import { READABLE } from "../multiplexer/multiplexer.ts";
import type { Handler, Reactor } from "../reactor/reactor.ts";
import type { Timer } from "../reactor/timers.ts";
import type { Socket } from "../socket/socket.ts";
import type { RestartAnswer, RestartRequest } from "./restart_requests.ts";

// A client sends its request as soon as it is connected.
const REQUEST_MS = 5000;
// More than a request has. What is longer is cut off, and is then no request.
const MAX_REQUEST_BYTES = 256;

/** `silent`: nothing has arrived. `asked`: it waits for the outcome. */
type State = "silent" | "asked" | "closed";

/**
 * A client that may ask for a restart, once. It is not trusted further: the channel is closed if the client sends
 * anything else, or nothing for 5 seconds.
 */
export class RequestChannel implements Handler, Disposable {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  readonly #onRequest: () => void;
  readonly #onClosed: () => void;
  readonly #limit: Timer;
  #state: State = "silent";

  /** @param socket - owned by the channel from now on */
  constructor(reactor: Reactor, socket: Socket, onRequest: () => void, onClosed: () => void) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.#onRequest = onRequest;
    this.#onClosed = onClosed;
    reactor.add(socket, READABLE, this);
    this.#limit = reactor.setTimer(REQUEST_MS, () => {
      this.close();
    });
  }

  /** Called by the reactor. A client that has left meanwhile asks for nothing any more. */
  onReady(): void {
    const before = this.#state;
    while (this.#state !== "closed" && this.#receive());
    if (this.#state === "asked" && before === "silent") this.#onRequest();
  }

  /** Sends an answer. Nothing happens if the client has left. */
  send(answer: RestartAnswer): void {
    if (this.#state !== "closed" && !sendAnswer(this.#socket, answer)) this.close();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#limit.cancel();
    this.#reactor.remove(this.#socket);
    this.#socket.close();
    this.#onClosed();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @returns whether more may have arrived */
  #receive(): boolean {
    const bytes = Buffer.alloc(MAX_REQUEST_BYTES);
    try {
      // Without room for control messages: the kernel closes descriptors that come with it.
      const size = this.#socket.recv(bytes);
      if (size === null) return false;
      if (this.#state === "silent" && isRequest(bytes.toString("utf8", 0, size))) {
        this.#state = "asked";
        this.#limit.cancel();
        return true;
      }
    } catch (error) {
      if (isSystemError(error, "EINTR")) return true;
      if (!isSystemError(error)) throw error;
    }
    this.close();
    return false;
  }
}

/** @returns whether the socket has taken it: its queue has room for all answers there are */
export function sendAnswer(socket: Socket, answer: RestartAnswer): boolean {
  try {
    return socket.send(Buffer.from(JSON.stringify(answer))) !== null;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

function isRequest(text: string): boolean {
  try {
    return (JSON.parse(text) as Partial<RestartRequest> | null)?.request === "restart";
  } catch {
    return false;
  }
}
