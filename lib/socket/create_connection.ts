import { Address, type AddressLike } from "../address/address.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { FAMILY, resolve, resolveSync } from "../address/resolve.ts";
import {
  aBoolean,
  anAbortSignal,
  anInteger,
  anObject,
  aTimeLimit,
  invalidArgType,
  oneOf,
  type OptionTable,
  outOfRange,
  readOptions,
} from "../arguments.ts";
import { waitForAny, waitForAnySync } from "../multiplexer/wait_for_any.ts";
import { throwIfAborted } from "../runtime/abort.ts";
import { now } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { type Clock, Race, type Reached } from "./race.ts";
import { Socket } from "./socket.ts";

/** How {@link createConnectionSync} connects. */
export interface CreateConnectionOptions {
  /** AF_INET or AF_INET6: only addresses of this family. Default: both. */
  readonly family?: number | undefined;
  /** SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM. Default: SOCK_STREAM. */
  readonly type?: number | undefined;
  /** IPPROTO_…. Default: 0, that of the type. */
  readonly protocol?: number | undefined;
  /** The address that it connects from, and its port or 0: only addresses of its family are tried. */
  readonly localAddress?: AddressLike | undefined;
  /**
   * Milliseconds after which the next address is tried beside those that have not answered: the Connection Attempt
   * Delay of RFC 8305, at least 10. `Infinity`: only after one has failed. Default: 250.
   */
  readonly attemptDelayMs?: number | undefined;
  /** Milliseconds for all of it, fractions allowed. `undefined` or `Infinity`: until the kernel gives up. */
  readonly timeoutMs?: number | undefined;
  /** Whether calls of the socket block. Default: `false`. */
  readonly blocking?: boolean | undefined;
}

/** How {@link createConnection} connects. */
export interface AsyncCreateConnectionOptions extends CreateConnectionOptions {
  /** Cancels it: the promise is rejected with the signal's reason, and all attempts end. */
  readonly signal?: AbortSignal | undefined;
}

// RFC 8305, section 5: recommended, and the least.
const ATTEMPT_DELAY_MS = 250;
const MIN_ATTEMPT_DELAY_MS = 10;

const OPTIONS: OptionTable<CreateConnectionOptions> = {
  family: FAMILY,
  type: oneOf(sys.SOCK_STREAM, sys.SOCK_SEQPACKET, sys.SOCK_DGRAM),
  protocol: anInteger(0, 2 ** 31 - 1),
  localAddress: anObject,
  attemptDelayMs: (value, name) => {
    if (typeof value !== "number") throw invalidArgType(name, "a number", value);
    if (!(value >= MIN_ATTEMPT_DELAY_MS)) {
      throw outOfRange(name, `>= ${String(MIN_ATTEMPT_DELAY_MS)}`, value);
    }
  },
  timeoutMs: aTimeLimit,
  blocking: aBoolean,
};
const ASYNC_OPTIONS: OptionTable<AsyncCreateConnectionOptions> = {
  ...OPTIONS,
  signal: anAbortSignal,
};

/**
 * Connects to a host by its name: `createConnectionSync("localhost:9999")`. Tries its addresses one after the other,
 * those of IPv4 and IPv6 in turn, and begins the next attempt when one has failed or has not answered for
 * `attemptDelayMs` (Happy Eyeballs, RFC 8305). The first connection wins, and the other attempts end. Blocks the
 * JavaScript thread; `timeoutMs` does not limit the lookup of a name, which nothing ends (see {@link sys.getaddrinfo}).
 * A signal does not end the wait; `worker.terminate()` and `process.exit()` do.
 *
 * @returns a connected socket, which the caller owns. `remoteAddress` is the address that has answered
 * @throws ResolveError EAI_NONAME…: the name has no address. SystemError ECONNREFUSED, ETIMEDOUT… with the address, if
 * there was one attempt. AggregateError: there were several. `errors` has the error of each, in the order of the
 * attempts, and `code` is that of the first, or "ETIMEDOUT" if the time passed. TypeError, RangeError: no endpoint
 * @see https://www.rfc-editor.org/rfc/rfc8305
 */
