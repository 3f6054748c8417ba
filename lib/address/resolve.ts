import { domainToASCII } from "node:url";
import { anAbortSignal, aTimeLimit, oneOf, type OptionTable, readOptions } from "../arguments.ts";
import { ResolveError, type ResolveErrorDetails, SystemError } from "../errors.ts";
import { unlessAborted } from "../runtime/abort.ts";
import { clearTimeout, setTimeout } from "../runtime/timing.ts";
import * as sys from "../sys/index.ts";
import { Address } from "./address.ts";
import { type Endpoint, parseEndpoint, type Place, portOf } from "./endpoint.ts";

/** Which addresses {@link resolveSync} returns. */
export interface ResolveOptions {
  /** AF_INET or AF_INET6: only addresses of this family. Default: AF_UNSPEC, of both. */
  readonly family?: number | undefined;
  /** SOCK_STREAM or SOCK_DGRAM, which names of services may depend on. Default: SOCK_STREAM. */
  readonly type?: number | undefined;
}

/** Which addresses {@link resolve} returns, and how long it waits. */
export interface AsyncResolveOptions extends ResolveOptions {
  /** Milliseconds, fractions allowed. `undefined` or `Infinity`: until the name servers give up. */
  readonly timeoutMs?: number | undefined;
  /** Cancels it: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The table of the option `family`. */
export const FAMILY = oneOf(sys.AF_UNSPEC, sys.AF_INET, sys.AF_INET6);

const OPTIONS: OptionTable<ResolveOptions> = {
  family: FAMILY,
  type: oneOf(sys.SOCK_STREAM, sys.SOCK_DGRAM, sys.SOCK_SEQPACKET),
};
const ASYNC_OPTIONS: OptionTable<AsyncResolveOptions> = {
  ...OPTIONS,
  timeoutMs: aTimeLimit,
  signal: anAbortSignal,
};

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The addresses of an endpoint, in the order in which to try them (RFC 6724), each once. Blocks the JavaScript thread
 * while files are read and name servers are asked, without a limit: see {@link sys.getaddrinfo}. An address is returned
 * without asking anybody.
 *
 * @throws ResolveError EAI_NONAME: no such name. EAI_SERVICE: no such service. EAI_AGAIN: no name server has answered.
 * EAI_ADDRFAMILY, EAI_NODATA: it has no address of this family. TypeError, RangeError: it is no endpoint
 */
export function resolveSync(endpoint: Endpoint, options: ResolveOptions = {}): Address[] {
  const { family = sys.AF_UNSPEC, type = sys.SOCK_STREAM } = readOptions(options, OPTIONS);
  const place = parseEndpoint(endpoint);
  if (place instanceof Address) return [ofFamily(place, family)];
  return addressesOf(place, family, type);
}

/**
 * As {@link resolveSync}, with this thread free meanwhile: `dns.lookup` of Node asks in a thread of libuv's pool, which
 * goes on when the time has passed. Only the name of a service is looked up in this thread, in /etc/services.
 *
 * @throws as {@link resolveSync}, as a rejection. SystemError ETIMEDOUT: the time passed
 */
export async function resolve(
  endpoint: Endpoint,
  options: AsyncResolveOptions = {},
): Promise<Address[]> {
  const { timeoutMs = Infinity, signal, ...which } = readOptions(options, ASYNC_OPTIONS);
  const { family = sys.AF_UNSPEC, type = sys.SOCK_STREAM } = which;
  const place = parseEndpoint(endpoint);
  if (place instanceof Address) return [ofFamily(place, family)];
  const { host } = place;
  // Nobody is asked.
  if (host === null) return addressesOf(place, family, type);
  const port = portOf(place, type);
  const found = await within(timeoutMs, signal, host, lookUp(inAscii(host), port, family));
  return distinct(found.map((address) => Address.from({ address, port })));
}

function addressesOf({ host, port }: Place, family: number, socktype: number): Address[] {
  const flags = typeof port === "number" ? sys.AI_NUMERICSERV : 0;
  const name = host === null ? null : inAscii(host);
  const found = sys.getaddrinfo(name, port, { flags, family, socktype });
  return distinct(found.map(({ addr }) => new Address(addr)));
}

function ofFamily(address: Address, family: number): Address {
  if (family === sys.AF_UNSPEC || family === address.family) return address;
  throw new ResolveError(sys.EAI_ADDRFAMILY, "getaddrinfo", { hostname: String(address) });
}

/** /etc/hosts may have an address several times. */
function distinct(addresses: readonly Address[]): Address[] {
  return addresses.filter(
    (one, index) => addresses.findIndex((each) => each.equals(one)) === index,
  );
}

/** The ASCII form that name servers know. `dns.lookup` does the same. */
function inAscii(host: string): string {
  if (/^[\0-\x7f]*$/.test(host)) return host;
  const ascii = domainToASCII(host);
  if (ascii === "") throw new ResolveError(sys.EAI_NONAME, "getaddrinfo", { hostname: host });
  return ascii;
}

function lookUp(host: string, port: number, family: number): Promise<string[]> {
  // Loaded by those who need it: all others import the package faster.
  const { lookup } = process.getBuiltinModule("node:dns");
  const four = family === sys.AF_INET ? 4 : 0;
  const options = { all: true, family: family === sys.AF_INET6 ? 6 : four } as const;
  return new Promise((succeed, fail) => {
    lookup(host, options, (error, found) => {
      const details = { hostname: host, service: String(port) };
      if (error) fail(failureOf(error, details));
      else if (found.length === 0) fail(new ResolveError(sys.EAI_NODATA, "getaddrinfo", details));
      else succeed(found.map(({ address }) => address));
    });
  });
}

/** Node's error as that of getaddrinfo(3): it calls EAI_NONAME and EAI_NODATA "ENOTFOUND". */
function failureOf(error: NodeJS.ErrnoException, details: ResolveErrorDetails): Error {
  const { code = "" } = error;
  const name = code === "ENOTFOUND" ? "EAI_NONAME" : code;
  const eai: unknown = name.startsWith("EAI_") ? Reflect.get(sys, name) : undefined;
  if (typeof eai === "number") return new ResolveError(eai, "getaddrinfo", details);
  const number: unknown = Reflect.get(sys.errno, code);
  return typeof number === "number" ? new SystemError(number, "getaddrinfo") : error;
}

/** The outcome of a lookup that cannot be cancelled, unless the time passes or the signal is aborted. */
async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  host: string,
  lookup: Promise<T>,
): Promise<T> {
  lookup.catch(() => null); // nobody may wait for it any more
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    if (timeoutMs > MAX_TIMER_MS) return;
    timer = setTimeout(() => {
      const reason = `no answer about ${host}`;
      reject(new SystemError(sys.errno.ETIMEDOUT, "getaddrinfo", { reason }));
    }, timeoutMs);
  });
  const first = Promise.race([lookup, late]);
  try {
    return await (signal ? unlessAborted(signal, first) : first);
  } finally {
    clearTimeout(timer);
  }
}
