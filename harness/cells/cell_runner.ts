import type { Sample } from "../scenario/scenario.ts";

/** A sample, and whether the machine had time for it. */
export interface Taken {
  readonly sample: Sample;
  readonly starved: boolean;
}

/** A cell that can be measured, in this process or in one of its own. */
export interface CellRunner {
  /** Sets the cell up. */
  prepare(): Promise<void>;
  /** Finds how many repetitions make a sample of this length, which also warms the cell up. */
  calibrate(sampleMs: number): Promise<number>;
  /** Takes one sample. */
  sample(): Promise<Taken>;
  /** Releases what `prepare` acquired. Throws if nothing was measured. */
  teardown(): Promise<void>;
  /** Ends a cell that does not answer, as far as that is possible. */
  kill(): Promise<void>;
}
