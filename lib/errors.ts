import { native } from "./native/native.ts";

const { errno } = native;
// Not looked up each time: an object with so many names is a dictionary.
const { EAGAIN } = errno;

const names = new Map<number, string>();
for (const [name, number] of Object.entries(errno)) {
  // EWOULDBLOCK, EDEADLOCK and ENOTSUP are second names; the first one in <errno.h> counts.
  if (!names.has(number)) names.set(number, name);
}

/** What the failed call was about, as far as it is known. */
export interface SystemErrorDetails {
  /** The address in numbers. */
  readonly address?: string | undefined;
  /** The port of `address`. */
  readonly port?: number | undefined;
  /** The path of a unix address. */
  readonly path?: string | undefined;
  /** The descriptor. */
  readonly fd?: number | undefined;
  /** Which rule of the kernel was broken, where the code alone does not tell. */
  readonly reason?: string | undefined;
  /** How many bytes went through before it failed, where that may be several calls' work. */
  readonly transferred?: number | undefined;
  /** Which message of a batch it was about. */
  readonly index?: number | undefined;
}

/**
 * A system call failed. Has the shape of Node's own system errors: `code` "EADDRINUSE", `errno` -98
 * (negative), `syscall` "bind", and `address`, `port`, `path` and `fd` where they are known.
 */
export class SystemError extends Error implements SystemErrorDetails {
  override readonly name = "SystemError";
  /** The name of the error, "EADDRINUSE". */
  readonly code: string;
  /** Its number, negative as Node has it. */
  readonly errno: number;
  /** The call that failed, "bind". */
  readonly syscall: string;
  declare readonly address?: string;
  declare readonly port?: number;
  declare readonly path?: string;
  declare readonly fd?: number;
  declare readonly reason?: string;
  declare readonly transferred?: number;
  declare readonly index?: number;

  /** @param number - the positive number of errno(3) */
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
  if (address === undefined) return path ?? "";
  return port === undefined ? address : `${address}:${String(port)}`;
}

/** The kernel's answer, or a {@link SystemError}. */
export function check(result: number, syscall: string, fd?: number): number {
  if (result < 0) throw new SystemError(-result, syscall, { fd });
  return result;
}

/** As {@link check}, but "would block" is an answer, not an error: `null`. */
export function checkNonBlocking(result: number, syscall: string, fd?: number): number | null {
  return result === -EAGAIN ? null : check(result, syscall, fd);
}

/** Whether `error` is a failed system call with one of these codes. */
export function isSystemError(error: unknown, ...codes: string[]): error is SystemError {
  return error instanceof SystemError && (codes.length === 0 || codes.includes(error.code));
}

/** Runs a call; a failure also says which address it was about. */
export function withDetails<T>(details: SystemErrorDetails, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new SystemError(-error.errno, error.syscall, { fd: error.fd, ...details });
  }
}
