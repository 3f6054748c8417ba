import { type Socket, connect } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Program } from "../support/program.ts";

const PROGRAM = fileURLToPath(new URL("programs/serving.mjs", import.meta.url));

/** What has happened since the last report. */
export interface Report {
  /** What `onError` was told. */
  readonly told: readonly string[];
  readonly turnedAway: number;
  /** Connections that ended with an error, and all that they were told before. */
  readonly broken: readonly { readonly why: string; readonly heard: string }[];
  /** What ended the loop. */
  readonly ended: readonly string[];
  readonly watched: number;
}

/** A peer: node:net in another process than the server. */
export class Peer implements AsyncDisposable {
  readonly #socket: Socket;
  #heard = "";
  #onChange: () => void = () => undefined;

  private constructor(port: number) {
    this.#socket = connect({ host: "127.0.0.1", port });
    this.#socket.setEncoding("latin1").on("data", (text: string) => {
      this.#heard += text;
      this.#onChange();
    });
    this.#socket.on("error", () => undefined); // "close" follows
    this.#socket.on("close", () => {
      this.#onChange();
    });
  }

  static async connect(port: number): Promise<Peer> {
    const peer = new Peer(port);
    // On a busy machine a server that turns it away may do so before this process sees the connection.
    await new Promise((resolve) => {
      peer.#socket.once("connect", resolve).once("close", resolve);
    });
    return peer;
  }

  say(text: string): void {
    this.#socket.write(text);
  }

  /** So many bytes that the server has sent; `null` when it closes before. */
  async hear(length: number): Promise<string | null> {
    while (this.#heard.length < length) {
      if (this.#socket.closed) return null;
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    const text = this.#heard.slice(0, length);
    this.#heard = this.#heard.slice(length);
    return text;
  }

  /** What comes back; `null` when the server closes instead. */
  async ask(text: string): Promise<string | null> {
    this.say(text);
    return await this.hear(text.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await once(this.#socket, "close");
  }
}

/** programs/serving.mjs in a process of its own. */
export class FaultyServer implements AsyncDisposable {
  readonly #program: Program;
  port = 0;

  private constructor(args: readonly string[]) {
    this.#program = new Program(process.execPath, [PROGRAM, ...args]);
  }

  static async start(multiplexer: string, edge: boolean, blocking = true): Promise<FaultyServer> {
    const server = new FaultyServer([multiplexer, String(edge), String(blocking)]);
    await server.listen();
    return server;
  }

  get pid(): number {
    return this.#program.pid;
  }

  async listen(): Promise<void> {
    this.port = (await this.command("listen")) as number;
  }

  async command(name: string, ...args: unknown[]): Promise<unknown> {
    this.#program.say(JSON.stringify([name, ...args]));
    return JSON.parse(await this.#program.nextLine());
  }

  async report(): Promise<Report> {
    return (await this.command("report")) as Report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}
