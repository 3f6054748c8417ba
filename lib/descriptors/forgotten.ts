import { isSystemError } from "../errors.ts";
import { setImmediate } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";

/** What a warning names: one object of a public class, which may own several descriptors. */
export interface Whole {
  readonly name: string;
  warned: boolean;
}

/** Watches the descriptor of an object that is still open, by calling {@link watchForgotten}. */
export const watch = Symbol("watch");

/** Says what to do when the object was forgotten, besides to close: see {@link Watched.undo}. */
export const undoForgotten = Symbol("undoForgotten");

/** An object that owns a descriptor. */
export interface Owner {
  [watch](): void;
  [undoForgotten]?(): () => void;
}

interface Watched {
  readonly whole: Whole;
  /** Undoes what else was done; holds no reference to the object. */
  readonly undo: (() => void) | undefined;
}

// A server's connection is often closed before anybody could have forgotten it. So what is new is only
// held, which costs next to nothing, until so many others have come or Node's loop turns.
const MAX_YOUNG = 256;
// More than any heap may have: V8 collects its garbage at once when so many bytes are announced.
const PRESSURE_BYTES = 2 ** 40;
const MAX_SHARE = 64;
const PAIRS = 64;

const young: Owner[] = [];
const watched = new Map<number, Watched>();
const found = new Int32Array(2 * PAIRS);
let scheduled = false;
let sentinels = 0;
/** How many were watched since the last look at what was collected, and since {@link reclaim}. */
let unseen = 0;
let unclaimed = 0;
/** How many of all there are have to be new before it collects garbage again. */
let newShare = 0.5;
let current: Whole | null = null;

// The garbage collector tells of one object for all: when it is gone, the others may be as well.
const collected = new FinalizationRegistry<null>(() => {
  sentinels--;
  closeForgotten();
  setSentinel();
});

/** What a descriptor that is made now is a part of. */
export function currentWhole(): Whole | null {
  return current;
}

/** What the parts of a new object belong to: the object, or one that it is a part of itself. */
export function wholeOf(name: string): Whole {
  return current ?? { name, warned: false };
}

/** Makes parts of `whole`: a warning names it and not them, once for all. */
export function asParts<T>(whole: Whole, make: () => T): T {
  const outer = current;
  current = whole;
  try {
    return make();
  } finally {
    current = outer;
  }
}

/** Takes care of a new object: see that it is closed when it is forgotten. */
export function takeCare(owner: Owner): void {
  // First, because this one is still being made.
  if (young.length === MAX_YOUNG) watchYoung();
  young.push(owner);
  if (scheduled) return;
  scheduled = true;
  setImmediate(onTurn).unref();
}

/** Closes the descriptor, with a warning, once `owner` was collected. */
export function watchForgotten(
  owner: Owner,
  fd: number,
  ticket: number,
  whole: Whole,
  undo: (() => void) | undefined,
): void {
  // Closed by other means where it fails: there is nothing to take care of.
  if (!sys.watchOwner(fd, ticket, owner)) return;
  watched.set(ticket, { whole, undo });
  unseen++;
  unclaimed++;
}

/** It was closed, or given away. */
export function unwatch(ticket: number): void {
  watched.delete(ticket);
}

/**
 * Calls what opens a descriptor. When none is free, forgotten ones are closed first: in a thread that only
 * blocks, nothing else would ever close them.
 */
export function whereFree<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isSystemError(error, "EMFILE", "ENFILE") || !reclaim()) throw error;
    return open();
  }
}

/**
 * Collects garbage, and closes what was forgotten. Once, until a good part of all are new, and twice as
 * many after each time in vain: who stands at the limit must not collect with each call.
 *
 * @returns whether a descriptor is free now
 */
export function reclaim(): boolean {
  watchYoung();
  if (closeForgotten() > 0) return true;
  if (unclaimed <= newShare * watched.size) return false;
  sys.adjustExternalMemory(PRESSURE_BYTES);
  sys.adjustExternalMemory(-PRESSURE_BYTES);
  unclaimed = 0;
  const closed = closeForgotten() > 0;
  newShare = closed ? 0.5 : Math.min(2 * newShare, MAX_SHARE);
  return closed;
}

function onTurn(): void {
  scheduled = false;
  watchYoung();
}

function watchYoung(): void {
  for (const owner of young) owner[watch]();
  young.length = 0;
  setSentinel();
  // Where Node's loop never turns: in proportion to what there is, so that each costs the same.
  if (unseen > Math.max(MAX_YOUNG, watched.size / 2)) closeForgotten();
}

function setSentinel(): void {
  if (sentinels > 0 || watched.size === 0) return;
  sentinels++;
  collected.register({}, null);
}

/** @returns how many there were */
function closeForgotten(): number {
  unseen = 0;
  let count = 0;
  const wholes = new Map<Whole, number[]>();
  for (let pairs = PAIRS; pairs === PAIRS; count += pairs) {
    pairs = sys.forgotten(found);
    for (let index = 0; index < 2 * pairs; index += 2) {
      const [fd, ticket] = [found[index]!, found[index + 1]!];
      const entry = watched.get(ticket);
      closeOne(fd, ticket, entry);
      if (entry) wholes.set(entry.whole, [...(wholes.get(entry.whole) ?? []), fd]);
    }
  }
  for (const [whole, fds] of wholes) warn(whole, fds);
  return count;
}

function closeOne(fd: number, ticket: number, entry: Watched | undefined): void {
  watched.delete(ticket);
  try {
    sys.closeOwned(fd, ticket);
  } catch (error) {
    // EIO. Nobody is there to catch that, and the warning comes all the same.
    if (!isSystemError(error)) throw error;
  }
  entry?.undo?.();
}

function warn(whole: Whole, fds: readonly number[]): void {
  if (whole.warned) return;
  whole.warned = true;
  const article = /^[AEIO]/.test(whole.name) ? "An" : "A";
  const [numbers, them] =
    fds.length === 1
      ? [`descriptor ${fds.join()}`, "it"]
      : [`descriptors ${fds.join(", ")}`, "them"];
  process.emitWarning(
    `${article} ${whole.name} was forgotten with ${numbers} open; closing ${them}.`,
    {
      type: "PolluxWarning",
      code: "POLLUX_FORGOTTEN_DESCRIPTOR",
      detail: "Call close(), or declare it with `using`, when it is no longer needed.",
    },
  );
}
