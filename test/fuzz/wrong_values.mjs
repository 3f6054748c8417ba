// Wrong values for one parameter, by what the parameter takes. Each kind is a fast-check arbitrary
// of recipes: functions that make the value when called, since a detached buffer cannot be cloned.
import fc from "fast-check";

/** Objects that would turn into a number if anybody asked; nobody may. */
export const asked = [];
const trap = (result) => ({
  valueOf: () => (asked.push("valueOf"), result),
  toString: () => (asked.push("toString"), String(result)),
  [Symbol.toPrimitive]: () => (asked.push("toPrimitive"), result),
});

const FUNNY = [undefined, null, true, false, "", "1", "eth0", [], [1], () => 1, /x/, new Map()];
const funny = fc.constantFrom(...FUNNY);
const recipe = (arbitrary) => arbitrary.map((value) => () => value);
const anything = recipe(
  fc.oneof(
    funny,
    fc.constantFrom(0, 1).map(trap),
    fc.constantFrom(Symbol("x"), Symbol.iterator, Object(1), Object(1n), new Date(1), Object("1")),
    fc.anything({ withTypedArray: false }),
  ),
);
const only = (arbitrary, wrong) => arbitrary.filter((make) => wrong(make()));

const huge = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, 0.5, -0.5, 2 ** 31, 2 ** 32, -(2 ** 31) - 1, 2 ** 53),
  fc.double({ noInteger: true }),
  fc.double({ min: 2 ** 33, max: 1e308 }),
);
const noNumber = only(anything, (value) => typeof value !== "number");
const bigint = recipe(fc.bigInt());

/** No int; or an int that `ints` says is wrong in this place. */
export const int = (...ints) =>
  fc.oneof(
    noNumber,
    bigint,
    recipe(huge.filter((n) => !isInt(n))),
    ints.length ? recipe(fc.constantFrom(...ints)) : bigint,
  );

/** No int, or a descriptor that is not open. */
export const fd = fc.oneof(
  int(),
  recipe(fc.integer({ min: -(2 ** 31), max: -1 })),
  recipe(fc.integer({ min: 2 ** 21, max: 2 ** 31 - 1 })),
);

/** No 32-bit word, signed or unsigned. */
export const bits = fc.oneof(
  noNumber,
  bigint,
  recipe(huge.filter((n) => !isInt(n) && !isInt(n - 2 ** 31))),
);

/** No unsigned 32-bit number. */
export const uint32 = fc.oneof(
  noNumber,
  bigint,
  recipe(fc.integer({ min: -(2 ** 31), max: -1 })),
  recipe(huge.filter((n) => !(Number.isInteger(n) && n >= 0 && n < 2 ** 32))),
);

/** No time limit. Those below 0 or too high are right, but would wait for ever. */
export const milliseconds = fc.oneof(noNumber, bigint, recipe(fc.constant(NaN)));

/** No time limit, nor a whole struct timespec. */
export const timeLimit = fc.oneof(milliseconds, shorter(16));

/** No size in bytes. */
export const size = fc.oneof(
  noNumber,
  bigint,
  recipe(fc.integer({ max: -1 })),
  recipe(huge.filter((n) => !(Number.isSafeInteger(n) && n >= 0))),
);

/** No unsigned 64-bit bigint. */
export const uint64 = fc.oneof(
  only(anything, (value) => typeof value !== "bigint"),
  recipe(huge),
  recipe(fc.oneof(fc.bigInt({ max: -1n }), fc.bigInt({ min: 2n ** 64n }))),
);

export const bool = fc.oneof(
  only(anything, (v) => typeof v !== "boolean"),
  bigint,
  recipe(huge),
);
export const callback = fc.oneof(
  only(anything, (v) => typeof v !== "function"),
  bigint,
  recipe(huge),
);

export const object = fc.oneof(
  only(anything, (v) => (typeof v !== "object" && typeof v !== "function") || v === null),
  bigint,
  recipe(huge),
);

/** A number of bytes that is added or taken away. */
export const change = fc.oneof(
  noNumber,
  bigint,
  recipe(huge.filter((n) => !Number.isSafeInteger(n))),
);

