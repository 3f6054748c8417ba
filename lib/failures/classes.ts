import { type SystemError, isSystemError } from "../errors.ts";

/**
 * What becomes of a call that has failed.
 * - `wait`: nothing has failed; the multiplexer tells when to call again.
 * - `retry`: called again at once, {@link MAX_ATTEMPTS} times in a row; then as `pause`.
 * - `pause`: called again after a pause, which doubles while the error persists.
 * - `turn away`: the connection is accepted with the reserve descriptor, and closed.
 * - `close`: the connection or listener is closed.
 * - `under way`: the outcome is waited for.
 * - `spent`: thrown to the caller, and the socket cannot be connected any more.
 * - `throw`: thrown to the caller; nothing has changed.
 * - `replace`: the registration that the kernel still has is replaced.
 * - `emulate`: the library reports the file as always ready.
 * - `forget`: the descriptor was closed, and is not watched any more.
 * - `done`: what was asked for is the case already.
 */
export const ERROR_CLASSES = [
  ...(["wait", "retry", "pause", "turn away", "close", "under way", "spent"] as const),
  ...(["throw", "replace", "emulate", "forget", "done"] as const),
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** How often in a row a call is made at once. An error that persists is a state, and no accident. */
export const MAX_ATTEMPTS = 16;

type Classes = Readonly<Partial<Record<ErrorClass, readonly string[]>>>;

// The errors of IP that reach a TCP socket.
const UNREACHABLE = ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"] as const;

/**
 * The errors that the manual pages document. docs/errors.md says the same in words, and tests make each of
 * them happen. The class of all others is in {@link OTHERS}.
 */
export const CLASSES = {
  accept: {
    wait: ["EAGAIN"],
    // accept(2): the connection broke before it was accepted, or the firewall forbids it; the next one may
    // be whole. While nothing else comes, that is a state of the network and not of one connection.
    retry: [
      ...["EINTR", "ECONNABORTED", "EPROTO", "EPERM", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"],
      ...["EOPNOTSUPP", ...UNREACHABLE],
    ],
    "turn away": ["EMFILE", "ENFILE"],
    pause: ["ENOBUFS", "ENOMEM", "ENOSR", "EFAULT", "ESOCKTNOSUPPORT", "EPROTONOSUPPORT"],
    // It is not a listener any more: closed or shut down by somebody else.
    close: ["EBADF", "EINVAL", "ENOTSOCK"],
  },
  recv: {
    wait: ["EAGAIN"],
    retry: ["EINTR"],
    pause: ["ENOBUFS", "ENOMEM"],
    close: [
      ...["ECONNREFUSED", "ECONNRESET", "EPIPE", ...UNREACHABLE],
      ...["ENOTCONN", "EBADF", "EFAULT", "EINVAL", "ENOTSOCK"],
    ],
  },
  send: {
    wait: ["EAGAIN"],
    retry: ["EINTR"],
    pause: ["ENOBUFS", "ENOMEM"],
    close: [
      ...["ECONNRESET", "EPIPE", ...UNREACHABLE, "EACCES", "EALREADY", "EBADF", "EDESTADDRREQ"],
      ...["EFAULT", "EINVAL", "EISCONN", "EMSGSIZE", "ENOTCONN", "ENOTSOCK", "EOPNOTSUPP"],
    ],
  },
  connect: {
    pause: ["EAGAIN", "EINTR"],
    "under way": ["EINPROGRESS", "EALREADY"],
    // A stream socket has seen a peer then, or tried to: POSIX leaves open what it is good for.
    spent: ["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EHOSTDOWN", ...UNREACHABLE],
    throw: [
      ...["EACCES", "EPERM", "EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT"],
      ...["EBADF", "EFAULT", "EISCONN", "ENOTSOCK", "EPROTOTYPE"],
    ],
  },
  EPOLL_CTL_ADD: {
    replace: ["EEXIST"],
    emulate: ["EPERM"],
    throw: ["EBADF", "EINVAL", "ELOOP", "ENOMEM", "ENOSPC"],
  },
  EPOLL_CTL_MOD: {
    forget: ["EBADF", "ENOENT", "EPERM"],
    throw: ["EINVAL", "ENOMEM"],
  },
  EPOLL_CTL_DEL: {
    // The number was closed, or is another file's now, even this epoll's (EINVAL).
    done: ["EBADF", "ENOENT", "EPERM", "EINVAL"],
    throw: ["ENOMEM"],
  },
  epoll_wait: { retry: ["EINTR"], pause: ["ENOMEM"], throw: ["EBADF", "EFAULT", "EINVAL"] },
  select: { retry: ["EINTR"], pause: ["ENOMEM"], forget: ["EBADF"], throw: ["EINVAL"] },
  poll: { retry: ["EINTR"], pause: ["ENOMEM"], throw: ["EFAULT", "EINVAL"] },
} as const satisfies Readonly<Record<string, Classes>>;

export type Call = keyof typeof CLASSES;

/** The class of an error that {@link CLASSES} does not list. */
export const OTHERS: Readonly<Record<Call, ErrorClass>> = {
  accept: "pause",
  recv: "close",
  send: "close",
  connect: "throw",
  EPOLL_CTL_ADD: "throw",
  EPOLL_CTL_MOD: "throw",
  EPOLL_CTL_DEL: "throw",
  epoll_wait: "throw",
  select: "throw",
  poll: "throw",
};

/** The class of an error's code. */
export function classOf(call: Call, code: string): ErrorClass {
  const classes: Classes = CLASSES[call];
  return ERROR_CLASSES.find((each) => classes[each]?.includes(code)) ?? OTHERS[call];
}

/** Whether it is a failed system call, and of one of these classes. */
export function isOfClass(
  error: unknown,
  call: Call,
  ...wanted: ErrorClass[]
): error is SystemError {
  return isSystemError(error) && wanted.includes(classOf(call, error.code));
}
