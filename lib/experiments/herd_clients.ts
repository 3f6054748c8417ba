import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Order, Served } from "./herd_load.ts";

/** The process of the clients. */
export class Clients implements Disposable {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL("./herd_load.js", import.meta.url)));
  readonly #ended: Promise<never>;

  constructor() {
    this.#ended = once(this.#child, "exit").then(([code]) => {
      throw new Error(`the clients' process has ended with ${String(code)}`);
    });
    this.#ended.catch(() => null); // at the end it may
  }

  /** Lets them connect. */
  async run(order: Order): Promise<Served> {
    const answer = once(this.#child, "message");
    this.#child.send(order);
    const [served] = (await Promise.race([answer, this.#ended])) as [Served];
    return served;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
