/** The steps of each power of ten that {@link about} rounds to. */
const STEPS = [1, 2, 3, 5, 10];
/** Of the ratios that headlines name: far enough apart that two runs of the same programs name the same one. */
const RATIOS = [1, 2, 5, 10];
/** Of bounds: two runs differ in smaller ones, and in whether two cost the same. */
const BOUNDS = [1.5, 2, 3, 5, 10, 15];

/** The nearest of 1, 2, 3, 5, 10, 20, …: a number of things that is known only roughly. */
export function about(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const distance = (step: number): number => Math.abs(Math.log(value / (step * power)));
  return STEPS.reduce((best, step) => (distance(step) < distance(best) ? step : best)) * power;
}

/** The largest of 2, 5, 10, 20, … that `ratio` reaches; `undefined` below 2. */
export function ratioOver(ratio: number): number | undefined {
  if (ratio < 2) return undefined;
  const power = 10 ** Math.floor(Math.log10(ratio));
  return RATIOS.filter((step) => step * power <= ratio).at(-1)! * power;
}

/** The smallest of 1.5, 2, 3, 5, 10, 15, … that `ratio` stays below, also where it is told with two digits. */
export function ratioUpTo(ratio: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(ratio)));
  return BOUNDS.find((step) => step * power > twoDigits(ratio))! * power;
}

/** A round number for a headline: "500×". */
export function formatRound(ratio: number): string {
  return `${ratio.toLocaleString("en-US")}×`;
}

/** A number with at most two significant digits. */
export function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}

/** How many words a sentence has, as a reader counts them. */
export function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
