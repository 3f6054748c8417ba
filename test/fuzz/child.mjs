// node child.mjs SEED RUNS FUNCTION…: calls functions of the addon wrongly, over and over, and writes
// the name of each that withstood. Without arguments: lists the functions that it knows, and how many
// parameters they have. A process of its own: what crashes here fails a test, and what is closed here
// harms nobody.
import { writeSync } from "node:fs";
import { inspect } from "node:util";
import fc from "fast-check";
import { functions, guarded, native, uncallable } from "./functions.mjs";
import { asked } from "./wrong_values.mjs";

const [seed, runs, ...names] = process.argv.slice(2);
const CODES = { TypeError: "ERR_INVALID_ARG_TYPE", RangeError: "ERR_OUT_OF_RANGE" };

let name;
let parameters;

/** Right values for all parameters, and the memory among them. */
function prepare() {
  const memories = [];
  const values = parameters.map(({ right, size, fill, wrap }) => {
    if (right) return right();
    const memory = guarded(size);
    fill?.(memory.view);
    memories.push({ ...memory, before: memory.all.slice() });
    return wrap ? wrap(memory.view) : memory.view;
  });
  return { values, memories };
}

function call(values) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // a trace costs more than the call
  try {
    return { result: native[name](...values) };
  } catch (error) {
    return { error };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function checkMemory(memories, untouched) {
  for (const { all, before, intact } of memories) {
    if (!intact()) throw new Error("bytes outside of the view changed");
    if (untouched && Buffer.compare(all, before) !== 0) throw new Error("a refused call wrote");
  }
}

function checkWrong({ result, error }, memories) {
  if (asked.length > 0) throw new Error(`a value was converted: ${asked.splice(0).join()}`);
  if (error === undefined) {
    if (!(Number.isInteger(result) && result < 0)) throw new Error(`answered ${String(result)}`);
  } else if (CODES[error.name] === undefined || error.code !== CODES[error.name]) {
    throw new Error(`threw ${String(error)} with code ${String(error.code)}`);
  }
  checkMemory(memories, error !== undefined);
}

/** Changes right values into a wrong call. */
function spoilers() {
  // What stands behind the last of these may be left out.
  const needed = parameters.findLastIndex(({ optional }) => !optional) + 1;
  return fc.oneof(
    // At least one wrong value; the others are right, or wrong as well.
    fc
      .record({
        certain: fc.nat(parameters.length - 1),
        others: fc.tuple(...parameters.map(() => fc.boolean())),
        recipes: fc.tuple(...parameters.map(({ wrong }) => wrong)),
      })
      .map(({ certain, others, recipes }) => (values) => {
        const spoilt = (index) => index === certain || (others[certain] && others[index]);
        return values.map((value, index) => (spoilt(index) ? recipes[index]() : value));
      }),
    // Too few values.
    fc.nat(needed - 1).map((count) => (values) => values.slice(0, count)),
  );
}

function checkSpoilt(spoil) {
  const { values, memories } = prepare();
  const spoilt = spoil(values);
  try {
    checkWrong(call(spoilt), memories);
  } catch (error) {
    throw new Error(`${name}(${spoilt.map((value) => inspect(value)).join(", ")})`, {
      cause: error,
    });
  }
}

/** Offset and length anywhere: nothing but those bytes may change, and those that fit are taken. */
const SLICES = ["read", "write", "recv", "send", "recvfrom", "sendto"];
const slices = fc.record({
  offset: fc.integer({ min: -4, max: 40 }),
  length: fc.integer({ min: -4, max: 40 }),
});

function checkSlice({ offset, length }) {
  const { values, memories } = prepare();
  const [{ view, before }] = memories;
  values.splice(values.indexOf(view) + 1, 2, offset, length);
  const fits = offset >= 0 && length >= 0 && offset + length <= view.length;
  const { error } = call(values);
  if ((error === undefined) !== fits) throw error ?? new Error("was not refused");
  checkMemory(memories, !fits);
  view.forEach((byte, index) => {
    const inside = index >= offset && index < offset + length;
    if (!inside && byte !== before[view.byteOffset + index]) throw new Error(`wrote byte ${index}`);
  });
}

function fuzz() {
  const options = { seed: Number(seed), numRuns: Number(runs), verbose: 1 };
  const { values, memories } = prepare();
  const { error } = call(values);
  if (error) throw new Error("the right values are refused", { cause: error });
  checkMemory(memories, false);
  if (parameters.length > 0) fc.assert(fc.property(spoilers(), checkSpoilt), options);
  if (SLICES.includes(name)) fc.assert(fc.property(slices, checkSlice), options);
}

function list() {
  const counts = Object.entries(functions).map(([name, { length }]) => [name, length]);
  process.stdout.write(JSON.stringify(Object.fromEntries(counts)));
}

if (names.length === 0) list();
for (name of names) {
  parameters = functions[name];
  if (!uncallable.has(name)) fuzz();
  writeSync(1, `${name}\n`); // at once: the next one may crash
}
