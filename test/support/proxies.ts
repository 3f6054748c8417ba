import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Program } from "./program.ts";
import { BARE, PYTHON } from "./tools.ts";

const LISTENER = fileURLToPath(new URL("proxy.py", import.meta.url));

const MODULE = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]
  .map((folder) => join(folder, "ngx_stream_module.so"))
  .find((path) => existsSync(path));

export const withoutHaproxy = isThere("haproxy") ? undefined : "needs haproxy";
export const withoutNginx =
  isThere("nginx") && MODULE !== undefined ? undefined : "needs nginx with its stream module";

function isThere(program: string): boolean {
  return spawnSync(program, ["-v"]).status === 0;
}

/** HAProxy or nginx in front of servers, on a port of its own that is open from the start. */
export class Proxy implements AsyncDisposable {
  readonly port: number;
  readonly #program: Program;
  readonly #folder: string;

  private constructor(program: Program, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
  }

  /** @param backend - the lines of `backend` */
  static async haproxy(backend: readonly string[]): Promise<Proxy> {
    const config = [
      ...["defaults", "mode tcp", "option redispatch 1", "retries 3"],
      ...["timeout connect 5s", "timeout client 30s", "timeout server 30s"],
      ...["frontend all", "bind fd@%FD%", "default_backend servers", "backend servers", ...backend],
    ];
    return await Proxy.#start(config, (file) => ["haproxy", "-db", "-f", file]);
  }

  /** @param address - of the server */
  static async nginx(address: string): Promise<Proxy> {
    const server = `listen 127.0.0.1:%PORT%; proxy_pass ${address}; proxy_protocol on;`;
    const config = [
      ...[`load_module ${MODULE ?? ""};`, "daemon off;", "error_log stderr;", "events {}"],
      ...["pid %FOLDER%/pid;", `stream { server { ${server} } }`],
    ];
    return await Proxy.#start(config, (file) => ["nginx", "-e", "stderr", "-c", file]);
  }

  static async #start(
    config: readonly string[],
    command: (file: string) => readonly string[],
  ): Promise<Proxy> {
    const folder = mkdtempSync(join(tmpdir(), "pollux-"));
    const file = join(folder, "config");
    writeFileSync(file, `${config.join("\n").replaceAll("%FOLDER%", folder)}\n`);
    const program = new Program(PYTHON, [...BARE, LISTENER, file, ...command(file)]);
    try {
      return new Proxy(program, folder, Number(await program.nextLine()));
    } catch (error) {
      await end(program, folder);
      throw error;
    }
  }

  /** Waits until it has said so. */
  async says(what: RegExp): Promise<void> {
    await this.#program.nextError(what);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#program, this.#folder);
  }
}

/** Not with SIGKILL: that would leave the worker of nginx. */
async function end(program: Program, folder: string): Promise<void> {
  program.kill("SIGTERM");
  await program.ended;
  rmSync(folder, { recursive: true });
}
