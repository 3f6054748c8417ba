import type { Focus } from "../findings/headlines/headline.ts";
import type { Results } from "../results/results.ts";

/**
 * How a report shows one scenario: what its headline is about, and with `at`, bars of all contenders at that
 * value instead of lines.
 */
export interface View extends Focus {
  /** A short title for the list of questions: "Short connections". Default: the name of the scenario. */
  readonly short?: string;
}

/** A chart of the first screen. */
export interface CoverChart extends View {
  /** The name of the scenario. */
  readonly scenario: string;
  /** What the chart answers, in a few words. */
  readonly title: string;
  /** The contenders that are drawn, in order. Default: all. */
  readonly contenders?: readonly string[];
}

/** A table that says what to do. */
export interface Advice {
  /** The heading, a question. */
  readonly title: string;
  /** Rows of three cells: the situation, what to use, and why. */
  readonly rows: readonly (readonly [situation: string, answer: string, reason: string])[];
}

/** What a suite knows about its own report, and a run does not. */
export interface ReportOptions {
  /** The title of the page. Default: "Measured". */
  readonly title?: string;
  /** One sentence below the title. */
  readonly lead?: string;
  /** The charts of the first screen. Those whose scenario is not in the run are left out. Default: none. */
  readonly cover?: readonly CoverChart[];
  /** How scenarios are shown, by name. */
  readonly views?: Readonly<Record<string, View>>;
  /** A table for the first screen, made from the run. */
  advice?(results: Results): Advice;
  /** Where the run came from, and how to repeat it: Markdown-free sentences. */
  readonly source?: string;
}
