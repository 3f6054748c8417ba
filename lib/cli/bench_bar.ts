/** A stream for text, perhaps a terminal. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How far a measurement is. */
export interface Step {
  /** The share that is done, from 0 to 1. */
  readonly share: number;
  /** An estimate of the time that is left; absent before there is one. */
  readonly leftMs?: number;
  /** What is measured now. */
  readonly where: string;
}

const BAR = 24;
// For terminals whose width is unknown or 0.
const WIDTH = 80;

/** Lines of text, and below them on a terminal a bar that shows how far the measurement is. */
export class BenchBar {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  /** How many characters fit into a line: as many as one likes, if it is no terminal. */
  get columns(): number {
    const { isTTY, columns = WIDTH } = this.#output;
    if (!isTTY) return Infinity;
    return columns > 0 ? columns : WIDTH;
  }

  /** Draws the bar in place of the one before. */
  draw({ share, leftMs, where }: Step): void {
    if (!this.#output.isTTY) return;
    const full = Math.min(BAR, Math.round(share * BAR));
    const bar = "█".repeat(full) + "░".repeat(BAR - full);
    const left = leftMs === undefined ? "" : `, ${duration(leftMs)} left`;
    const line = `${bar} ${String(Math.round(share * 100))} %${left}: ${where}`;
    this.clear();
    this.#output.write(line.slice(0, this.columns - 1));
  }

  /** Removes the bar, before text on this stream or another one. */
  clear(): void {
    if (this.#output.isTTY) this.#output.write("\r\u001b[K");
  }

  /** Writes a line in place of the bar. */
  line(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
