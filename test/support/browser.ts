import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { Program } from "./program.ts";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

export const withoutBrowser = BROWSER === undefined;

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
  ...["--remote-debugging-port=0", "about:blank"],
];

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: { readonly entry?: { readonly text: string } };
}

/** A headless browser, spoken to by the Chrome DevTools Protocol. */
export class Browser implements AsyncDisposable {
  /** What the console of the pages said. */
  readonly console: string[] = [];
  readonly #profile: string;
  readonly #program: Program;
  readonly #socket: WebSocket;
  readonly #loading = new Map<string, () => void>();
  readonly #asked = new Map<number, (reply: Reply) => void>();
  #last = 0;

  private constructor(profile: string, program: Program, socket: WebSocket) {
    this.#profile = profile;
    this.#program = program;
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== undefined) this.#asked.get(reply.id)?.(reply);
      else if (reply.method === "Page.loadEventFired") this.#loading.get(reply.sessionId ?? "")?.();
      else if (reply.method === "Log.entryAdded")
        this.console.push(reply.params?.entry?.text ?? "");
    });
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "pollux-browser-"));
    const program = new Program(BROWSER ?? "", [...FLAGS, `--user-data-dir=${profile}`]);
    await program.nextError(/DevTools listening on (\S+)\n/);
    const [, url = ""] = /DevTools listening on (\S+)\n/.exec(program.errors) ?? [];
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new Browser(profile, program, socket);
  }

  /** Opens a tab, and waits until its page is loaded. */
  async open(url: string): Promise<Tab> {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
    const answer = await this.ask("Target.attachToTarget", { targetId, flatten: true });
    const session = String(answer["sessionId"]);
    for (const part of ["Log", "Page"]) await this.ask(`${part}.enable`, {}, session);
    const loaded = new Promise<void>((resolve) => this.#loading.set(session, resolve));
    await this.ask("Page.navigate", { url }, session);
    await loaded;
    return new Tab(this, session);
  }

  async ask(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const answer = new Promise<Reply>((resolve) => this.#asked.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result, error } = await answer;
    this.#asked.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask("Browser.close", {});
    await this.#program.ended;
    this.#socket.terminate();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

/** A page in a {@link Browser}. */
export class Tab {
  readonly #browser: Browser;
  readonly #session: string;

  constructor(browser: Browser, session: string) {
    this.#browser = browser;
    this.#session = session;
  }

  /** The value of an expression, perhaps of a promise, in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.#browser.ask(
      "Runtime.evaluate",
      options,
      this.#session,
    )) as { result: { value: T }; exceptionDetails?: { text: string } };
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    const look = `new Promise((resolve) => {
      const look = () => (${expression}) ? resolve() : setTimeout(look, 10);
      look();
    })`;
    await this.evaluate(look);
  }
}
