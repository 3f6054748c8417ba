import { describe, expect, it } from "vitest";
import {
  aBoolean,
  aFunction,
  anArray,
  anInteger,
  anObject,
  anything,
  aTimeLimit,
  oneOf,
  type OptionTable,
  readOptions,
  someBits,
} from "../lib/arguments.ts";

interface Options {
  readonly size?: number;
  readonly names?: readonly string[];
  readonly edge?: boolean;
}

const TABLE: OptionTable<Options> = { size: anInteger(0, 9), names: anArray, edge: aBoolean };
const read = (options: unknown): Options => readOptions(options as Options, TABLE);
const error = (code: string, ...words: string[]): unknown =>
  expect.objectContaining({
    ...{ name: "TypeError", code },
    message: expect.stringMatching(words.join(".*")) as string,
  });

describe("readOptions()", () => {
  it("returns what it was given, where all of it exists", () => {
    const options = { size: 3, names: undefined };

    expect(read(options)).toBe(options);
    expect(read({})).toEqual({});
    expect(read(Object.create(null))).toEqual({});
  });

  it.each(["sise", "constructor", "__defineGetter__"])("names %s and all that exist", (name) => {
    expect(() => read({ [name]: undefined })).toThrow(
      error("ERR_INVALID_ARG_VALUE", `"options.${name}"`, "size, names, edge"),
    );
  });

  it("finds inherited names as well", () => {
    const inherited: unknown = Object.create({ sise: 1 });

    expect(() => read(inherited)).toThrow(error("ERR_INVALID_ARG_VALUE", "options.sise"));
  });

  it.each([null, 5, "size", true, [], () => undefined])("refuses %s as an object", (options) => {
    expect(() => read(options)).toThrow(error("ERR_INVALID_ARG_TYPE", `"options"`, "an object"));
  });

  it("checks each value, under the name that the caller knows", () => {
    expect(() => read({ names: 5 })).toThrow(error("ERR_INVALID_ARG_TYPE", "options.names"));
    expect(() => readOptions({ edge: 1 } as unknown as Options, TABLE, "how")).toThrow(
      error("ERR_INVALID_ARG_TYPE", "how.edge", "a boolean"),
    );
  });
});

describe("the checks of options", () => {
  it.each([
    ["aBoolean", aBoolean, [true, false], [0, null, "true"]],
    ["aFunction", aFunction, [String], [{}, null, "x"]],
    ["anArray", anArray, [[], [1]], [{ length: 0 }, null, "x"]],
    ["anObject", anObject, [{}, []], [1, null, "x"]],
    ["aTimeLimit", aTimeLimit, [0, 0.5, Infinity], [-1, NaN, null, "1"]],
    ["anInteger", anInteger(1, 3), [1, 3], [0, 4, 1.5, NaN, null, "2", 2n]],
    ["oneOf", oneOf("a", 1), ["a", 1], ["b", 2, "1", null]],
    ["someBits", someBits, [0, -1, 2 ** 31 - 1], [2 ** 31, 0.5, "1", null]],
    ["anything", anything, [null, 0, undefined], []],
  ])("%s takes what it names, and refuses the rest", (_, check, right, wrong) => {
    for (const value of right) expect(() => check(value, "x")).not.toThrow();
    for (const value of wrong) {
      expect(() => check(value, "x")).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_/) as string }),
      );
    }
  });
});
