import type { Taken } from "./local_cell.ts";
import type { SweepValue } from "../scenario/scenario.ts";

/** What the process of a cell is asked to do, one thing at a time. */
export type CellRequest =
  | {
      readonly request: "prepare";
      /** The module whose `scenario` is meant. */
      readonly module: string;
      readonly contender: string;
      readonly value: SweepValue;
    }
  | { readonly request: "calibrate"; readonly sampleMs: number }
  | { readonly request: "sample" }
  | { readonly request: "teardown" };

export type CellReply =
  | { readonly reply: "done" }
  | { readonly reply: "calibrated"; readonly times: number }
  | { readonly reply: "taken"; readonly taken: Taken }
  | { readonly reply: "failed"; readonly message: string };
