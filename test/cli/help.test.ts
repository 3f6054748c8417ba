import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../structure/source.ts";
import { run, shell } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";
import { withoutStrace } from "../support/strace.ts";

const { stdout: help } = await run(process.execPath, POLLUX, "--help");
const COMMANDS = [...help.matchAll(/^ {2}([a-z]+) (?:\[options\]|<shell>)/gm)].map(
  ([, name = ""]) => name,
);

describe("the help", () => {
  it("knows the commands", () => {
    expect(COMMANDS).toEqual(
      expect.arrayContaining(["serve", "connect", "interfaces", "routes", "options", "completion"]),
    );
  });

  it.each(COMMANDS)("of %s has two examples or more, and the exit codes", async (command) => {
    const { stdout } = await run(process.execPath, POLLUX, command, "--help");

    const [, examples = ""] = /^Examples:\n((?: {2}.+\n)+)/m.exec(stdout) ?? [];
    const lines = examples.split("\n").filter((line) => line.includes(`pollux ${command}`));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(stdout).toMatch(/^Exit codes:\n {2}0 .+\n {2}1 .+\n {2}2 /m);
  });
});

/** What bash would offer after these words, the last of which is begun. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const line = ["pollux", ...words].map((word) => `'${word}'`).join(" ");
  const output = await shell(`
    source <(${process.execPath} ${POLLUX} completion bash)
    COMP_WORDS=(${line}); COMP_CWORD=${String(words.length)}
    $(complete -p pollux | grep -o '_pollux')
    printf '%s\\n' "\${COMPREPLY[@]}"`);
  return output.split("\n").filter(Boolean);
}

describe("pollux completion bash", () => {
  it("offers all commands, and those that begin like the word", async () => {
    expect(await offered("")).toEqual([...COMMANDS, "help", "--help", "--version"]);
    expect(await offered("con")).toEqual(["connect"]);
  });

  it("offers the options of a command, and the values of an option", async () => {
    expect(await offered("connect", "--l")).toEqual(["--listen"]);
    expect(await offered("connect", "--multiplexer", "")).toEqual(["select", "poll", "epoll"]);
    expect(await offered("serve", "-m", "e")).toEqual(["epoll"]);
    expect(await offered("completion", "")).toEqual(expect.arrayContaining(["bash", "zsh"]));
    expect(await offered("serve", "--host", "")).toEqual([]);
    expect(await offered("bench", "ver")).toEqual(["verify"]);
    expect(await offered("bench", "--preset", "")).toEqual(["published"]);
    expect(await offered("bench", "verify", "--ag")).toEqual(["--against"]);
  });

  it.each(COMMANDS)("offers each option that the help of %s has", async (command) => {
    const { stdout } = await run(process.execPath, POLLUX, command, "--help");
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag);

    expect(flags).toContain("--help");
    expect(await offered(command, "-")).toEqual(expect.arrayContaining(flags));
  });
});

const withoutZsh = (await run("sh", "-c", "command -v zsh")).code !== 0;

describe("pollux completion zsh", () => {
  it("has each command with its options", async () => {
    const { code, stdout } = await run(process.execPath, POLLUX, "completion", "zsh");

    expect(code).toBe(0);
    expect(stdout).toMatch(/^#compdef pollux\n/);
    for (const command of COMMANDS) expect(stdout).toContain(`    ${command}) _arguments '`);
    expect(stdout).toContain("'--multiplexer[what it waits with]:value:(select poll epoll)'");
  });

  it.skipIf(withoutZsh)("is a script that zsh reads", async () => {
    await shell(`${process.execPath} ${POLLUX} completion zsh | zsh -n /dev/stdin`);
  });
});

describe("a command", () => {
  /** The files of dist/ that node opens. */
  async function opened(...args: string[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "pollux-opened-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const log = join(folder, "log");
    const node = [process.execPath, POLLUX, ...args];
    await run("strace", "-f", "-qq", "-z", "-e", "trace=open,openat", "-o", log, ...node);
    const files = [...readFileSync(log, "latin1").matchAll(/"([^"]+)"/g)].map(([, file]) => file);
    const dist = join(ROOT, "dist/");
    const own = files
      .filter((file) => file?.startsWith(dist))
      .map((file) => file!.slice(dist.length));
    return [...new Set(own)].filter((file) => file.endsWith(".js")).sort();
  }

  it.skipIf(withoutStrace)(
    "loads only what it needs, and the library only when it runs",
    async () => {
      const own = ["lib/cli/connect.js", "lib/cli/main.js"];
      const help = await opened("connect", "--help");
      const connect = await opened("connect", "127.0.0.1:1");
      const options = await opened("options", "SO_TYPE");

      expect(help).toEqual(expect.arrayContaining(own));
      expect(help).not.toContain("lib/pollux.js");
      expect(help.length).toBeLessThanOrEqual(6);
      expect(connect).toEqual(
        expect.arrayContaining([...own, "lib/cli/connecting.js", "lib/pollux.js"]),
      );
      expect(connect.length).toBeLessThanOrEqual(10);
      expect(options.filter((file) => /connecting|networks|serv|bench|doctor/.test(file))).toEqual(
        [],
      );
    },
  );
});

describe("colours", () => {
  const list = `${process.execPath} ${POLLUX} interfaces lo`;
  const onTerminal = (environment: string): Promise<string> =>
    shell(
      `env -u FORCE_COLOR -u NO_COLOR -u CI TERM=xterm ${environment} script -qec '${list}' /dev/null`,
    );

  it("are on a terminal only, and not with NO_COLOR", async () => {
    expect(await onTerminal("A=b")).toContain("\x1b[1mlo\x1b[22m");
    expect(await onTerminal("NO_COLOR=1")).not.toContain("\x1b[");
    expect(await shell(`env TERM=xterm ${list}`)).not.toContain("\x1b[");
  });
});
