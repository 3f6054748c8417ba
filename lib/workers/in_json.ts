import { type Check, invalidArgType } from "../arguments.ts";

/** For what goes to another process. */
export const inJson: Check = (value, name) => {
  if (!canBeJson(value)) throw invalidArgType(name, "a value that JSON has", value);
};

function canBeJson(value: unknown): boolean {
  try {
    return (JSON.stringify(value) as string | undefined) !== undefined;
  } catch {
    return false; // it contains itself, or a bigint
  }
}
