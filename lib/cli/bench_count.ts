import { InvalidArgumentError } from "commander";

/** The value of an option that takes a number. */
export function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 1e6) return number;
  throw new InvalidArgumentError("It must be a whole number from 1 to 1000000.");
}

/** "1 cell", "3 cells". */
export function counted(number: number, thing: string): string {
  return `${String(number)} ${thing}${number === 1 ? "" : "s"}`;
}