/** A handle of the addon. Wrong: no handle, a forged one, one of another kind, a closed one. */
export const handle = (right, { other, closed }) => ({
  right: () => right,
  wrong: fc.oneof(
    anything,
    bigint,
    recipe(huge),
    recipe(fc.constantFrom(other, ...(closed ? [closed] : []))),
    fc.constantFrom(
      () => new Proxy(right, {}),
      () => new Proxy(right, { get: () => right, has: () => true }),
      () => Object.create(right),
      () => Object.setPrototypeOf(() => 1, right),
      () => Object.defineProperties({}, Object.getOwnPropertyDescriptors(right)),
      () => globalThis.structuredClone(right),
      () => [right],
      () => new WeakRef(right),
      () => Object.assign(new Uint8Array(64), right),
    ),
  ),
});

export const string = fc.oneof(
  only(anything, (v) => typeof v !== "string"),
  bigint,
  recipe(huge),
);

const noView = fc.oneof(
  only(anything, (value) => !ArrayBuffer.isView(value)),
  recipe(huge),
  fc.constantFrom(
    () => new ArrayBuffer(64),
    () => new SharedArrayBuffer(64),
    () => Object.create(DataView.prototype),
    () => new Proxy(new DataView(new ArrayBuffer(64)), {}),
    () => ({ buffer: new ArrayBuffer(64), byteOffset: 0, byteLength: 64, length: 64 }),
    () => Object.create(Uint8Array.prototype),
    () => new Proxy(new Uint8Array(64), {}),
  ),
);

/** No typed array and no DataView, or one with fewer than `size` bytes in reach. */
export const bytes = (size, { optional = false } = {}) =>
  fc.oneof(
    optional ? only(noView, (value) => value !== null && value !== undefined) : noView,
    ...(size === 0 ? [] : [shorter(size)]),
  );

/** No array of typed arrays, or one that is too long. */
export const buffers = fc.oneof(
  only(anything, (value) => !Array.isArray(value)),
  recipe(huge),
  noView.map((make) => () => [make()]),
  noView.map((make) => () => [new Uint8Array(8), make()]),
  fc.constantFrom(
    () => new Uint8Array(8),
    () => new Proxy([new Uint8Array(8)], {}),
    () => ({ length: 1, 0: new Uint8Array(8) }),
    () => new Array(1025).fill(new Uint8Array(1)),
    () => new Array(2 ** 32 - 1),
    () => [[new Uint8Array(8)]],
  ),
);

/** No array of such arrays. */
export const bufferLists = fc.oneof(
  only(anything, (value) => !Array.isArray(value) && value !== null && value !== undefined),
  recipe(huge),
  buffers.filter((make) => make() !== null && make() !== undefined).map((make) => () => [make()]),
  fc.constantFrom(
    () => new Array(1025).fill(null),
    () => [null, [new Uint8Array(8), detached(new Uint8Array(8))], 1],
  ),
);

function shorter(size) {
  return fc.tuple(fc.nat(size - 1), fc.nat(64)).chain(([length, offset]) =>
    fc.constantFrom(
      () => new Uint8Array(new ArrayBuffer(offset + length), offset, length),
      () => new Uint8ClampedArray(new SharedArrayBuffer(offset + length), offset, length),
      () => lying(new Int8Array(length)),
      () => detached(new Uint8Array(new ArrayBuffer(offset + size), offset, size)),
      () => shrunk(offset, size, length),
      () => shrunk(offset, undefined, length),
      () => new DataView(new ArrayBuffer(offset + length), offset, length),
      () => new DataView(new SharedArrayBuffer(offset + length), offset, length),
      () => lying(new DataView(new ArrayBuffer(length))),
      () => detached(new DataView(new ArrayBuffer(offset + size), offset, size)),
      () => shrunk(offset, size, length, DataView),
      () => shrunk(offset, undefined, length, DataView),
      () => new Float64Array(Math.floor(length / 8)),
      () => new BigUint64Array(Math.floor(length / 8)),
    ),
  );
}

function lying(array) {
  for (const name of ["length", "byteLength"]) Object.defineProperty(array, name, { value: 1e6 });
  return array;
}

function detached(array) {
  globalThis.structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** A view of `size` bytes (or as long as its buffer) whose buffer was shrunk under it. */
function shrunk(offset, size, left, View = Uint8Array) {
  const buffer = new ArrayBuffer(offset + (size ?? 64), { maxByteLength: offset + 4096 });
  const array = new View(buffer, offset, size);
  buffer.resize(size === undefined ? offset + left : Math.floor(offset / 2));
  return array;
}

const isInt = (n) => Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 31;