export function createConnectionSync(to: Endpoint, options: CreateConnectionOptions = {}): Socket {
  return reachSync(to, options).socket;
}

/**
 * As {@link createConnectionSync}, with this thread free meanwhile: also during the lookup, which Node makes in a thread
 * of its pool, and which `timeoutMs` limits.
 *
 * @throws as {@link createConnectionSync}, as a rejection
 */
export async function createConnection(
  to: Endpoint,
  options: AsyncCreateConnectionOptions = {},
): Promise<Socket> {
  return (await reach(to, options)).socket;
}

/**
 * As {@link createConnectionSync}, also with the address.
 *
 * @param opening - wraps the call that opens a socket
 */
export function reachSync(
  to: Endpoint,
  options: CreateConnectionOptions,
  opening: Opening = (open) => open(),
): Reached {
  const clock = clockOf(readOptions(options, OPTIONS));
  const wanted = wantedBy(options);
  const race = raceTo(resolveSync(to, wanted), wanted, options, clock, opening);
  try {
    for (let step = race.start(); step;) {
      step = race.goOn(waitForAnySync(step.candidates, step.limitMs));
    }
    return race.winner();
  } finally {
    race.close();
  }
}

/** As {@link createConnection}, also with the address. */
export async function reach(to: Endpoint, options: AsyncCreateConnectionOptions): Promise<Reached> {
  const clock = clockOf(readOptions(options, ASYNC_OPTIONS));
  const { timeoutMs, signal } = options;
  throwIfAborted(signal);
  const wanted = wantedBy(options);
  const addresses = await resolve(to, { ...wanted, timeoutMs, signal });
  const race = raceTo(addresses, wanted, options, clock, (open) => open());
  try {
    for (let step = race.start(); step;) {
      step = race.goOn(await waitForAny(step.candidates, step.limitMs, signal));
    }
    return race.winner();
  } finally {
    race.close();
  }
}

type Opening = (open: () => Socket) => Socket;

function clockOf({ timeoutMs = Infinity }: CreateConnectionOptions): Clock {
  const endMs = now() + timeoutMs;
  return {
    get leftMs() {
      return Math.max(0, endMs - now());
    },
  };
}

/** Which addresses are asked for. */
interface Wanted {
  readonly family: number;
  readonly type: number;
}

function wantedBy({
  family = sys.AF_UNSPEC,
  type = sys.SOCK_STREAM,
  ...rest
}: CreateConnectionOptions): Wanted {
  if (family !== sys.AF_UNSPEC || rest.localAddress === undefined) return { family, type };
  const local = Address.from(rest.localAddress).family;
  const isInternet = local === sys.AF_INET || local === sys.AF_INET6;
  return { family: isInternet ? local : sys.AF_UNSPEC, type };
}

function raceTo(
  addresses: readonly Address[],
  { type }: Wanted,
  options: CreateConnectionOptions,
  clock: Clock,
  opening: Opening,
): Race {
  const { protocol, blocking = false, attemptDelayMs = ATTEMPT_DELAY_MS } = options;
  const local = options.localAddress && Address.from(options.localAddress);
  const open = ({ family }: Address): Socket => {
    const socket = opening(() => Socket.open(family, type, protocol));
    try {
      return local ? socket.bind(local) : socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  };
  return new Race(interleaved(addresses), { open, attemptDelayMs, blocking, clock });
}

/** RFC 8305, section 4: the families in turn, beginning with that of the first address. */
export function interleaved(addresses: readonly Address[]): Address[] {
  const isFirst = ({ family }: Address): boolean => family === addresses[0]?.family;
  const first = addresses.filter((address) => isFirst(address));
  const others = addresses.filter((address) => !isFirst(address));
  const pairs = first.flatMap((address, index) => [address, ...others.slice(index, index + 1)]);
  return [...pairs, ...others.slice(first.length)];
}
