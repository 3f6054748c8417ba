import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { packageCopy, polluxOf } from "../support/package_copy.ts";
import { run, shell } from "../support/program.ts";
import { Python } from "../support/python.ts";
import { POLLUX } from "../support/serving.ts";
import { ended, kill, NONE_LOST, SteadyClients, Supervised } from "../support/supervised.ts";

/** A folder that is deleted with the test. */
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "pollux-restart-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function programOf(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url));
}

/** A program at this path whose successor was confirmed, and does not answer: see holds.mjs. */
async function confirming(path: string): Promise<Supervised> {
  const copy = packageCopy({ "build/Release/pollux.node": null });
  const wrapper = ["env", `NODE_OPTIONS=--import=${programOf("throws_on_sigusr2.mjs")}`];
  const server = await Supervised.startOf(
    polluxOf(copy),
    ["--workers", "1", "--unix", path],
    wrapper,
  );
  copyFileSync(programOf("holds.mjs"), polluxOf(copy));
  const restart = run(process.execPath, POLLUX, "restart", String(server.pid));
  onTestFinished(async () => {
    expect((await restart).code).toBe(1);
  });
  await server.until("hears", { message: "confirmed" });
  return server;
}

/** Python in the place of a program that listens at a path and has started `pollux serve`, which is ready. */
class Predecessor implements AsyncDisposable {
  readonly python = new Python();
  readonly path: string;
  readonly #fifo: string;
  #successor = 0;

  private constructor(folder: string) {
    this.path = join(folder, "socket");
    this.#fifo = join(folder, "fifo");
  }

