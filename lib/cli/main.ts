#!/usr/bin/env node
import { createRequire } from "node:module";
import { CommanderError, Command } from "commander";
import { UsageError, fail, ignoreClosedOutput } from "./report.ts";

const USAGE = 2;
const FAILURE = 1;

const { version } = createRequire(import.meta.url)("pollux/package.json") as { version: string };

const program = new Command("pollux")
  .description("Linux's real sockets and multiplexers for TypeScript")
  .version(version)
  .showSuggestionAfterError(false)
  .configureOutput({
    writeOut: (text) => {
      ignoreClosedOutput();
      process.stdout.write(text);
    },
    writeErr: (text) => {
      ignoreClosedOutput();
      process.stderr.write(text);
    },
    outputError: (message, write) => {
      write(message.replace(/^error: /, "pollux: "));
    },
  })
  .exitOverride();
// Only the named command is loaded, and all of them for the help and the completion. The command loads the library when it runs.
const COMMANDS = {
  serve: async () => (await import("./serve.ts")).addServe(program),
  restart: async () => (await import("./restart.ts")).addRestart(program),
  connect: async () => (await import("./connect.ts")).addConnect(program),
  daytime: async () => (await import("./daytime.ts")).addDaytime(program),
  interfaces: async () => (await import("./interfaces.ts")).addInterfaces(program),
  routes: async () => (await import("./routes.ts")).addRoutes(program),
  options: async () => (await import("./options.ts")).addOptions(program),
  experiment: async () => (await import("./experiment.ts")).addExperiment(program),
  bench: async () => (await import("./bench.ts")).addBench(program),
  doctor: async () => (await import("./doctor.ts")).addDoctor(program),
  completion: async () => (await import("./completion.ts")).addCompletion(program),
};
const [named = ""] = process.argv.slice(2);
for (const [name, add] of Object.entries(COMMANDS)) {
  if (name === named || named === "completion" || !Object.hasOwn(COMMANDS, named)) await add();
}

program.hook("preAction", (_, command) => {
  if (command.name() !== "connect") ignoreClosedOutput();
});
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE; // commander has written the message
  } else {
    fail(error);
    process.exitCode = error instanceof UsageError ? USAGE : FAILURE;
  }
}
