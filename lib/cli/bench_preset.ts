import { UsageError } from "./report.ts";

/** The names of the presets, which bench/presets.ts defines. */
export const PRESET_NAMES = ["published"] as const;

/** The name of a preset. */
export type PresetName = (typeof PRESET_NAMES)[number];

/** The settings of whole runs: see bench/presets.ts. */
export type Presets = Readonly<
  Record<
    PresetName,
    {
      readonly scenarios: readonly string[];
      readonly rounds: number;
      readonly sampleMs: number;
      readonly contenders: readonly string[] | "all";
    }
  >
>;

interface PresetOptions {
  readonly preset?: PresetName;
  readonly quick?: boolean;
  readonly rounds?: number;
  readonly sampleMs?: number;
  readonly contenders?: readonly string[] | "all";
  readonly values?: readonly string[];
}

// What a preset decides. `--limit` ends what hangs, and changes no number.
const DECIDED = {
  quick: "--quick",
  rounds: "--rounds",
  sampleMs: "--sample-ms",
  contenders: "--contenders",
  values: "--values",
} as const;

/**
 * The scenarios and options of a run: those of the preset, if there is one.
 *
 * @throws UsageError the command line also decides something that the preset decides
 */
export function withPreset<O extends PresetOptions>(
  presets: Presets,
  names: readonly string[],
  options: O,
): { readonly names: readonly string[]; readonly options: O & PresetOptions } {
  if (options.preset === undefined) return { names, options };
  const own = Object.entries(DECIDED).find(([key]) => options[key as keyof O] !== undefined);
  const conflict = own?.[1] ?? (names.length > 0 ? "the names of scenarios" : undefined);
  if (conflict !== undefined) {
    throw new UsageError(
      `--preset ${options.preset} is a whole run: it cannot be combined with ${conflict}`,
    );
  }
  const { scenarios, rounds, sampleMs, contenders } = presets[options.preset];
  return { names: scenarios, options: { ...options, rounds, sampleMs, contenders } };
}
