import { type Binary, loadBinary } from "./binary.ts";
import type { Constants, ErrnoName } from "./constants.ts";
import type { Functions } from "./functions.ts";
import type { Structs } from "./structs.ts";

export type {
  Bytes,
  IoUring,
  LoopPoll,
  Optional,
  ProtocolEntry,
  ServiceEntry,
  SignalMask,
  WaitThread,
} from "./functions.ts";

/** The exports of the addon: functions, the constants of the C headers, and the layouts of structures. */
export interface Native extends Constants, Functions {
  readonly errno: Readonly<Record<ErrnoName, number>>;
  readonly structs: Structs;
}

/** Throws if the system is not Linux. For constructors that make no system call, and so would not fail. */
export function requireLinux(): void {
  if (process.platform !== "linux") fail();
}

function fail(): never {
  throw Object.assign(
    new Error(`pollux needs the sockets and multiplexers of Linux; this is ${process.platform}`),
    { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" },
  );
}

/** Stands in for the addon on other systems. The import succeeds, and each call of a function throws. */
function unavailable(): Native {
  const isConstant = /^[A-Z]|^(sizeof|offsetof)_/;
  const field = { offset: 0, size: 0, signed: false, mask: 0, network: false };
  const fields = new Proxy({}, { get: () => field });
  const structs = new Proxy({}, { get: () => ({ sizeof: 0, fields }) });
  const objects: Readonly<Record<string, object>> = { errno: {}, structs };
  return new Proxy({} as Native, {
    get: (_, name) => objects[String(name)] ?? (isConstant.test(String(name)) ? 0 : fail),
  });
}

/**
 * An object with only the functions, whose prototype is the addon. Because of its thousand constants, V8
 * keeps the addon as a dictionary, where each call would have to look up its function.
 */
function functionsFirst(addon: object): Native {
  const functions = Object.entries(addon).filter(([, value]) => typeof value === "function");
  return Object.setPrototypeOf(Object.fromEntries(functions), addon) as Native;
}

const loaded = process.platform === "linux" ? loadBinary() : null;

export const native: Native = loaded ? functionsFirst(loaded.addon) : unavailable();

/** Which binary was loaded; `null` on other systems than Linux. */
export const binary: Binary | null = loaded?.binary ?? null;
