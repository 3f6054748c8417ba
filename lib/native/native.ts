import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Constant, ErrnoName } from "./constants.ts";
import type { Functions } from "./functions.ts";
import type { Structs } from "./structs.ts";

export type { Bytes, LoopPoll, Optional, SignalMask, WaitThread } from "./functions.ts";

/** What the addon exports: functions, the constants of the headers it was compiled with, and layouts. */
export interface Native extends Readonly<Record<Constant, number>>, Functions {
  readonly errno: Readonly<Record<ErrnoName, number>>;
  readonly structs: Structs;
}

/** Fails elsewhere than on Linux: for what a program may begin with before its first system call. */
export function requireLinux(): void {
  if (process.platform !== "linux") fail();
}

function fail(): never {
  throw Object.assign(
    new Error(`pollux needs the sockets and multiplexers of Linux; this is ${process.platform}`),
    { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" },
  );
}

/** Elsewhere than on Linux the import succeeds, so that a program can ask before it uses. */
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

function load(): Native {
  const require = createRequire(import.meta.url);
  const find = require("node-gyp-build") as (packageRoot: string) => Native;
  return functionsFirst(find(dirname(require.resolve("pollux/package.json"))));
}

/**
 * The functions in an object of their own, in front of the addon. With its thousand constants V8 keeps
 * the addon as a dictionary, in which each call would look its function up anew.
 */
function functionsFirst(addon: Native): Native {
  const functions = Object.entries(addon).filter(([, value]) => typeof value === "function");
  return Object.setPrototypeOf(Object.fromEntries(functions), addon) as Native;
}

export const native: Native = process.platform === "linux" ? load() : unavailable();
