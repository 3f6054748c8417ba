import type { Command } from "commander";
import type { Diagnosis } from "./features.ts";
import { helpMore } from "./help.ts";
import { type Limit, limits, runtime } from "./host.ts";

const FAILURE = 1;
const NAME_WIDTH = 30;

export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("tell which binary was loaded and why, what this kernel can do, and its limits")
    .option("--json", "as one JSON object", false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const found = await diagnose();
      const all = {
        version: program.version(),
        runtime: runtime(),
        ...found,
        limits: limits(),
      };
      process.stdout.write(json ? `${JSON.stringify(all)}\n` : text(all));
      if (found.error !== undefined) process.exitCode = FAILURE;
    });
  helpMore(command, {
    examples: [
      ["pollux doctor", "for people"],
      ["pollux doctor --json > doctor.json", "for a report of a problem"],
    ],
    exitCodes: { 1: "there is no binary for this machine" },
  });
}

interface Found extends Partial<Diagnosis> {
  /** Why there is no binary, with all the names that were tried. */
  readonly error?: string;
}

interface Everything extends Found {
  readonly version: string | undefined;
  readonly runtime: Readonly<Record<string, string>>;
  readonly limits: readonly Limit[];
}

/** Loads the library, which may fail: that is a result, too. */
async function diagnose(): Promise<Found> {
  try {
    const { diagnosis } = await import("./features.ts");
    return diagnosis();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_POLLUX_NO_BINARY") return { error: message };
    throw error;
  }
}

function text({ version, runtime, binary, features, error, limits }: Everything): string {
  const origin = binary === undefined ? "none" : `${binary.file} (${binary.origin})`;
  const lines = [
    line("pollux", version ?? ""),
    ...Object.entries(runtime).map(([name, value]) => line(name, value)),
    line("binary", origin),
    ...(binary?.passedOver ?? []).map((passed) => line("", `before it: ${passed}`)),
    ...(error === undefined ? [] : ["", error]),
    "",
    ...(features ?? []).map(({ name, available, detail }) =>
      line(name, `${available === null ? "unknown" : available ? "yes" : "no"}${comment(detail)}`),
    ),
    ...(features === undefined ? [] : [""]),
    ...limits.map(({ name, value }) => line(name, value)),
  ];
  return `${lines.join("\n")}\n`;
}

function line(name: string, value: string): string {
  return `${name.padEnd(NAME_WIDTH)} ${value}`;
}

function comment(detail: string): string {
  return detail === "" ? "" : ` (${detail})`;
}
