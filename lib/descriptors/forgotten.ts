import { isSystemError } from "../errors.ts";
import { setImmediate } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";

/** The object that a warning names: one of a public class, which may own several descriptors. */
export interface Whole {
  readonly name: string;
  warned: boolean;
}

/** Calls {@link watchForgotten} if the object is still open. */
export const watch = Symbol("watch");

/** Returns what else to undo when the object was forgotten: see {@link Watched.undo}. */
export const undoForgotten = Symbol("undoForgotten");

/** An object that owns a descriptor. */
export interface Owner {
  [watch](): void;
  [undoForgotten]?(): () => void;
}

interface Watched {
  readonly whole: Whole;
  /** Undoes effects other than the open descriptor. Must not reference the object. */
  readonly undo: (() => void) | undefined;
}

// A server's connection is often closed soon after it was opened. So a new object is only kept in a list,
// which costs almost nothing, until this many have been made or Node's loop turns.
const MAX_YOUNG_OBJECTS = 256;
// More than any heap can hold: V8 collects garbage immediately when it is told of so much memory.
const PRESSURE_BYTES = 2 ** 40;
const MAX_NEW_SHARE = 64;
const PAIRS_PER_CALL = 64;

const young: Owner[] = [];
const watched = new Map<number, Watched>();
const found = new Int32Array(2 * PAIRS_PER_CALL);
let scheduled = false;
let sentinels = 0;
/** The objects watched since the last check for collected ones, and since the last {@link reclaim}. */
let unseen = 0;
let unclaimed = 0;
/** The share of the watched objects that must be new before {@link reclaim} collects garbage again. */
let newShare = 0.5;
let current: Whole | null = null;

// One sentinel object stands for all: when it has been collected, the others may have been, too.
const collected = new FinalizationRegistry<null>(() => {
  sentinels--;
  closeForgotten();
  setSentinel();
});

/** The object that a descriptor made now belongs to. */
export function currentWhole(): Whole | null {
  return current;
}

/** The object that a warning names for the parts of a new object: itself, or the object it is a part of. */
export function wholeOf(name: string): Whole {
  return current ?? { name, warned: false };
}

/** Makes parts of `whole`. A single warning then names `whole` instead of each part. */
export function asParts<T>(whole: Whole, make: () => T): T {
  const outer = current;
  current = whole;
  try {
    return make();
  } finally {
    current = outer;
  }
}

/** Ensures that a new object is closed if it is forgotten. */
export function takeCare(owner: Owner): void {
  // Before `owner` is added: its constructor is still running.
  if (young.length === MAX_YOUNG_OBJECTS) watchYoung();
  young.push(owner);
  if (scheduled) return;
  scheduled = true;
  setImmediate(onTurn).unref();
}

/** Closes the descriptor, with a warning, after `owner` was garbage-collected. */
export function watchForgotten(
  owner: Owner,
  fd: number,
  ticket: number,
  whole: Whole,
  undo: (() => void) | undefined,
): void {
  // If this fails, the descriptor was closed by other means, and there is nothing to watch.
  if (!sys.watchOwner(fd, ticket, owner)) return;
  watched.set(ticket, { whole, undo });
  unseen++;
  unclaimed++;
}

/** Stops watching a descriptor that was closed or detached. */
export function unwatch(ticket: number): void {
  watched.delete(ticket);
}

/**
 * Calls `open`, which opens a descriptor. If none is free, closes forgotten ones and tries again: in a
 * thread that always blocks, nothing else would close them.
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
 * Closes forgotten descriptors, after a garbage collection if necessary. It does not collect again until
 * a certain share of all watched objects is new, and doubles that share each time it found nothing: a
 * program at the descriptor limit must not collect garbage with every call.
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
  newShare = closed ? 0.5 : Math.min(2 * newShare, MAX_NEW_SHARE);
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
  // For threads whose loop never turns. In proportion to all, so that the cost per object is constant.
  if (unseen > Math.max(MAX_YOUNG_OBJECTS, watched.size / 2)) closeForgotten();
}

function setSentinel(): void {
  if (sentinels > 0 || watched.size === 0) return;
  sentinels++;
  collected.register({}, null);
}

/** @returns the number of forgotten descriptors */
function closeForgotten(): number {
  unseen = 0;
  let count = 0;
  const wholes = new Map<Whole, number[]>();
  for (let pairs = PAIRS_PER_CALL; pairs === PAIRS_PER_CALL; count += pairs) {
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
    // EIO: no code could catch it here, and the warning is emitted nevertheless.
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
