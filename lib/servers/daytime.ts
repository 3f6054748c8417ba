import { Address, type AddressLike } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import { anAbortSignal, aTimeLimit, type OptionTable, readOptions } from "../arguments.ts";
import { isSystemError, SystemError } from "../errors.ts";
import { now } from "../runtime/timing.ts";
import { connect, connectSync } from "../socket/connect.ts";
import { readExactly, readExactlySync } from "../socket/exact.ts";
import { Socket } from "../socket/socket.ts";
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

/**
 * Asks a daytime server for its time: connects, and reads to the end.
 *
 * @param address - of a TCP or unix stream socket
 * @returns what the server has sent, without the line end
 * @throws SystemError ECONNREFUSED, ETIMEDOUT, ECONNRESET… that names the address, as a rejection. EMSGSIZE: more
 * than 64 KiB
 * @see https://www.rfc-editor.org/rfc/rfc867
 */
export async function daytime(
  address: AddressLike,
  options: AsyncDaytimeOptions = {},
): Promise<string> {
  const { timeoutMs = Infinity, signal } = readOptions(options, ASYNC_OPTIONS);
  const to = Address.from(address);
  const endMs = now() + timeoutMs;
  const buffer = new Uint8Array(MAX_BYTES);
  using socket = Socket.open(to.family, sys.SOCK_STREAM);
  try {
    await connect(socket, to, { timeoutMs, signal });
    const left = { timeoutMs: Math.max(0, endMs - now()), signal };
    return textOf(buffer, await readExactly(socket, buffer, left));
  } catch (error) {
    throw withAddress(error, to);
  }
}

/** As {@link daytime}. Blocks the JavaScript thread. @throws as {@link daytime} */
export function daytimeSync(address: AddressLike, options: DaytimeOptions = {}): string {
  const { timeoutMs = Infinity } = readOptions(options, OPTIONS);
  const to = Address.from(address);
  const endMs = now() + timeoutMs;
  const buffer = new Uint8Array(MAX_BYTES);
  using socket = Socket.open(to.family, sys.SOCK_STREAM);
  try {
    connectSync(socket, to, { timeoutMs });
    const left = { timeoutMs: Math.max(0, endMs - now()) };
    return textOf(buffer, readExactlySync(socket, buffer, left));
  } catch (error) {
    throw withAddress(error, to);
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
