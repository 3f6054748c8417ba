import { checkInteger, checkObject } from "../arguments.ts";
import { check } from "../errors.ts";
import type { Constant } from "../native/constants.ts";
import { native } from "../native/native.ts";

// prettier-ignore
export const {
  RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_LOCKS, RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RSS, RLIMIT_RTPRIO,
  RLIMIT_RTTIME, RLIMIT_SIGPENDING, RLIMIT_STACK,
} = native;

/** `struct rlimit`, in the unit of the resource; `Infinity` is RLIM_INFINITY. */
export interface ResourceLimit {
  /** The limit that the kernel enforces: `rlim_cur`. */
  readonly soft: number;
  /** The highest that `soft` can be raised to: `rlim_max`. */
  readonly hard: number;
}

const RLIM_INFINITY = 2n ** 64n - 1n;

/**
 * `getrlimit(resource, rlim)`: reads a limit of this process. Does not block.
 *
 * @param resource - RLIMIT_…
 * @throws SystemError EINVAL: unknown resource
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function getrlimit(resource: Constant<"RLIMIT">): ResourceLimit {
  return call(0, resource, null, "getrlimit");
}

/**
 * `setrlimit(resource, rlim)`: changes a limit of this process, for all its threads. Does not block.
 *
 * A limit may be below what is in use: nothing is taken away, and what comes next fails. With RLIMIT_NOFILE, open
 * descriptors stay, and opening fails with EMFILE; Node.js itself opens some later. V8 aborts the process when it gets
 * no memory (RLIMIT_AS, RLIMIT_DATA), and the kernel ends it with a signal at RLIMIT_CPU (SIGXCPU), RLIMIT_FSIZE
 * (SIGXFSZ) and RLIMIT_STACK (SIGSEGV). A `hard` limit that was lowered cannot be raised again without privilege.
 *
 * @param resource - RLIMIT_…
 * @throws SystemError EINVAL: unknown resource, or `soft` above `hard`. EPERM: raises `hard` without CAP_SYS_RESOURCE,
 * or RLIMIT_NOFILE above /proc/sys/fs/nr_open. TypeError, RangeError: not a limit
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function setrlimit(resource: Constant<"RLIMIT">, limit: ResourceLimit): void {
  call(0, resource, encode(limit, "limit"), "setrlimit");
}

/**
 * `prlimit(pid, resource, new_limit, old_limit)`: reads and changes a limit of a process in one step. Does not block.
 *
 * @param pid - 0 is this process
 * @param resource - RLIMIT_…
 * @param newLimit - as for {@link setrlimit}; `null` only reads
 * @returns the limit before the call
 * @throws SystemError as {@link setrlimit}. EPERM: a process of another user. ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function prlimit(
  pid: number,
  resource: Constant<"RLIMIT">,
  newLimit: ResourceLimit | null = null,
): ResourceLimit {
  return call(pid, resource, newLimit === null ? null : encode(newLimit, "newLimit"), "prlimit");
}

function call(
  pid: number,
  resource: number,
  newLimit: BigUint64Array | null,
  syscall: string,
): ResourceLimit {
  const old = new BigUint64Array(2);
  check(native.prlimit(pid, resource, newLimit, old), syscall);
  const [soft = 0n, hard = 0n] = old;
  return { soft: toNumber(soft), hard: toNumber(hard) };
}

function encode(limit: ResourceLimit, name: string): BigUint64Array {
  const { soft, hard } = checkObject(limit, name, "an object with soft and hard");
  return BigUint64Array.of(toBigInt(soft, `${name}.soft`), toBigInt(hard, `${name}.hard`));
}

function toBigInt(value: number, name: string): bigint {
  if (value === Infinity) return RLIM_INFINITY;
  return BigInt(checkInteger(value, name, 0, Number.MAX_SAFE_INTEGER));
}

function toNumber(value: bigint): number {
  return value === RLIM_INFINITY ? Infinity : Number(value);
}
