import { Argument, type Command } from "commander";
import { EXPERIMENTS } from "../experiments/index.ts";
import { helpMore } from "./help.ts";

export function addExperiment(program: Command): void {
  const command = program
    .command("experiment")
    .description("try something with the kernel, and print each call with its answer")
    .addArgument(
      new Argument("[name]", "which one; without a name, they are listed").choices([
        ...EXPERIMENTS.keys(),
      ]),
    )
    .option("--json", "as one JSON object", false)
    .action(async (name: string | undefined, options: { readonly json: boolean }) => {
      const { experiment } = await import("./experimenting.ts");
      await experiment(name, options.json);
    });
  helpMore(command, {
    examples: [
      ["pollux experiment", "what there is"],
      ["pollux experiment half-close", "the calls in order, and one sentence at the end"],
    ],
    exitCodes: { 1: "a call failed that must not" },
  });
}
