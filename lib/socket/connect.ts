import { Address, type AddressLike, kernelBytes } from "../address/address.ts";
import { detailsOf } from "../address/details.ts";
import {
  anAbortSignal,
  aTimeLimit,
  invalidState,
  type OptionTable,
  readOptions,
} from "../arguments.ts";
import { pause, waitReady } from "../descriptors/blocking.ts";
import { SystemError, isSystemError, withDetails } from "../errors.ts";
import { Backoff } from "../failures/backoff.ts";
import { classOf, isOfClass } from "../failures/classes.ts";
import { WRITABLE } from "../multiplexer/multiplexer.ts";
import { DescriptorWait } from "../multiplexer/wait_for.ts";
import { throwIfAborted } from "../runtime/abort.ts";
import * as sys from "../sys/index.ts";
import {
  associationState,
  associationWith,
  giveUpAssociation,
  isOneToMany,
  isSctp,
} from "./sctp_association.ts";
import { sendLimit } from "./blocking_calls.ts";
import type { Socket } from "./socket.ts";

/** How long {@link connectSync} waits. */
export interface ConnectOptions {
  /** Milliseconds, fractions allowed. `undefined` or `Infinity`: until the kernel gives up. */
  readonly timeoutMs?: number | undefined;
}

/** How long {@link connect} waits. */
export interface AsyncConnectOptions extends ConnectOptions {
  /** Cancels the attempt: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: OptionTable<ConnectOptions> = { timeoutMs: aTimeLimit };
const ASYNC_OPTIONS: OptionTable<AsyncConnectOptions> = { ...OPTIONS, signal: anAbortSignal };

// There is no event for room in a full queue of a unix listener, nor for one association of a one-to-many
// socket: both are asked again, after pauses that grow.
const FIRST_RETRY_MS = 5;
const MAX_RETRY_MS = 100;

const failures = new WeakMap<Socket, SystemError>();

/**
 * Connects, and waits for the outcome. `socket` may be blocking or non-blocking, and stays so. Blocks the
 * JavaScript thread. A signal does not end the wait; `worker.terminate()` and `process.exit()` do. If an
 * attempt is already under way (also after EINTR), waits for its outcome and does not start another.
 *
 * @throws SystemError ETIMEDOUT: the time passed, and the attempt is cancelled. ECONNREFUSED, EHOSTUNREACH,
 * ENETUNREACH, EISCONN, EACCES, EADDRNOTAVAIL… with the address. ERR_INVALID_STATE: an earlier connect of
 * this stream socket failed. RangeError: the time is negative or NaN
 */
export function connectSync(
  socket: Socket,
  address: AddressLike,
  options: ConnectOptions = {},
): void {
  const { timeoutMs = Infinity } = readOptions(options, OPTIONS);
  using wait = new DescriptorWait(socket, timeoutMs);
  const { blocking } = socket;
  socket.blocking = false;
  try {
    const steps = attempt(socket, Address.from(address), wait);
    for (let step = steps.next(false); !step.done;) {
      const { interest, limitMs } = step.value;
      step = steps.next(wait.waitSync(interest, limitMs));
    }
  } finally {
    if (blocking) socket.blocking = true;
  }
}

/**
 * As {@link connectSync}, with this thread free meanwhile. `socket` is non-blocking during the attempt.
 *
 * @throws as {@link connectSync}, as a rejection
 */
export async function connect(
  socket: Socket,
  address: AddressLike,
  options: AsyncConnectOptions = {},
): Promise<void> {
  const { timeoutMs = Infinity, signal } = readOptions(options, ASYNC_OPTIONS);
  using wait = new DescriptorWait(socket, timeoutMs);
  throwIfAborted(signal);
  const to = Address.from(address);
  const { blocking } = socket;
  socket.blocking = false;
  try {
    const steps = attempt(socket, to, wait);
    for (let step = steps.next(false); !step.done;) {
      const { interest, limitMs } = step.value;
      const ready = await wait.wait(interest, signal, limitMs);
      // It was closed or detached meanwhile.
      if (socket.closed) throw new SystemError(sys.errno.EBADF, "connect", detailsOf(to));
      step = steps.next(ready);
    }
  } catch (error) {
    if (signal?.aborted) giveUp(socket, to);
    throw error;
  } finally {
    if (blocking && !socket.closed) socket.blocking = true;
  }
}

/** connect(2) once, as {@link Socket.connect} describes it. */
export function connectOnce(socket: Socket, to: Address): boolean | null {
  const failure = failures.get(socket);
  if (failure) {
    throw invalidState(
      `an earlier connect of this socket failed (${failure.message}); open a new one, or disconnect()`,
    );
  }
  try {
    return withDetails(detailsOf(to), () => sys.connect(socket.fd, kernelBytes(to)));
  } catch (error) {
    if (isSystemError(error)) noteFailure(socket, error);
    throw error;
  }
}

/**
 * As {@link connectOnce}. A blocking socket waits for the outcome, up to SO_SNDTIMEO; after that the kernel
 * goes on with the attempt.
 */
export function connectWaiting(socket: Socket, to: Address): boolean | null {
  if (!socket.blocking) return connectOnce(socket, to);
  const { fd } = socket;
  const limit = sendLimit(fd, "connect");
  // The attempt itself has no limit, so it is never cancelled.
  using wait = new DescriptorWait(socket, Infinity);
  socket.blocking = false;
  try {
    const steps = attempt(socket, to, wait);
    for (let step = steps.next(false); !step.done;) {
      const { interest, limitMs } = step.value;
      const waits = limitMs === undefined;
      if (waits && !waitReady(fd, sys.POLLOUT, limit)) return false;
      if (!waits && limit.leftMs() === 0) return interest === 0 ? null : false;
      if (!waits) pause(limitMs);
      step = steps.next(true);
    }
    return true;
  } catch (error) {
    if (!isSystemError(error, "EINTR")) throw error;
    throw new SystemError(sys.errno.EINTR, "connect", { ...detailsOf(to), fd });
  } finally {
    socket.blocking = true;
  }
}

/** connect(2) to AF_UNSPEC: ends the connection, or the attempt to connect. */
export function disconnect(socket: Socket): void {
  const unspecified = new Uint8Array(sys.SOCKADDR_STORAGE_SIZE);
  new Uint16Array(unspecified.buffer)[0] = sys.AF_UNSPEC;
  sys.connect(socket.fd, unspecified);
  failures.delete(socket);
}

/** Records that a stream socket has failed to connect, or has lost its connection. */
export function noteFailure(socket: Socket, error: SystemError): void {
  if (classOf("connect", error.code) !== "spent") return;
  if (socket.type === sys.SOCK_DGRAM || socket.type === sys.SOCK_RAW) return;
  // One association has failed; the socket may have others.
  if (isOneToMany(socket.fd)) return;
  failures.set(socket, error);
}

/** What an attempt waits for. */
export interface AttemptStep {
  /** WRITABLE, or 0: only for the time to pass. */
  readonly interest: number;
  /** `undefined`: all the time that is left. */
  readonly limitMs?: number;
}

/** The steps of an attempt: each says what to wait for, and gets whether the socket became ready. */
export function* attempt(
  socket: Socket,
  to: Address,
  wait: { readonly leftMs: number },
): Generator<AttemptStep, void, boolean> {
  const retry = new Backoff(FIRST_RETRY_MS, MAX_RETRY_MS);
  for (let state = begin(socket, to); state !== true;) {
    if (wait.leftMs === 0) throw timedOut(socket, to);
    if (state === null) {
      yield { interest: 0, limitMs: retry.fail() };
      state = begin(socket, to);
    } else if (isOneToMany(socket.fd)) {
      yield { interest: 0, limitMs: retry.fail() };
      state = isAssociated(socket, to);
    } else {
      const ready = yield { interest: WRITABLE };
      state = isConnected(socket, to, ready);
    }
  }
}

/** @returns whether it is connected; `null`: try again, which does not start a second attempt */
function begin(socket: Socket, to: Address): boolean | null {
  try {
    return connectOnce(socket, to);
  } catch (error) {
    if (isOfClass(error, "connect", "under way")) return false;
    if (isOfClass(error, "connect", "pause")) return null;
    throw error;
  }
}

/** The outcome; `false` while the attempt is under way. */
function isConnected(socket: Socket, to: Address, ready: boolean): boolean {
  return withDetails(detailsOf(to), () => {
    const error = socket.takeError();
    if (error) throw error;
    try {
      sys.getpeername(socket.fd, new Uint8Array(1), new Uint32Array(1));
      settle(socket, to);
      return true;
    } catch (missing) {
      if (!isSystemError(missing, "ENOTCONN")) throw missing;
      // Other code has taken the error.
      if (ready) throw new SystemError(sys.errno.ENOTCONN, "connect", { fd: socket.fd });
      return false;
    }
  });
}

/** As {@link isConnected}, for an association of a one-to-many socket, which has no peer and no SO_ERROR. */
function isAssociated(socket: Socket, to: Address): boolean {
  const { fd } = socket;
  const association = associationWith(fd, to);
  if (association === 0) return false;
  const state = association === null ? null : associationState(fd, association);
  if (state === null) {
    // The reason is in a notification, which only the caller reads.
    throw new SystemError(sys.errno.ECONNREFUSED, "connect", { ...detailsOf(to), fd });
  }
  return state >= sys.SCTP_ESTABLISHED;
}

// The first connect(2) after an attempt that succeeded returns 0, whatever the address. It is made here, so
// that the caller's next one fails with EISCONN.
function settle(socket: Socket, to: Address): void {
  try {
    connectOnce(socket, to);
  } catch (error) {
    // It was reset meanwhile, and this call has taken the error: recv(2) would only say ENOTCONN.
    if (!isSystemError(error) || isOfClass(error, "connect", "spent")) throw error;
  }
}

function timedOut(socket: Socket, to: Address): SystemError {
  giveUp(socket, to);
  const details = { ...detailsOf(to), fd: socket.fd };
  const error = new SystemError(sys.errno.ETIMEDOUT, "connect", details);
  noteFailure(socket, error);
  return error;
}

/** Cancels the attempt in the kernel. */
function giveUp(socket: Socket, to: Address): void {
  try {
    // SCTP does not support AF_UNSPEC, and would go on for a minute.
    if (isSctp(socket.fd)) giveUpAssociation(socket.fd, to);
    else disconnect(socket);
  } catch (error) {
    // Unix sockets do not support AF_UNSPEC, and have no attempt to cancel; or the socket was closed.
    if (!isSystemError(error)) throw error;
  }
}
