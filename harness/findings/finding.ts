/** Something that a chart shows. */
export interface Finding {
  /** One or two sentences that can be read alone. */
  readonly sentence: string;
  /** The numbers behind it, one line each; reports fold them away. */
  readonly numbers: readonly string[];
}
