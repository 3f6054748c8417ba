import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { run } from "../support/program.ts";
import { POLLUX } from "../support/serving.ts";

const { code } = await run("zsh", "-fc", "zmodload zsh/zpty && autoload -Uz +X compinit");
const withoutZsh = code === 0 ? undefined : "needs zsh with its module zpty and its completions";

/** For a zsh on a terminal: each word that it would offer goes to its output. */
const CAPTURE = `
PROMPT=
unset zle_bracketed_paste
setopt NO_BEEP
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return $?
  fi
  local -a __hits
  builtin compadd -A __hits "$@"
  local __hit
  for __hit in $__hits; do print -r -- "<offer>$__hit</offer>"; done
  builtin compadd "$@"
}
_files() { compadd FILES }
finished() { print -r -- "<over>"; compstate[insert]= compstate[list]= }
comppostfuncs=(finished)
bindkey '^I' complete-word
print -r -- "<re""ady>"
`;

/** Types a line into a zsh that has loaded the script, then Tab; prints what comes until that is over. */
const TYPE = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "source $1"
zpty -r shell output '*<ready>*' || exit 1
zpty -w -n shell "$2"$'\\t'
zpty -r shell output '*<over>*' || exit 1
print -r -- $output
zpty -d shell
`;

const folder = mkdtempSync(join(tmpdir(), "pollux-zsh-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** How a zsh gets the script, as `pollux completion --help` shows. */
const WAYS = {
  "in a folder of fpath": `fpath=(${folder}/functions $fpath); compinit -u -d ${folder}/dump`,
  sourced: `compinit -u -D; source ${folder}/functions/_pollux`,
};

describe.skipIf(withoutZsh !== undefined).each(Object.entries(WAYS))(
  "pollux completion zsh, %s",
  (way, load) => {
    /** What zsh offers after this line, sorted. */
    async function offered(line: string): Promise<string[]> {
      const { stdout: script } = await run(process.execPath, POLLUX, "completion", "zsh");
      mkdirSync(join(folder, "functions"), { recursive: true });
      writeFileSync(join(folder, "functions/_pollux"), script);
      const init = join(folder, way.length < 10 ? "sourced.zsh" : "fpath.zsh");
      writeFileSync(init, `autoload -Uz compinit; ${load}\n${CAPTURE}`);

      const ended = await run("timeout", "60", "zsh", "-fc", TYPE, "zsh", init, line);

      expect(ended).toMatchObject({ code: 0, stderr: "" });
      const words = [...ended.stdout.matchAll(/<offer>(.*?)<\/offer>/g)].map(([, word]) => word!);
      return [...new Set(words)].sort();
    }

    it("offers all commands, and those that begin like the word", async () => {
      const { stdout: help } = await run(process.execPath, POLLUX, "--help");
      const commands = [...help.matchAll(/^ {2}([a-z]+) (?:\[options\]|<shell>)/gm)].map(
        ([, name]) => name,
      );

      expect(await offered("pollux ")).toEqual([...commands, "help"].sort());
      expect(await offered("pollux con")).toEqual(["connect"]);
      expect(await offered("pollux help do")).toEqual(["doctor"]);
    });

    it("offers the options of a command, the values of an option, and its argument's", async () => {
      expect(await offered("pollux connect --l")).toEqual(["--listen"]);
      expect(await offered("pollux connect --multiplexer ")).toEqual(["epoll", "poll", "select"]);
      expect(await offered("pollux serve -m e")).toEqual(["epoll"]);
      expect(await offered("pollux serve d")).toEqual(["daytime", "discard"]);
      expect(await offered("pollux completion ")).toEqual(["bash", "zsh"]);
      expect(await offered("pollux experiment l")).toEqual(["linger", "lt-and-et"]);
    });

    it("offers files where a value is free", async () => {
      expect(await offered("pollux serve --unix ")).toEqual(["FILES"]);
    });
  },
);
