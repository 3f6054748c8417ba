import type { AddressLike } from "../address/address.ts";
import { createMultiplexer } from "../multiplexer/create.ts";
import { Listener } from "../reactor/listener.ts";
import { type Handler, Reactor } from "../reactor/reactor.ts";
import type { Socket } from "../socket/socket.ts";
import { RequestChannel, sendAnswer } from "./request_channel.ts";

/** What `pollux restart` asks for. */
export interface RestartRequest {
  readonly request: "restart";
}

/** What it is told: that the request has arrived, and the outcome. */
export type RestartAnswer =
  | { readonly answer: "working" }
  | { readonly answer: "restarted"; readonly pid: number }
  | { readonly answer: "failed"; readonly reason: string };

// Each costs a descriptor. Nobody needs more.
const MAX_CHANNELS = 8;

/**
 * Where the program with this process id takes requests: an abstract unix socket. So whoever asks has to be in the
 * same network namespace, and to see the same number for the process: be in the same PID namespace.
 */
export function requestAddress(pid: number): AddressLike {
  return { path: `\0pollux-serve-${String(pid)}` };
}

/** Takes requests for a restart, from the same user or root. */
export class RestartRequests implements Disposable {
  readonly #reactor = new Reactor(createMultiplexer<Handler>("epoll"));
  readonly #listener: Listener;
  readonly #channels = new Set<RequestChannel>();
  readonly #restart: () => Promise<number>;

  /**
   * @param restart - returns the process id of the new program
   * @throws SystemError EADDRINUSE: another program has taken the name
   */
  constructor(restart: () => Promise<number>) {
    this.#restart = restart;
    try {
      this.#listener = new Listener(this.#reactor, requestAddress(process.pid), {
        type: "seqpacket",
        onConnection: (socket) => {
          this.#hear(socket);
        },
      });
    } catch (error) {
      this.#reactor.close();
      throw error;
    }
    void this.#run();
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    for (const channel of this.#channels) channel.close();
    this.#reactor.stop();
  }

  #hear(socket: Socket): void {
    const refusal = this.#refusal(socket);
    if (refusal !== null) {
      sendAnswer(socket, { answer: "failed", reason: refusal });
      socket.close();
      return;
    }
    const channel: RequestChannel = new RequestChannel(
      this.#reactor,
      socket,
      () => void this.#answer(channel),
      () => this.#channels.delete(channel),
    );
    this.#channels.add(channel);
  }

  /** Why this client is not listened to. Nothing has been received from it: anybody can connect. */
  #refusal(socket: Socket): string | null {
    const { uid } = socket.getOption("SO_PEERCRED");
    if (uid !== 0 && uid !== process.geteuid?.()) return `user ${String(uid)} may not ask for it`;
    return this.#channels.size < MAX_CHANNELS ? null : "too many others ask for it";
  }

  async #answer(channel: RequestChannel): Promise<void> {
    channel.send({ answer: "working" });
    try {
      channel.send({ answer: "restarted", pid: await this.#restart() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      channel.send({ answer: "failed", reason });
    }
  }

  async #run(): Promise<void> {
    await this.#reactor.run();
    this.#reactor.close();
  }
}
