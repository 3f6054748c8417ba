import { Argument, type Command } from "commander";
import { helpMore } from "./help.ts";
import { print } from "./output.ts";

const SHELLS = ["bash", "zsh"] as const;

/** What can be typed after the name of a command. */
interface Completed {
  readonly name: string;
  readonly description: string;
  /** Options and their values, those of its subcommands too, and the values of its argument. */
  readonly options: readonly CompletedOption[];
  readonly values: readonly string[];
  /** The names of its subcommands. */
  readonly subcommands: readonly string[];
}

interface CompletedOption {
  readonly flags: readonly string[];
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The possible values; empty: anything, such as a file. */
  readonly values: readonly string[];
}

export function addCompletion(program: Command): void {
  const command = program
    .command("completion")
    .description("print a script that completes the commands and options of pollux")
    .addArgument(new Argument("<shell>", "which shell reads it").choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      const commands = program.commands.map(completed);
      print(shell === "bash" ? bash(commands) : zsh(commands));
    });
  helpMore(command, {
    examples: [
      ["source <(pollux completion bash)", "for this shell of bash"],
      ["pollux completion zsh > ~/.zfunc/_pollux", "for each zsh, if ~/.zfunc is in its fpath"],
    ],
  });
}

/** What commander knows of a command: the scripts cannot differ from the commands. */
function completed(command: Command): Completed {
  const all = [command, ...command.commands].flatMap((one) => one.createHelp().visibleOptions(one));
  const options = [...new Map(all.map((option) => [option.flags, option])).values()];
  return {
    name: command.name(),
    description: command.description(),
    options: options.map(({ short, long, description, required, optional, argChoices }) => ({
      flags: [short, long].filter((flag) => typeof flag === "string"),
      description,
      takesValue: required || optional,
      values: argChoices ?? [],
    })),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    subcommands: command.commands.map((one) => one.name()),
  };
}

function bash(commands: readonly Completed[]): string {
  return `# Completion of pollux for bash: source <(pollux completion bash)
_pollux() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    words=${quoted([...commands.map(({ name }) => name), "help", "--help", "--version"])}
  else
    case \${COMP_WORDS[1]} in
      help) words=${quoted(commands.map(({ name }) => name))} ;;
${commands.map(bashCase).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pollux pollux`;
}

function bashCase({ name, options, values, subcommands }: Completed): string {
  const flags = options.flatMap((option) => option.flags);
  const valued = options.filter(({ takesValue }) => takesValue);
  return `      ${name})
        case $previous in
${valued
  .map((option) => `          ${option.flags.join("|")}) words=${quoted(option.values)} ;;`)
  .concat(`          *) words=${quoted([...flags, ...values, ...subcommands])} ;;`)
  .join("\n")}
        esac ;;`;
}

function zsh(commands: readonly Completed[]): string {
  const names = commands.map(({ name, description }) => quoted([`${name}:${description}`]));
  return `#compdef pollux
# Completion of pollux for zsh: a file _pollux in a folder of $fpath
_pollux() {
  local -a commands=(
${names.map((name) => `    ${name}`).join("\n")}
    'help:help for a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
    help) _describe command commands ;;
${commands.map(zshCase).join("\n")}
  esac
}
# Sourced, it registers itself; found in $fpath, it is called.
if [[ $funcstack[1] == _pollux ]]; then _pollux "$@"; else compdef _pollux pollux; fi`;
}

function zshCase({ name, options, values, subcommands }: Completed): string {
  const specs = options.flatMap(({ flags, description, takesValue, values }) => {
    const text = description.replaceAll(/[[\]:]/g, "\\$&");
    const choices = values.length > 0 ? `(${values.join(" ")})` : "_files";
    const value = takesValue ? `:value:${choices}` : "";
    return flags.map((flag) => quoted([`${flag}[${text}]${value}`]));
  });
  const files =
    subcommands.length > 0 ? `{ compadd -- ${subcommands.join(" ")}; _files }` : "_files";
  const rest = quoted([values.length > 0 ? `*:value:(${values.join(" ")})` : `*:file:${files}`]);
  return `    ${name}) _arguments ${[...specs, rest].join(" \\\n      ")} ;;`;
}

/** Words as one word of a shell. */
function quoted(words: readonly string[]): string {
  return `'${words.join(" ").replaceAll("'", "'\\''")}'`;
}
