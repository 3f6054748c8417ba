/** Checks one value of a file. Throws a {@link WrongValue} that says where it is. */
export type Check = (value: unknown, path: string) => void;

/** A value of a file that is missing or of the wrong type. */
export class WrongValue extends Error {
  /** Where the value is: "scenarios[0].cells[3].value". Empty for the file as a whole. */
  readonly path: string;

  constructor(path: string, given: unknown, wanted: string) {
    const place = path === "" ? "it" : path;
    super(
      given === undefined
        ? `${place} is missing, ${wanted} is expected`
        : `${place} is ${shown(given)}, not ${wanted}`,
    );
    this.path = path;
  }
}

const MAX_SHOWN = 40;

function shown(given: unknown): string {
  if (Array.isArray(given)) return "a list";
  if (typeof given === "object" && given !== null) return "an object";
  const text = JSON.stringify(given);
  return text.length > MAX_SHOWN ? `a ${typeof given}` : text;
}

/** A value of this type. */
export function ofType(type: "string" | "number" | "boolean"): Check {
  return (given, path) => {
    if (typeof given !== type) throw new WrongValue(path, given, `a ${type}`);
  };
}

/** One of these words. */
export function oneOf(...words: readonly string[]): Check {
  return (given, path) => {
    if (!words.some((word) => word === given))
      throw new WrongValue(path, given, words.join(" or "));
  };
}

/** A value that may be missing. */
export function maybe(check: Check): Check {
  return (given, path) => {
    if (given !== undefined) check(given, path);
  };
}

/** A list of such values. */
export function list(check: Check): Check {
  return (given, path) => {
    if (!Array.isArray(given)) throw new WrongValue(path, given, "a list");
    for (const [index, item] of given.entries()) check(item, `${path}[${String(index)}]`);
  };
}

/** An object with these members, and any others. */
export function record(fields: Readonly<Record<string, Check>>): Check {
  return (given, path) => {
    const members = membersOf(given, path);
    for (const [name, check] of Object.entries(fields)) check(members[name], within(path, name));
  };
}

/**
 * An object whose members are all like this.
 *
 * @param others - members that differ, by name
 */
export function map(check: Check, others: Readonly<Record<string, Check>> = {}): Check {
  return (given, path) => {
    for (const [name, item] of Object.entries(membersOf(given, path)))
      (others[name] ?? check)(item, within(path, name));
  };
}

function membersOf(given: unknown, path: string): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new WrongValue(path, given, "an object");
  }
  return { ...given };
}

function within(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
