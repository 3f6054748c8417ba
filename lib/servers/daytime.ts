import type { Address } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { anAbortSignal, aTimeLimit, type OptionTable, readOptions } from "../arguments.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { now } from "../runtime/timing.ts";
import { reach, reachSync } from "../socket/create_connection.ts";
import { readExactly, readExactlySync } from "../socket/exact.ts";
import * as sys from "../sys/index.ts";

/** How long {@link daytimeSync} waits. */
export interface DaytimeOptions {
  /** Milliseconds for all of it, fractions allowed. Default: without limit. */
  readonly timeoutMs?: number | undefined;
}

/** How long {@link daytime} waits. */
export interface AsyncDaytimeOptions extends DaytimeOptions {
  /** Cancels it: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: OptionTable<DaytimeOptions> = { timeoutMs: aTimeLimit };
const ASYNC_OPTIONS: OptionTable<AsyncDaytimeOptions> = { ...OPTIONS, signal: anAbortSignal };

// RFC 867 wants one line; servers send up to a few. Whoever sends more than this is something else.
const MAX_BYTES = 64 * 1024;

/** What a daytime server has answered, and which. */
export interface Answer {
  readonly time: string;
  readonly address: Address;
}

/**
 * Asks a daytime server for its time: connects, and reads to the end.
 *
 * @param server - a TCP or unix stream socket; of the addresses of a name, the first that answers (see
 * {@link createConnection})
 * @returns what the server has sent, without the line end
 * @throws SystemError ECONNREFUSED, ETIMEDOUT, ECONNRESET… that names the address, as a rejection. EMSGSIZE: more
 * than 64 KiB. ResolveError, AggregateError as {@link createConnection}
 * @see https://www.rfc-editor.org/rfc/rfc867
 */
export async function daytime(
  server: Endpoint,
  options: AsyncDaytimeOptions = {},
): Promise<string> {
  return (await ask(server, options)).time;
}

/** As {@link daytime}. Blocks the JavaScript thread, also for a lookup. @throws as {@link daytime} */
export function daytimeSync(server: Endpoint, options: DaytimeOptions = {}): string {
  const { timeoutMs = Infinity } = readOptions(options, OPTIONS);
  const endMs = now() + timeoutMs;
  const buffer = new Uint8Array(MAX_BYTES);
  const { socket, address } = reachSync(server, { timeoutMs });
  using connection = socket;
  try {
    const left = { timeoutMs: Math.max(0, endMs - now()) };
    return textOf(buffer, readExactlySync(connection, buffer, left));
  } catch (error) {
    throw withAddress(error, address);
  }
}

/** As {@link daytime}, also with the address. */
export async function ask(server: Endpoint, options: AsyncDaytimeOptions): Promise<Answer> {
  const { timeoutMs = Infinity, signal } = readOptions(options, ASYNC_OPTIONS);
  const endMs = now() + timeoutMs;
  const buffer = new Uint8Array(MAX_BYTES);
  const { socket, address } = await reach(server, { timeoutMs, signal });
  using connection = socket;
  try {
    const left = { timeoutMs: Math.max(0, endMs - now()), signal };
    return { time: textOf(buffer, await readExactly(connection, buffer, left)), address };
  } catch (error) {
    throw withAddress(error, address);
  }
}

function textOf(buffer: Uint8Array, length: number): string {
  if (length === MAX_BYTES) {
    const reason = `more than ${String(MAX_BYTES)} bytes: no daytime server`;
    throw new SystemError(sys.errno.EMSGSIZE, "recv", { reason });
  }
  return Buffer.from(buffer.buffer, 0, length)
    .toString("latin1")
    .replace(/\r?\n$/, "");
}

function withAddress(error: unknown, to: Address): unknown {
  if (!isSystemError(error)) return error;
  const { errno, syscall, reason } = error;
  return new SystemError(-errno, syscall, { ...detailsOf(to), reason });
}
