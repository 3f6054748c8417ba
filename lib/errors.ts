import type { GaiErrorName } from "./native/constants_network.ts";
import { native } from "./native/native.ts";

const { errno } = native;
// Read once: V8 keeps an object with this many properties as a slow dictionary.
const { EAGAIN } = errno;

const names = new Map<number, string>();
for (const [name, number] of Object.entries(errno)) {
  // EWOULDBLOCK, EDEADLOCK and ENOTSUP are second names; the first name in <errno.h> is used.
  if (!names.has(number)) names.set(number, name);
}

/** Details of a failed call, as far as they are known. */
export interface SystemErrorDetails {
  /** The numeric address. */
  readonly address?: string | undefined;
  /** The port of `address`. */
  readonly port?: number | undefined;
  /** The path of a unix address. */
  readonly path?: string | undefined;
  /** The descriptor. */
  readonly fd?: number | undefined;
  /** The rule of the kernel that was broken, if `code` alone does not say. */
  readonly reason?: string | undefined;
  /** The bytes transferred before the failure, for an operation of several calls. */
  readonly transferred?: number | undefined;
  /** The index of the message that failed in a batch. */
  readonly index?: number | undefined;
}

/**
 * A failed system call, in the shape of Node's own system errors: `code` "EADDRINUSE", `errno` -98
 * (negative), `syscall` "bind", and `address`, `port`, `path` and `fd` if they are known.
 */
export class SystemError extends Error implements SystemErrorDetails {
  override readonly name = "SystemError";
  /** The name of the error, "EADDRINUSE". */
  readonly code: string;
  /** The error number, negative as in Node's own errors. */
  readonly errno: number;
  /** The name of the call that failed, "bind". */
  readonly syscall: string;
  declare readonly address?: string;
  declare readonly port?: number;
  declare readonly path?: string;
  declare readonly fd?: number;
  declare readonly reason?: string;
  declare readonly transferred?: number;
  declare readonly index?: number;

  /**
   * @param number - the positive error number, as in errno(3)
   * @param syscall - the name of the call that failed
   */
  constructor(number: number, syscall: string, details: SystemErrorDetails = {}) {
    const code = names.get(number) ?? `Unknown system error ${String(number)}`;
    super([syscall, code, place(details)].filter(Boolean).join(" "));
    this.code = code;
    this.errno = -number;
    this.syscall = syscall;
    for (const [key, value] of Object.entries(details)) {
      if (value !== undefined) Object.defineProperty(this, key, { value, enumerable: true });
    }
  }
}

/** The end of an error's message: `127.0.0.1:80`, `::1:80` (as Node writes it), a path, a reason. */
function place({ address, port, path, reason }: SystemErrorDetails): string {
  if (reason !== undefined) return `(${reason})`;
  if (address === undefined) return path === undefined ? "" : printable(path);
  return port === undefined ? address : `${address}:${String(port)}`;
}

/** A path or name in one line, and an abstract name as Address writes it: Node leaves its null byte in the message. */
function printable(path: string): string {
  // oxlint-disable-next-line no-control-regex -- these characters are the ones to escape
  return path.replace(/^\0/, "@").replace(/[\0-\x1f\x7f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** The errors of getaddrinfo(3) and getnameinfo(3). */
const GAI_NAMES: readonly GaiErrorName[] = [
  ...(["EAI_BADFLAGS", "EAI_NONAME", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA"] as const),
  ...(["EAI_FAMILY", "EAI_SOCKTYPE", "EAI_SERVICE", "EAI_ADDRFAMILY", "EAI_MEMORY"] as const),
  ...(["EAI_SYSTEM", "EAI_OVERFLOW", "EAI_INPROGRESS", "EAI_CANCELED"] as const),
  ...(["EAI_NOTCANCELED", "EAI_ALLDONE", "EAI_INTR", "EAI_IDN_ENCODE"] as const),
];

/** What a {@link ResolveError} is about, as far as it is known. */
export interface ResolveErrorDetails {
  /** The name that has no address. */
  readonly hostname?: string | undefined;
  /** The name or number of the service. */
  readonly service?: string | undefined;
  /** The address that has no name. */
  readonly address?: string | undefined;
}

/**
 * A name that could not be translated to addresses, or an address to a name. getaddrinfo(3) and getnameinfo(3) have
 * errors of their own, which are no numbers of errno(3): `code` "EAI_NONAME", `syscall` "getaddrinfo", and the words
 * of gai_strerror(3) in the message.
 */
export class ResolveError extends Error implements ResolveErrorDetails {
  override readonly name = "ResolveError";
  /** The name of the error, "EAI_NONAME". */
  readonly code: string;
  /** Its number, as `sys.EAI_NONAME`. It is negative. */
  readonly eai: number;
  /** The function that failed, "getaddrinfo" or "getnameinfo". */
  readonly syscall: string;
  declare readonly hostname?: string;
  declare readonly service?: string;
  declare readonly address?: string;

  /** @param eai - `sys.EAI_…` */
  constructor(eai: number, syscall: string, details: ResolveErrorDetails = {}) {
    const code = GAI_NAMES.find((name) => native[name] === eai) ?? `EAI ${String(eai)}`;
    const { hostname, service, address } = details;
    const about = printable([hostname ?? address, service].filter(Boolean).join(":"));
    const words = `(${native.gai_strerror(eai)})`;
    super([syscall, code, about, words].filter(Boolean).join(" "));
    this.code = code;
    this.eai = eai;
    this.syscall = syscall;
    for (const [key, value] of Object.entries(details)) {
      if (value !== undefined) Object.defineProperty(this, key, { value, enumerable: true });
    }
  }
}

/** Returns the result of a call. @throws SystemError: `result` is -errno */
export function check(result: number, syscall: string, fd?: number): number {
  if (result < 0) throw new SystemError(-result, syscall, { fd });
  return result;
}

/** As {@link check}, but returns `null` if the call would block (EAGAIN). */
export function checkNonBlocking(result: number, syscall: string, fd?: number): number | null {
  return result === -EAGAIN ? null : check(result, syscall, fd);
}

/** Whether `error` is a {@link SystemError} with one of these codes; without codes, any. */
export function isSystemError(error: unknown, ...codes: string[]): error is SystemError {
  if (!(error instanceof SystemError) && !isOfOtherCopy(error)) return false;
  return codes.length === 0 || codes.includes(error.code);
}

/** A SystemError of another copy of this package, or of another realm. */
function isOfOtherCopy(error: unknown): error is SystemError {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, errno: number, syscall } = error as Partial<SystemError>;
  const isNamed = name === "SystemError" && typeof code === "string" && typeof syscall === "string";
  return isNamed && typeof number === "number" && number < 0;
}

/** Runs `call`, and adds `details` to the SystemError that it throws. */
export function withDetails<T>(details: SystemErrorDetails, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SystemError(-error.errno, error.syscall, { fd: error.fd, ...details });
  }
}