  static async start(): Promise<Predecessor> {
    const before = new Predecessor(temporary());
    try {
      await shell(`mkfifo ${before.#fifo}`);
      await before.#start();
      return before;
    } catch (error) {
      await before[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Ends the successor by two signals.
   *
   * @param meanwhile - done when it exits, and before it looks at its file
   * @param afterwards - done when it may have looked
   */
  async exits(
    meanwhile: (python: Python) => Promise<unknown>,
    afterwards?: (python: Python) => Promise<unknown>,
  ): Promise<void> {
    process.kill(this.#successor, "SIGTERM");
    process.kill(this.#successor, "SIGINT");
    const exit = await open(this.#fifo, "w"); // opened from the other side at the exit: see exit_waits.mjs
    await meanwhile(this.python);
    await exit.close();
    await afterwards?.(this.python);
    await ended(this.#successor);
    this.#successor = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#successor > 0) kill(this.#successor, "SIGKILL");
    await this.python[Symbol.asyncDispose]();
  }

  async #start(): Promise<void> {
    const serve = [process.execPath, POLLUX, "serve", "--workers", "1", "--unix", this.path];
    await this.python.run(`import subprocess
listening = socket.socket(socket.AF_UNIX)
listening.bind(${JSON.stringify(this.path)})
listening.listen()
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
theirs.setblocking(False)
def send(**message): ours.send(json.dumps(message).encode())
passed = json.dumps({"type": "passed", "count": 1, "total": 1, "data": {"kept": False}})
socket.send_fds(ours, [passed.encode()], [listening.fileno()])
successor = subprocess.Popen(
    ${JSON.stringify(serve)},
    env={
        **os.environ,
        "POLLUX_HANDOVER_FD": str(theirs.fileno()),
        "FIFO": ${JSON.stringify(this.#fifo)},
        "NODE_OPTIONS": ${JSON.stringify(`--import=${programOf("exit_waits.mjs")}`)},
    },
    pass_fds=[theirs.fileno()],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
theirs.close()`);
    this.#successor = (await this.python.run("successor.pid")) as number;
    expect(await this.python.run("json.loads(ours.recv(1000))")).toEqual({ type: "ready" });
  }
}

/** What the program before does. */
function says(code: string): (python: Python) => Promise<unknown> {
  return (python) => python.run(code);
}

async function killed({ pid }: Python): Promise<void> {
  kill(pid, "SIGKILL");
  await ended(pid);
}

describe("pollux restart of a program that listens at a path", () => {
  it("replaces it, and the last one deletes the file", async () => {
    const folder = temporary();
    const path = join(folder, "socket");
    await using server = await Supervised.start(["--workers", "2", "--unix", path]);
    await using clients = await SteadyClients.start(path);

    const { code } = await run(process.execPath, POLLUX, "restart", String(server.pid));
    await ended(server.pid);
    const { pid = 0 } = await server.until("restart", { state: "done" });

    expect(code).toBe(0);
    expect(await clients.finish()).toMatchObject(NONE_LOST);
    process.kill(pid, "SIGTERM");
    await ended(pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("deletes the file when a signal comes before it serves", async () => {
    const path = join(temporary(), "socket");
    const serve = [POLLUX, "serve", "--json", "--workers", "1", "--unix", path];
    await using server = new Supervised(process.execPath, serve);
    await server.until("worker", { state: "starting" });
    expect(existsSync(path)).toBe(true);

    server.program.kill("SIGTERM");

    await server.program.ended;
    expect(existsSync(path)).toBe(false);
  });

  it("is called off by a signal before the successor has taken over; a second one deletes the file", async () => {
    const path = join(temporary(), "socket");
    await using server = await confirming(path);

    server.program.kill("SIGTERM");
    server.program.kill("SIGINT");

    expect(await server.until("hears")).toMatchObject({ message: "cancelled" });
    await ended(server.pid);
    expect(existsSync(path)).toBe(false);
  });

  it("leaves the file to the successor when the program fails before that has taken over", async () => {
    const path = join(temporary(), "socket");
    await using server = await confirming(path);

    server.program.kill("SIGUSR2");

    expect(await server.until("hears")).toMatchObject({ message: "end" });
    await ended(server.pid);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ["deletes", "was killed", killed, false],
    ["keeps", "has called it off", says('send(type="cancelled")'), true],
    ["keeps", "says so, which gets no answer any more", says('send(type="left")'), true],
    ["keeps", "has closed its end", says("ours.close()"), true],
    ["keeps", "goes on", says("1"), true],
  ])(
    "%s the file at the exit of a successor by a second signal, if the program before %s meanwhile",
    async (_, __, meanwhile, isThere) => {
      await using before = await Predecessor.start();

      await before.exits(meanwhile);

      expect(existsSync(before.path)).toBe(isThere);
    },
  );

  it("deletes the file at the exit of a successor that has heard that the program before leaves", async () => {
    await using before = await Predecessor.start();
    for (const [heard, answer] of [
      ["confirmed", "taken"],
      ["left", "alone"],
    ]) {
      await before.python.run(`send(type=${JSON.stringify(heard)})`);
      expect(await before.python.run("json.loads(ours.recv(1000))")).toMatchObject({
        type: answer,
      });
    }

    await before.exits(says("1"));

    expect(existsSync(before.path)).toBe(false);
  });

  it("keeps the file at the exit of a successor that has taken over, and not heard that", async () => {
    await using before = await Predecessor.start();
    await before.python.run('send(type="confirmed")');
    expect(await before.python.run("json.loads(ours.recv(1000))")).toMatchObject({ type: "taken" });

    await before.exits(says("1"));

    expect(existsSync(before.path)).toBe(true);
  });

  it("leaves the file of another server there that has taken the path before", async () => {
    const path = join(temporary(), "socket");
    await using server = await Supervised.start(["--workers", "1", "--unix", path]);
    rmSync(path);
    await using python = new Python();
    await python.run(`other = socket.socket(socket.AF_UNIX)\nother.bind(${JSON.stringify(path)})`);

    await run(process.execPath, POLLUX, "restart", String(server.pid));
    const { pid = 0 } = await server.until("restart", { state: "done" });
    await ended(server.pid);
    process.kill(pid, "SIGTERM");
    await ended(pid);

    expect(existsSync(path)).toBe(true);
  });

  it("does not take over any more when it is confirmed at its exit", async () => {
    await using before = await Predecessor.start();

    await before.exits(says('send(type="confirmed")'));

    expect(await before.python.run("ours.recv(1000).decode()")).toBe("");
    expect(existsSync(before.path)).toBe(true);
  });
});
