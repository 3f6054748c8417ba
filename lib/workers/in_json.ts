import { type Check, invalidArgType, outOfRange } from "../arguments.ts";

/** A message has room for it, and for what else it says. */
const MAX_BYTES = 96 * 1024;

/** For what goes to another process. */
export const inJson: Check = (value, name) => {
  if (!canBeJson(value)) throw invalidArgType(name, "a value that JSON has", value);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_BYTES)
    throw outOfRange(`${name}, in JSON`, `<= ${String(MAX_BYTES)} bytes`, bytes);
};

function canBeJson(value: unknown): boolean {
  try {
    return (JSON.stringify(value) as string | undefined) !== undefined;
  } catch {
    return false; // it contains itself, or a bigint
  }
}
