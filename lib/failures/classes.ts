import { type SystemError, isSystemError } from "../errors.ts";

/**
 * What the library does after a call has failed.
 * - `wait`: the call would block; the multiplexer reports when to call again.
 * - `retry`: calls again immediately, up to {@link MAX_ATTEMPTS} times in a row; then as `pause`.
 * - `pause`: calls again after a pause, which doubles while the error persists.
 * - `turn away`: accepts the connection with the reserve descriptor, and closes it.
 * - `close`: closes the connection or listener.
 * - `under way`: waits for the outcome.
 * - `spent`: throws the error; the socket cannot be connected again.
 * - `throw`: throws the error; nothing has changed.
 * - `replace`: replaces the registration that the kernel still has.
 * - `emulate`: reports the file as always ready.
 * - `forget`: stops watching the descriptor, which was closed.
 * - `done`: nothing; the wanted state is already reached.
 */
export const ERROR_CLASSES = [
  ...(["wait", "retry", "pause", "turn away", "close", "under way", "spent"] as const),
  ...(["throw", "replace", "emulate", "forget", "done"] as const),
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** How often in a row a call is made without a pause. An error that persists longer will not pass at once. */
export const MAX_ATTEMPTS = 16;

type Classes = Readonly<Partial<Record<ErrorClass, readonly string[]>>>;

// The errors of IP that reach a TCP socket.
const UNREACHABLE = ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"] as const;

/**
 * The classes of the errors that the manual pages document. docs/errors.md describes them, and tests cause
 * each of them. {@link OTHERS} has the class of all other errors.
 */
export const CLASSES = {
  accept: {
    wait: ["EAGAIN"],
    // accept(2): the connection broke before it was accepted, or a firewall forbids it; the next one may be
    // good. If the error persists, it is about the network and not about one connection.
    retry: [
      ...["EINTR", "ECONNABORTED", "EPROTO", "EPERM", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"],
      ...["EOPNOTSUPP", ...UNREACHABLE],
    ],
    "turn away": ["EMFILE", "ENFILE"],
    pause: ["ENOBUFS", "ENOMEM", "ENOSR", "EFAULT", "ESOCKTNOSUPPORT", "EPROTONOSUPPORT"],
    // The descriptor is no longer a listener: other code has closed it or shut it down.
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
    // After a failed attempt, POSIX leaves the state of a stream socket unspecified.
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
    // The number was closed, or belongs to another file now; EINVAL: to this epoll itself.
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

/** Whether it is an error of a system call that has one of these classes. */
export function isOfClass(
  error: unknown,
  call: Call,
  ...wanted: ErrorClass[]
): error is SystemError {
  return isSystemError(error) && wanted.includes(classOf(call, error.code));
}
