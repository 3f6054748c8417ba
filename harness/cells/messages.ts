import type { Taken } from "./cell_runner.ts";
import type { SweepValue } from "../scenario/scenario.ts";

/** What the parent asks of the process of a cell. The next request waits for the reply. */
export type CellRequest =
  | {
      readonly request: "prepare";
      /** The URL of the module that exports the scenario. */
      readonly module: string;
      readonly contender: string;
      readonly value: SweepValue;
    }
  | { readonly request: "calibrate"; readonly sampleMs: number }
  | { readonly request: "sample" }
  | { readonly request: "teardown" };

/** The answer of the process of a cell. */
export type CellReply =
  | { readonly reply: "done" }
  | { readonly reply: "calibrated"; readonly times: number }
  | { readonly reply: "taken"; readonly taken: Taken }
  | { readonly reply: "failed"; readonly message: string };
